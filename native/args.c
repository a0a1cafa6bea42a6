#include "args.h"

#include <math.h>
#include <stdio.h>

void args_throw(struct args *a, const char *name, const char *expected) {
  char text[160];
  if (a->error != 0) return;
  a->error = ARGS_THROWN;
  snprintf(text, sizeof text, "%s: %s must be %s", a->call, name, expected);
  napi_throw_type_error(a->env, "ERR_INVALID_ARG_TYPE", text);
}

double arg_seconds(struct args *a, size_t index) {
  double seconds = arg_number(a, index, "timeout");
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
