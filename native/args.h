/*
 * Reading what JavaScript passed, and answering.
 *
 * Rules. A function of the addon opens its arguments once, reads each with one call, and looks at `error` once, before
 * the system call: readers do nothing after the first failure. A value of the wrong type throws a TypeError; a number
 * that makes no sense (not whole, out of range, outside its buffer) answers -EINVAL, a descriptor like that -EBADF.
 * No pointer into a buffer may be held over anything that can run JavaScript.
 *
 * What a read or a write of a socket needs is inline: with so many small functions it shows in what an echo costs.
 */
#ifndef TSYNCIO_ARGS_H
#define TSYNCIO_ARGS_H

#define NAPI_VERSION 8
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <limits.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { ARGS_MAX = 8, ARGS_THROWN = -1 };

struct args {
  napi_env env;
  const char *call;
  /* How many were given. */
  size_t count;
  /* 0, an errno to answer with, or ARGS_THROWN. */
  int error;
  napi_value value[ARGS_MAX];
};

/* A part of a buffer of JavaScript's. Valid until JavaScript runs again. */
struct bytes {
  uint8_t *data;
  size_t length;
};

struct ints {
  int32_t *data;
  size_t length;
};

void args_throw(struct args *a, const char *name, const char *expected);

/* Seconds; NaN is refused. */
double arg_seconds(struct args *a, size_t index);
bool arg_bool(struct args *a, size_t index);
bool arg_is_nullish(struct args *a, size_t index);
struct ints arg_ints(struct args *a, size_t index, size_t at_least, const char *name);

/* `count` arguments, at most ARGS_MAX; those not given are undefined. */
static inline void args_open(struct args *a, napi_env env, napi_callback_info info, const char *call, size_t count) {
  a->env = env;
  a->call = call;
  a->error = 0;
  if (napi_get_cb_info(env, info, &count, a->value, NULL, NULL) != napi_ok) a->error = EINVAL;
  a->count = count;
}

static inline double arg_number(struct args *a, size_t index, const char *name) {
  double number = 0;
  if (a->error != 0) return 0;
  if (napi_get_value_double(a->env, a->value[index], &number) != napi_ok) args_throw(a, name, "a number");
  return number;
}

static inline int arg_int_or(struct args *a, size_t index, const char *name, int invalid) {
  double number = arg_number(a, index, name);
  if (a->error != 0) return 0;
  if (!(number >= INT_MIN && number <= INT_MAX) || number != (int)number) {
    a->error = invalid;
    return 0;
  }
  return (int)number;
}

static inline int arg_int(struct args *a, size_t index, const char *name) {
  return arg_int_or(a, index, name, EINVAL);
}

static inline int arg_fd(struct args *a, size_t index) {
  int fd = arg_int_or(a, index, "fd", EBADF);
  if (fd < 0 && a->error == 0) a->error = EBADF;
  return fd;
}

/* As arg_int; 0 if it is left out. */
static inline int arg_flags(struct args *a, size_t index) {
  return a->count <= index ? 0 : arg_int(a, index, "flags");
}

/* From 0 to 2^53 - 1. */
static inline int64_t arg_size(struct args *a, size_t index, const char *name) {
  double number = arg_number(a, index, name);
  if (a->error != 0) return 0;
  if (!(number >= 0 && number <= 9007199254740991.0) || number != (double)(int64_t)number) {
    a->error = EINVAL;
    return 0;
  }
  return (int64_t)number;
}

/* Fails without throwing. A detached buffer has length 0. */
static inline bool bytes_of(napi_env env, napi_value value, struct bytes *out) {
  napi_typedarray_type type;
  void *data;
  if (napi_get_typedarray_info(env, value, &type, &out->length, &data, NULL, NULL) != napi_ok) return false;
  out->data = data;
  return type == napi_uint8_array;
}

/* A whole Uint8Array (a Buffer is one). */
static inline struct bytes arg_bytes(struct args *a, size_t index, const char *name) {
  struct bytes bytes = {NULL, 0};
  if (a->error == 0 && !bytes_of(a->env, a->value[index], &bytes)) args_throw(a, name, "a Uint8Array");
  return bytes;
}

/*
 * `length` bytes at `offset` of the Uint8Array at `index`. These two are the arguments after it; left out, it is all
 * there is from `offset`, or all.
 */
static inline struct bytes arg_slice(struct args *a, size_t index) {
  struct bytes bytes = arg_bytes(a, index, "buffer");
  if (a->count <= index + 1) return bytes;
  int64_t offset = arg_size(a, index + 1, "offset");
  if (a->error == 0 && (uint64_t)offset > bytes.length) a->error = EINVAL;
  if (a->error != 0) return bytes;
  if (offset > 0) bytes.data += offset;
  bytes.length -= (size_t)offset;
  if (a->count <= index + 2) return bytes;
  int64_t length = arg_size(a, index + 2, "length");
  if (a->error == 0 && (uint64_t)length > bytes.length) a->error = EINVAL;
  bytes.length = (size_t)length;
  return bytes;
}

static inline napi_value answer(napi_env env, int32_t value) {
  napi_value result;
  return napi_create_int32(env, value, &result) == napi_ok ? result : NULL;
}

/* -errno when `result` is negative; call it before anything else can touch errno. */
static inline napi_value answer_call(napi_env env, ssize_t result) {
  return answer(env, result < 0 ? -errno : (int32_t)result);
}

/* What to return when `error` is set. */
static inline napi_value args_failed(struct args *a) {
  return a->error == ARGS_THROWN ? NULL : answer(a->env, -a->error);
}

#endif
