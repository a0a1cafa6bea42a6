/*
 * Reading what JavaScript passed, and answering.
 *
 * Rules. A function of the addon opens its arguments once, reads each with one call, and looks at `error` once, before
 * the system call: readers do nothing after the first failure. A value of the wrong type throws a TypeError; a number
 * that makes no sense (not whole, out of range, outside its buffer) answers -EINVAL, a descriptor like that -EBADF.
 * No pointer into a buffer may be held over anything that can run JavaScript.
 */
#ifndef TSYNCIO_ARGS_H
#define TSYNCIO_ARGS_H

#define NAPI_VERSION 8
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { ARGS_MAX = 8, ARGS_THROWN = -1 };

struct args {
  napi_env env;
  const char *call;
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

/* `count` arguments, at most ARGS_MAX; those not given are undefined. */
void args_open(struct args *a, napi_env env, napi_callback_info info, const char *call, size_t count);

int arg_fd(struct args *a, size_t index);
int arg_int(struct args *a, size_t index, const char *name);
/* From 0 to 2^53 - 1. */
int64_t arg_size(struct args *a, size_t index, const char *name);
/* Seconds; NaN is refused. */
double arg_seconds(struct args *a, size_t index);
bool arg_bool(struct args *a, size_t index);
bool arg_is_nullish(struct args *a, size_t index);
/* A whole Uint8Array (a Buffer is one). */
struct bytes arg_bytes(struct args *a, size_t index, const char *name);
/* `length` bytes at `offset` of the Uint8Array at `index`; these two are the arguments after it. */
struct bytes arg_slice(struct args *a, size_t index);
struct ints arg_ints(struct args *a, size_t index, size_t at_least, const char *name);

bool bytes_of(napi_env env, napi_value value, struct bytes *out);
void args_throw(struct args *a, const char *name, const char *expected);

/* What to return when `error` is set. */
napi_value args_failed(struct args *a);
napi_value answer(napi_env env, int32_t value);
/* -errno when `result` is negative; call it before anything else can touch errno. */
napi_value answer_call(napi_env env, ssize_t result);

#endif
