/*
 * poll(2) and epoll(7). Both write what is ready into an Int32Array of the caller's; both go on waiting for the rest of
 * the time when a signal interrupts them.
 */
#include "addon.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* Longer than any program runs; what is more than this is "forever" to every system call used here. */
static const double FOREVER = 1e9;

static double monotonic(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Rounded up: waiting too short would make a loop spin until its timer is due. */
static int to_milliseconds(double seconds) {
  if (seconds < 0) return -1;
  double ms = ceil(seconds * 1e3);
  return ms > 2147483647.0 ? 2147483647 : (int)ms;
}

#ifdef __linux__
static struct timespec to_timespec(double seconds) {
  struct timespec result;
  double whole = floor(seconds);
  double nanoseconds = ceil((seconds - whole) * 1e9);
  result.tv_sec = (time_t)whole;
  result.tv_nsec = nanoseconds > 999999999.0 ? 999999999L : (long)nanoseconds;
  return result;
}

static bool is_whole_milliseconds(double seconds) {
  double ms = seconds * 1e3;
  return seconds <= 0 || ms == floor(ms);
}
#endif

/* `deadline` is read only when the wait is neither endless nor a mere look. Returns false when the time is over. */
static bool remaining(double *seconds, double deadline) {
  if (*seconds < 0) return true;
  if (*seconds == 0) return false;
  *seconds = deadline - monotonic();
  return *seconds > 0;
}

static int poll_once(struct pollfd *fds, nfds_t count, double seconds) {
#ifdef __linux__
  if (!is_whole_milliseconds(seconds)) {
    struct timespec timeout = to_timespec(seconds);
    return ppoll(fds, count, &timeout, NULL);
  }
#endif
  return poll(fds, count, to_milliseconds(seconds));
}

/*
 * poll(fds: Int32Array, count, timeout): how many are ready. `fds` holds struct pollfd as it is: the descriptor, then
 * two 16-bit halves, events and revents.
 */
napi_value ts_poll(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "poll", 3);
  struct ints ints = arg_ints(&a, 0, 0, "fds");
  int64_t count = arg_size(&a, 1, "count");
  double seconds = arg_seconds(&a, 2);
  _Static_assert(sizeof(struct pollfd) == 2 * sizeof(int32_t), "two ints make a pollfd");
  if (a.error == 0 && (uint64_t)count > ints.length / 2) a.error = EINVAL;
  if (a.error != 0) return args_failed(&a);
  if (seconds > FOREVER) seconds = -1;
  double deadline = seconds > 0 ? monotonic() + seconds : 0;
  struct pollfd *fds = (struct pollfd *)(void *)ints.data;
  for (;;) {
    int ready = poll_once(fds, (nfds_t)count, seconds);
    if (ready >= 0 || errno != EINTR) return answer_call(env, ready);
    if (!remaining(&seconds, deadline)) return answer(env, 0);
  }
}

#ifdef __linux__
napi_value ts_epoll_create(napi_env env, napi_callback_info info) {
  (void)info;
  return answer_call(env, epoll_create1(EPOLL_CLOEXEC));
}

/* epollCtl(epfd, op, fd, events): the data of an event is its descriptor. */
napi_value ts_epoll_ctl(napi_env env, napi_callback_info info) {
  struct args a;
  struct epoll_event event;
  args_open(&a, env, info, "epollCtl", 4);
  int epfd = arg_fd(&a, 0);
  int op = arg_int(&a, 1, "op");
  int fd = arg_fd(&a, 2);
  int events = arg_int(&a, 3, "events");
  if (a.error != 0) return args_failed(&a);
  memset(&event, 0, sizeof event);
  event.events = (uint32_t)events;
  event.data.fd = fd;
  return answer_call(env, epoll_ctl(epfd, op, fd, &event));
}

static int epoll_once(int epfd, struct epoll_event *events, int capacity, double seconds) {
#ifdef SYS_epoll_pwait2
  if (!is_whole_milliseconds(seconds)) {
    /* By number, for C libraries that do not have it yet; the kernel's timespec is 64-bit everywhere. */
    struct {
      int64_t sec;
      int64_t nsec;
    } timeout;
    struct timespec t = to_timespec(seconds);
    timeout.sec = t.tv_sec;
    timeout.nsec = t.tv_nsec;
    int ready = (int)syscall(SYS_epoll_pwait2, epfd, events, capacity, &timeout, NULL, (size_t)0);
    /* Linux before 5.11 lacks it; some sandboxes refuse what they do not know with EPERM. */
    if (ready >= 0 || (errno != ENOSYS && errno != EPERM)) return ready;
  }
#endif
  return epoll_wait(epfd, events, capacity, to_milliseconds(seconds));
}

/*
 * epollWait(epfd, out: Int32Array, timeout): how many pairs (descriptor, events) it wrote to `out`. The kernel writes
 * its own, wider records there first, so `out` takes byteLength / sizeof(struct epoll_event) of them.
 */
napi_value ts_epoll_wait(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "epollWait", 3);
  int epfd = arg_fd(&a, 0);
  struct ints out = arg_ints(&a, 1, 4, "out");
  double seconds = arg_seconds(&a, 2);
  if (a.error != 0) return args_failed(&a);
  size_t capacity = out.length * sizeof(int32_t) / sizeof(struct epoll_event);
  if (capacity > (1 << 20)) capacity = 1 << 20;
  if (seconds > FOREVER) seconds = -1;
  double deadline = seconds > 0 ? monotonic() + seconds : 0;
  int ready;
  for (;;) {
    ready = epoll_once(epfd, (struct epoll_event *)(void *)out.data, (int)capacity, seconds);
    if (ready >= 0 || errno != EINTR) break;
    if (!remaining(&seconds, deadline)) return answer(env, 0);
  }
  if (ready < 0) return answer_call(env, ready);
  /* Front to back: a pair never reaches into a record that is still to be read. */
  const uint8_t *records = (const uint8_t *)out.data;
  for (int i = 0; i < ready; i++) {
    struct epoll_event event;
    memcpy(&event, records + (size_t)i * sizeof event, sizeof event);
    out.data[2 * i] = event.data.fd;
    out.data[2 * i + 1] = (int32_t)event.events;
  }
  return answer(env, ready);
}
#endif
