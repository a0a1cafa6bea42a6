#include "args.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

static const double MAX_SAFE_INTEGER = 9007199254740991.0;

void args_throw(struct args *a, const char *name, const char *expected) {
  char text[160];
  if (a->error != 0) return;
  a->error = ARGS_THROWN;
  snprintf(text, sizeof text, "%s: %s must be %s", a->call, name, expected);
  napi_throw_type_error(a->env, "ERR_INVALID_ARG_TYPE", text);
}

void args_open(struct args *a, napi_env env, napi_callback_info info, const char *call, size_t count) {
  a->env = env;
  a->call = call;
  a->error = 0;
  if (napi_get_cb_info(env, info, &count, a->value, NULL, NULL) != napi_ok) a->error = EINVAL;
}

static double read_number(struct args *a, size_t index, const char *name) {
  double number = 0;
  if (a->error != 0) return 0;
  if (napi_get_value_double(a->env, a->value[index], &number) != napi_ok) args_throw(a, name, "a number");
  return number;
}

static int read_int(struct args *a, size_t index, const char *name, int invalid) {
  double number = read_number(a, index, name);
  if (a->error != 0) return 0;
  if (!(number >= INT_MIN && number <= INT_MAX) || number != (int)number) {
    a->error = invalid;
    return 0;
  }
  return (int)number;
}

int arg_fd(struct args *a, size_t index) {
  int fd = read_int(a, index, "fd", EBADF);
  if (fd < 0 && a->error == 0) a->error = EBADF;
  return fd;
}

int arg_int(struct args *a, size_t index, const char *name) { return read_int(a, index, name, EINVAL); }

int64_t arg_size(struct args *a, size_t index, const char *name) {
  double number = read_number(a, index, name);
  if (a->error != 0) return 0;
  if (!(number >= 0 && number <= MAX_SAFE_INTEGER) || number != floor(number)) {
    a->error = EINVAL;
    return 0;
  }
  return (int64_t)number;
}

double arg_seconds(struct args *a, size_t index) {
  double seconds = read_number(a, index, "timeout");
  if (a->error == 0 && isnan(seconds)) a->error = EINVAL;
  return seconds;
}

bool arg_bool(struct args *a, size_t index) {
  bool value = false;
  if (a->error == 0 && napi_get_value_bool(a->env, a->value[index], &value) != napi_ok) {
    args_throw(a, "flag", "a boolean");
  }
  return value;
}

bool arg_is_nullish(struct args *a, size_t index) {
  napi_valuetype type;
  if (a->error != 0 || napi_typeof(a->env, a->value[index], &type) != napi_ok) return false;
  return type == napi_undefined || type == napi_null;
}

/* Fails without throwing. A detached buffer has length 0. */
bool bytes_of(napi_env env, napi_value value, struct bytes *out) {
  napi_typedarray_type type;
  void *data;
  if (napi_get_typedarray_info(env, value, &type, &out->length, &data, NULL, NULL) != napi_ok) return false;
  out->data = data;
  return type == napi_uint8_array;
}

struct bytes arg_bytes(struct args *a, size_t index, const char *name) {
  struct bytes bytes = {NULL, 0};
  if (a->error == 0 && !bytes_of(a->env, a->value[index], &bytes)) args_throw(a, name, "a Uint8Array");
  return bytes;
}

struct bytes arg_slice(struct args *a, size_t index) {
  struct bytes bytes = arg_bytes(a, index, "buffer");
  int64_t offset = arg_size(a, index + 1, "offset");
  int64_t length = arg_size(a, index + 2, "length");
  if (a->error != 0) return bytes;
  if ((uint64_t)offset > bytes.length || (uint64_t)length > bytes.length - (uint64_t)offset) {
    a->error = EINVAL;
    return bytes;
  }
  if (offset > 0) bytes.data += offset;
  bytes.length = (size_t)length;
  return bytes;
}

struct ints arg_ints(struct args *a, size_t index, size_t at_least, const char *name) {
  struct ints ints = {NULL, 0};
  napi_typedarray_type type;
  void *data = NULL;
  if (a->error != 0) return ints;
  if (napi_get_typedarray_info(a->env, a->value[index], &type, &ints.length, &data, NULL, NULL) != napi_ok ||
      type != napi_int32_array) {
    args_throw(a, name, "an Int32Array");
  } else if (ints.length < at_least) {
    a->error = EINVAL;
  }
  ints.data = data;
  return ints;
}

napi_value answer(napi_env env, int32_t value) {
  napi_value result;
  return napi_create_int32(env, value, &result) == napi_ok ? result : NULL;
}

napi_value answer_call(napi_env env, ssize_t result) { return answer(env, result < 0 ? -errno : (int32_t)result); }

napi_value args_failed(struct args *a) { return a->error == ARGS_THROWN ? NULL : answer(a->env, -a->error); }
