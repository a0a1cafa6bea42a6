/* Making sockets, connecting them, and asking them about themselves. */
#include "addon.h"
#include "address.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifndef SOCK_CLOEXEC
#define SOCK_CLOEXEC 0
#define SOCK_NONBLOCK 0
#define LACKS_SOCKET_FLAGS 1
#endif

#ifdef LACKS_SOCKET_FLAGS
/* What the flags would have done in one call. Closes `fd` when it fails. */
static int prepare(int fd, bool nonblocking) {
  int on = 1;
  if (fd < 0) return fd;
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || (nonblocking && ioctl(fd, FIONBIO, &on) < 0)) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
#ifdef SO_NOSIGPIPE
  setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  return fd;
}
#else
static int prepare(int fd, bool nonblocking) {
  (void)nonblocking;
  return fd;
}
#endif

/* socket(family, type, proto, nonblocking): a descriptor, closed on exec. */
napi_value ts_socket(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "socket", 4);
  int family = arg_int(&a, 0, "family");
  int type = arg_int(&a, 1, "type");
  int proto = arg_int(&a, 2, "proto");
  bool nonblocking = arg_bool(&a, 3);
  if (a.error != 0) return args_failed(&a);
  int fd = socket(family, type | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), proto);
  return answer_call(env, prepare(fd, nonblocking));
}

/* socketpair(family, type, proto, nonblocking, out: Int32Array). */
napi_value ts_socketpair(napi_env env, napi_callback_info info) {
  struct args a;
  int fds[2];
  args_open(&a, env, info, "socketpair", 5);
  int family = arg_int(&a, 0, "family");
  int type = arg_int(&a, 1, "type");
  int proto = arg_int(&a, 2, "proto");
  bool nonblocking = arg_bool(&a, 3);
  struct ints out = arg_ints(&a, 4, 2, "out");
  if (a.error != 0) return args_failed(&a);
  int result = socketpair(family, type | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), proto, fds);
  if (result < 0) return answer_call(env, result);
#ifdef LACKS_SOCKET_FLAGS
  if (prepare(fds[0], nonblocking) < 0 || prepare(fds[1], nonblocking) < 0) return answer_call(env, -1);
#endif
  out.data[0] = fds[0];
  out.data[1] = fds[1];
  return answer(env, 0);
}

napi_value ts_bind(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "bind", 2);
  int fd = arg_fd(&a, 0);
  struct address address = arg_address(&a, 1);
  if (a.error != 0) return args_failed(&a);
  return answer_call(env, bind(fd, (struct sockaddr *)&address.storage, address.length));
}

napi_value ts_listen(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "listen", 2);
  int fd = arg_fd(&a, 0);
  int backlog = arg_int(&a, 1, "backlog");
  if (a.error != 0) return args_failed(&a);
  return answer_call(env, listen(fd, backlog));
}

/* accept(fd, nonblocking, out: Int32Array): a descriptor, closed on exec; the peer's address in `out`. */
napi_value ts_accept(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "accept", 3);
  int fd = arg_fd(&a, 0);
  bool nonblocking = arg_bool(&a, 1);
  struct ints out = arg_ints(&a, 2, ADDRESS_INTS, "out");
  if (a.error != 0) return args_failed(&a);
  struct address address = address_room();
  struct sockaddr *peer = (struct sockaddr *)&address.storage;
  int result;
  do {
#ifdef LACKS_SOCKET_FLAGS
    result = prepare(accept(fd, peer, &address.length), nonblocking);
#else
    result = accept4(fd, peer, &address.length, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0));
#endif
  } while (result < 0 && errno == EINTR);
  if (result < 0) return answer_call(env, result);
  address_out(&address, out.data);
  return answer(env, result);
}

/* Answers -EINTR too: the connection goes on being made, and asking a second time would be wrong. */
napi_value ts_connect(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "connect", 2);
  int fd = arg_fd(&a, 0);
  struct address address = arg_address(&a, 1);
  if (a.error != 0) return args_failed(&a);
  return answer_call(env, connect(fd, (struct sockaddr *)&address.storage, address.length));
}

napi_value ts_shutdown(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "shutdown", 2);
  int fd = arg_fd(&a, 0);
  int how = arg_int(&a, 1, "how");
  if (a.error != 0) return args_failed(&a);
  return answer_call(env, shutdown(fd, how));
}

typedef int (*name_call)(int fd, struct sockaddr *address, socklen_t *length);

static napi_value ask_name(napi_env env, napi_callback_info info, const char *name, name_call call) {
  struct args a;
  args_open(&a, env, info, name, 2);
  int fd = arg_fd(&a, 0);
  struct ints out = arg_ints(&a, 1, ADDRESS_INTS, "out");
  if (a.error != 0) return args_failed(&a);
  struct address address = address_room();
  int result = call(fd, (struct sockaddr *)&address.storage, &address.length);
  if (result < 0) return answer_call(env, result);
  address_out(&address, out.data);
  return answer(env, 0);
}

/* getsockname(fd, out: Int32Array). */
napi_value ts_getsockname(napi_env env, napi_callback_info info) {
  return ask_name(env, info, "getsockname", getsockname);
}

/* getpeername(fd, out: Int32Array). */
napi_value ts_getpeername(napi_env env, napi_callback_info info) {
  return ask_name(env, info, "getpeername", getpeername);
}

/* getsockopt(fd, level, name, out: Uint8Array): how many bytes of `out` it wrote. */
napi_value ts_getsockopt(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "getsockopt", 4);
  int fd = arg_fd(&a, 0);
  int level = arg_int(&a, 1, "level");
  int name = arg_int(&a, 2, "name");
  struct bytes out = arg_bytes(&a, 3, "out");
  if (a.error != 0) return args_failed(&a);
  socklen_t length = out.length > 65536 ? 65536 : (socklen_t)out.length;
  int result = getsockopt(fd, level, name, out.data, &length);
  return answer_call(env, result < 0 ? result : (ssize_t)length);
}

/* setsockopt(fd, level, name, value: number | Uint8Array). */
napi_value ts_setsockopt(napi_env env, napi_callback_info info) {
  struct args a;
  napi_valuetype type;
  args_open(&a, env, info, "setsockopt", 4);
  int fd = arg_fd(&a, 0);
  int level = arg_int(&a, 1, "level");
  int name = arg_int(&a, 2, "name");
  if (a.error == 0 && napi_typeof(env, a.value[3], &type) == napi_ok && type == napi_number) {
    int value = arg_int(&a, 3, "value");
    if (a.error != 0) return args_failed(&a);
    return answer_call(env, setsockopt(fd, level, name, &value, sizeof value));
  }
  struct bytes value = arg_bytes(&a, 3, "value");
  if (a.error == 0 && value.length > 65536) a.error = EINVAL;
  if (a.error != 0) return args_failed(&a);
  return answer_call(env, setsockopt(fd, level, name, value.data, (socklen_t)value.length));
}
