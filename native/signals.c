/*
 * Signals for a loop that blocks: Node's own delivery needs Node's loop, which does not run then.
 *
 * A signal that is caught writes its number, one byte, to a descriptor: the write end of a pipe that does not block and
 * whose other end the loop watches. What the process did on it before (libuv's handler, as a rule) is put back on
 * release, unless somebody has changed it meanwhile: then theirs stays.
 *
 * Handlers belong to the process, and so does the state here. The main thread alone may call; the handler may run in
 * any thread.
 */
#include "addon.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#ifndef NSIG
#define NSIG _NSIG
#endif

static int descriptors[NSIG];
static struct sigaction before[NSIG];

static void on_signal(int signum) {
  int error = errno;
  unsigned char byte = (unsigned char)signum;
  /* A full pipe is no loss: the loop has a reason to wake up already. */
  ssize_t written = write(__atomic_load_n(&descriptors[signum], __ATOMIC_RELAXED), &byte, 1);
  (void)written;
  errno = error;
}

/* Returning from a handler of these would fail again, for ever. */
static bool is_fault(int signum) {
  return signum == SIGSEGV || signum == SIGBUS || signum == SIGFPE || signum == SIGILL;
}

static bool is_ours(const struct sigaction *action) {
  return (action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == on_signal;
}

static int arg_signal(struct args *a) {
  int signum = arg_int(a, 0, "signum");
  if (a->error == 0 && (signum <= 0 || signum >= NSIG || is_fault(signum))) a->error = EINVAL;
  return signum;
}

/* catchSignal(signum, fd): from now on the signal writes to `fd`. */
napi_value ts_catch_signal(napi_env env, napi_callback_info info) {
  struct args a;
  struct sigaction present, action;
  args_open(&a, env, info, "catchSignal", 2);
  int signum = arg_signal(&a);
  int fd = arg_fd(&a, 1);
  if (a.error != 0) return args_failed(&a);
  if (sigaction(signum, NULL, &present) < 0) return answer_call(env, -1);
  __atomic_store_n(&descriptors[signum], fd, __ATOMIC_RELAXED);
  if (is_ours(&present)) return answer(env, 0);
  before[signum] = present;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  return answer_call(env, sigaction(signum, &action, NULL));
}

/* releaseSignal(signum): as before catchSignal. Harmless where it is not caught. */
napi_value ts_release_signal(napi_env env, napi_callback_info info) {
  struct args a;
  struct sigaction present;
  args_open(&a, env, info, "releaseSignal", 1);
  int signum = arg_signal(&a);
  if (a.error != 0) return args_failed(&a);
  if (sigaction(signum, NULL, &present) < 0) return answer_call(env, -1);
  if (!is_ours(&present)) return answer(env, 0);
  return answer_call(env, sigaction(signum, &before[signum], NULL));
}
