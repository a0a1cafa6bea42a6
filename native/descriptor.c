/* What works on any descriptor. */
#include "addon.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* No retry on EINTR: the descriptor is gone all the same, and its number may belong to another thread by now. */
napi_value ts_close(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "close", 1);
  int fd = arg_fd(&a, 0);
  if (a.error != 0) return args_failed(&a);
  int result = close(fd);
  if (result < 0 && errno == EINTR) result = 0;
  return answer_call(env, result);
}

napi_value ts_dup(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "dup", 1);
  int fd = arg_fd(&a, 0);
  if (a.error != 0) return args_failed(&a);
  return answer_call(env, fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

static int set_nonblocking(int fd, bool on) {
  int value = on;
  return ioctl(fd, FIONBIO, &value);
}

static int open_pipe(int fds[2], bool nonblocking) {
#ifdef __linux__
  return pipe2(fds, O_CLOEXEC | (nonblocking ? O_NONBLOCK : 0));
#else
  if (pipe(fds) < 0) return -1;
  for (int i = 0; i < 2; i++) {
    if (fcntl(fds[i], F_SETFD, FD_CLOEXEC) < 0 || (nonblocking && set_nonblocking(fds[i], true) < 0)) {
      int error = errno;
      close(fds[0]);
      close(fds[1]);
      errno = error;
      return -1;
    }
  }
  return 0;
#endif
}

/* pipe(out: Int32Array, nonblocking): out[0] is the end to read from, out[1] the end to write to. */
napi_value ts_pipe(napi_env env, napi_callback_info info) {
  struct args a;
  int fds[2];
  args_open(&a, env, info, "pipe", 2);
  struct ints out = arg_ints(&a, 0, 2, "out");
  bool nonblocking = arg_bool(&a, 1);
  if (a.error != 0) return args_failed(&a);
  int result = open_pipe(fds, nonblocking);
  if (result < 0) return answer_call(env, result);
  out.data[0] = fds[0];
  out.data[1] = fds[1];
  return answer(env, 0);
}

napi_value ts_set_nonblocking(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "setNonblocking", 2);
  int fd = arg_fd(&a, 0);
  bool on = arg_bool(&a, 1);
  if (a.error != 0) return args_failed(&a);
  return answer_call(env, set_nonblocking(fd, on));
}

/* 1, 0 or -errno. */
napi_value ts_get_nonblocking(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "getNonblocking", 1);
  int fd = arg_fd(&a, 0);
  if (a.error != 0) return args_failed(&a);
  int flags = fcntl(fd, F_GETFL);
  return answer_call(env, flags < 0 ? flags : (flags & O_NONBLOCK) != 0);
}
