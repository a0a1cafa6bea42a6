/* The functions that the addon exports; each file defines what its name says. */
#ifndef TSYNCIO_ADDON_H
#define TSYNCIO_ADDON_H

#include "args.h"

/*
 * Counts up whenever a function here comes, goes, or takes or answers something else. src/platform/addon.ts has the number
 * that it needs, and takes no addon with another.
 */
#define ADDON_VERSION 1

#define EXPORTED(name) napi_value name(napi_env env, napi_callback_info info)

/* poll.c */
EXPORTED(ts_poll);
#ifdef __linux__
EXPORTED(ts_epoll_create);
EXPORTED(ts_epoll_ctl);
EXPORTED(ts_epoll_wait);
#endif

/* socket.c */
EXPORTED(ts_socket);
EXPORTED(ts_socketpair);
EXPORTED(ts_bind);
EXPORTED(ts_listen);
EXPORTED(ts_accept);
EXPORTED(ts_connect);
EXPORTED(ts_shutdown);
EXPORTED(ts_getsockname);
EXPORTED(ts_getpeername);
EXPORTED(ts_getsockopt);
EXPORTED(ts_setsockopt);

/* transfer.c */
EXPORTED(ts_recv);
EXPORTED(ts_recvfrom);
EXPORTED(ts_send);
EXPORTED(ts_sendto);
EXPORTED(ts_sendmsg);
EXPORTED(ts_writev);
EXPORTED(ts_read);
EXPORTED(ts_write);
EXPORTED(ts_sendfile);

/* descriptor.c */
EXPORTED(ts_close);
EXPORTED(ts_dup);
EXPORTED(ts_pipe);
EXPORTED(ts_set_nonblocking);
EXPORTED(ts_get_nonblocking);

/* signals.c */
EXPORTED(ts_catch_signal);
EXPORTED(ts_release_signal);

/* names.c */
EXPORTED(ts_getaddrinfo);
EXPORTED(ts_getnameinfo);
EXPORTED(ts_gethostname);
EXPORTED(ts_if_nametoindex);
EXPORTED(ts_if_indextoname);

/* watch.c */
EXPORTED(ts_watch);

/* constants.c: an object of numbers, or NULL with an exception pending. */
napi_value ts_constants(napi_env env);

#endif
