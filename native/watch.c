/*
 * The one call that hosts a loop: Node's own loop watches a descriptor and calls back while it is ready.
 *
 * A watch is in one of three states:
 *
 *     stopped  --start-->  started  --stop-->  stopped  --close-->  closed (for good)
 *                                   --close-->
 *
 * Started, it keeps its object and its callback alive, as Node's handles do; stopped, it can be collected, which closes
 * it. It watches a duplicate of the descriptor that nobody else knows, so closing the original at any moment is
 * harmless (libuv aborts the process when a descriptor it polls is gone).
 *
 * The memory has two owners, the JavaScript object and the libuv handle, and goes with the last of them: `owners`.
 * At the end of the environment the cleanup hook closes the handle, and Node waits for that.
 */
#include "addon.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

struct watch {
  uv_poll_t poll;
  napi_env env;
  int fd;
  /* UV_READABLE, UV_WRITABLE or both. */
  int events;
  int owners;
  bool started;
  bool closed;
  /* Weak while stopped, strong while started. */
  napi_ref self;
  /* Only while started. */
  napi_ref callback;
  napi_async_context context;
  napi_async_cleanup_hook_handle hook;
};

static const napi_type_tag WATCH_TAG = {0x9f4d1b6c2a7e4d03ULL, 0xb8653e0c91f7a42dULL};
static const char CALLBACK[] = "callback";

static void release(struct watch *w) {
  if (--w->owners == 0) free(w);
}

static void on_closed(uv_handle_t *handle) {
  struct watch *w = handle->data;
  close(w->fd);
  if (w->hook != NULL) napi_remove_async_cleanup_hook(w->hook);
  release(w);
}

static void stop(struct watch *w) {
  if (!w->started) return;
  w->started = false;
  uv_poll_stop(&w->poll);
  napi_delete_reference(w->env, w->callback);
  w->callback = NULL;
  napi_reference_unref(w->env, w->self, NULL);
}

static void shut(struct watch *w) {
  if (w->closed) return;
  stop(w);
  w->closed = true;
  if (w->context != NULL) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(w->env, &scope) == napi_ok) {
      napi_async_destroy(w->env, w->context);
      napi_close_handle_scope(w->env, scope);
    }
    w->context = NULL;
  }
  uv_close((uv_handle_t *)&w->poll, on_closed);
}

static void on_env_end(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  shut(data);
}

/* The object is gone: by the garbage collector, or with the environment. */
static void on_collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  struct watch *w = data;
  if (!w->closed) shut(w);
  if (w->self != NULL) napi_delete_reference(w->env, w->self);
  w->self = NULL;
  release(w);
}

/* An error that the callback throws is an uncaught exception, as it is in any other callback of Node's. */
static void report(napi_env env) {
  bool pending = false;
  napi_value error;
  if (napi_is_exception_pending(env, &pending) != napi_ok || !pending) return;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

static void on_ready(uv_poll_t *poll, int status, int events) {
  struct watch *w = poll->data;
  napi_env env = w->env;
  napi_handle_scope scope;
  napi_value self, callback, argument;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  /* From here on `w` may be stopped or closed by the callback, and its memory gone: nothing below looks at it. */
  if (napi_get_reference_value(env, w->self, &self) == napi_ok && self != NULL &&
      napi_get_reference_value(env, w->callback, &callback) == napi_ok &&
      napi_create_int32(env, status < 0 ? status : events, &argument) == napi_ok &&
      napi_make_callback(env, w->context, self, callback, 1, &argument, NULL) != napi_ok) {
    report(env);
  }
  napi_close_handle_scope(env, scope);
}

/* The watch that a method was called on; NULL, with a TypeError pending, for any other object. */
static struct watch *this_watch(napi_env env, napi_callback_info info, napi_value *self) {
  bool is_watch = false;
  void *data = NULL;
  size_t count = 0;
  if (napi_get_cb_info(env, info, &count, NULL, self, NULL) != napi_ok ||
      napi_check_object_type_tag(env, *self, &WATCH_TAG, &is_watch) != napi_ok || !is_watch ||
      napi_unwrap(env, *self, &data) != napi_ok) {
    bool pending = false;
    if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
      napi_throw_type_error(env, "ERR_INVALID_THIS", "a method of a watch was called on something else");
    }
    return NULL;
  }
  return data;
}

static int start(napi_env env, struct watch *w, napi_value self) {
  napi_value callback;
  if (w->closed) return -EBADF;
  if (w->started) return 0;
  if (napi_get_named_property(env, self, CALLBACK, &callback) != napi_ok ||
      napi_create_reference(env, callback, 1, &w->callback) != napi_ok) {
    return -EINVAL;
  }
  int result = uv_poll_start(&w->poll, w->events, on_ready);
  if (result < 0) {
    napi_delete_reference(env, w->callback);
    w->callback = NULL;
    return result;
  }
  napi_reference_ref(env, w->self, NULL);
  w->started = true;
  return 0;
}

/* 0, or -errno: -EBADF on a closed watch. Starting twice is starting once. */
static napi_value watch_start(napi_env env, napi_callback_info info) {
  napi_value self;
  struct watch *w = this_watch(env, info, &self);
  return w == NULL ? NULL : answer(env, start(env, w, self));
}

static napi_value watch_stop(napi_env env, napi_callback_info info) {
  napi_value self;
  struct watch *w = this_watch(env, info, &self);
  if (w == NULL) return NULL;
  stop(w);
  return answer(env, 0);
}

static napi_value watch_ref(napi_env env, napi_callback_info info) {
  napi_value self;
  struct watch *w = this_watch(env, info, &self);
  if (w == NULL) return NULL;
  if (!w->closed) uv_ref((uv_handle_t *)&w->poll);
  return answer(env, 0);
}

static napi_value watch_unref(napi_env env, napi_callback_info info) {
  napi_value self;
  struct watch *w = this_watch(env, info, &self);
  if (w == NULL) return NULL;
  if (!w->closed) uv_unref((uv_handle_t *)&w->poll);
  return answer(env, 0);
}

static napi_value watch_close(napi_env env, napi_callback_info info) {
  napi_value self;
  struct watch *w = this_watch(env, info, &self);
  if (w == NULL) return NULL;
  shut(w);
  return answer(env, 0);
}

/* The object with its methods; the callback is a property that nobody can change, so that it dies with the object. */
static bool make_object(napi_env env, napi_value callback, napi_value *object) {
  napi_property_descriptor properties[] = {
      {CALLBACK, NULL, NULL, NULL, NULL, callback, napi_default, NULL},
      {"start", NULL, watch_start, NULL, NULL, NULL, napi_default_method, NULL},
      {"stop", NULL, watch_stop, NULL, NULL, NULL, napi_default_method, NULL},
      {"ref", NULL, watch_ref, NULL, NULL, NULL, napi_default_method, NULL},
      {"unref", NULL, watch_unref, NULL, NULL, NULL, napi_default_method, NULL},
      {"close", NULL, watch_close, NULL, NULL, NULL, napi_default_method, NULL},
  };
  return napi_create_object(env, object) == napi_ok &&
         napi_type_tag_object(env, *object, &WATCH_TAG) == napi_ok &&
         napi_define_properties(env, *object, sizeof properties / sizeof properties[0], properties) == napi_ok;
}

/* Opens the libuv handle on a duplicate of `fd`; 0 or -errno. From 0 on, `w` has the handle as an owner. */
static int open_handle(napi_env env, struct watch *w, int fd) {
  uv_loop_t *loop;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
  w->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (w->fd < 0) return -errno;
  int result = uv_poll_init(loop, &w->poll, w->fd);
  if (result < 0) {
    close(w->fd);
    return result;
  }
  w->poll.data = w;
  w->owners = 1;
  return 0;
}

/*
 * watch(fd, callback, events = 1): a stopped watch, or -errno. Events are 1 (readable), 2 (writable) or both, 3. The
 * callback gets those that came, or -errno, and is called again as long as the descriptor is ready.
 */
napi_value ts_watch(napi_env env, napi_callback_info info) {
  struct args a;
  napi_valuetype type;
  napi_value object, name;
  args_open(&a, env, info, "watch", 3);
  int fd = arg_fd(&a, 0);
  int events = arg_is_nullish(&a, 2) ? UV_READABLE : arg_int(&a, 2, "events");
  if (a.error == 0 && (napi_typeof(env, a.value[1], &type) != napi_ok || type != napi_function)) {
    args_throw(&a, "callback", "a function");
  }
  if (a.error == 0 && (events < UV_READABLE || events > (UV_READABLE | UV_WRITABLE))) a.error = EINVAL;
  if (a.error != 0) return args_failed(&a);
  if (!make_object(env, a.value[1], &object)) return answer(env, -ENOMEM);
  struct watch *w = calloc(1, sizeof *w);
  if (w == NULL) return answer(env, -ENOMEM);
  w->env = env;
  w->events = events;
  int result = open_handle(env, w, fd);
  if (result < 0) {
    free(w);
    return answer(env, result);
  }
  if (napi_create_string_utf8(env, "tsyncio.watch", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, NULL, name, &w->context) != napi_ok ||
      napi_add_async_cleanup_hook(env, on_env_end, w, &w->hook) != napi_ok ||
      napi_wrap(env, object, w, on_collected, NULL, &w->self) != napi_ok) {
    shut(w);
    return answer(env, -ENOMEM);
  }
  w->owners++;
  return object;
}
