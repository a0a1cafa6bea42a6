/*
 * System calls for TypeScript, and nothing that decides anything.
 *
 * Every function answers a number, -errno on failure. There is no static state but that of signals.c, which
 * belongs to the process: one library serves any number of environments (worker threads) and any number of loops in each.
 */
#include "addon.h"

struct export {
  const char *name;
  napi_callback call;
};

static const struct export EXPORTS[] = {
    {"poll", ts_poll},
#ifdef __linux__
    {"epollCreate", ts_epoll_create},
    {"epollCtl", ts_epoll_ctl},
    {"epollWait", ts_epoll_wait},
#endif
    {"socket", ts_socket},
    {"socketpair", ts_socketpair},
    {"bind", ts_bind},
    {"listen", ts_listen},
    {"accept", ts_accept},
    {"connect", ts_connect},
    {"shutdown", ts_shutdown},
    {"getsockname", ts_getsockname},
    {"getpeername", ts_getpeername},
    {"getsockopt", ts_getsockopt},
    {"setsockopt", ts_setsockopt},
    {"recv", ts_recv},
    {"recvfrom", ts_recvfrom},
    {"send", ts_send},
    {"sendto", ts_sendto},
    {"sendmsg", ts_sendmsg},
    {"writev", ts_writev},
    {"read", ts_read},
    {"write", ts_write},
    {"sendfile", ts_sendfile},
    {"close", ts_close},
    {"dup", ts_dup},
    {"pipe", ts_pipe},
    {"setNonblocking", ts_set_nonblocking},
    {"getNonblocking", ts_get_nonblocking},
    {"getaddrinfo", ts_getaddrinfo},
    {"getnameinfo", ts_getnameinfo},
    {"gethostname", ts_gethostname},
    {"ifNametoindex", ts_if_nametoindex},
    {"ifIndextoname", ts_if_indextoname},
    {"catchSignal", ts_catch_signal},
    {"releaseSignal", ts_release_signal},
    {"watch", ts_watch},
};

NAPI_MODULE_INIT() {
  for (size_t i = 0; i < sizeof EXPORTS / sizeof EXPORTS[0]; i++) {
    const struct export *e = &EXPORTS[i];
    napi_value function;
    if (napi_create_function(env, e->name, NAPI_AUTO_LENGTH, e->call, NULL, &function) != napi_ok) return NULL;
    if (napi_set_named_property(env, exports, e->name, function) != napi_ok) return NULL;
  }
  napi_value constants = ts_constants(env);
  if (constants == NULL || napi_set_named_property(env, exports, "constants", constants) != napi_ok) return NULL;
  napi_value version;
  if (napi_create_uint32(env, ADDON_VERSION, &version) != napi_ok) return NULL;
  if (napi_set_named_property(env, exports, "version", version) != napi_ok) return NULL;
  return exports;
}
