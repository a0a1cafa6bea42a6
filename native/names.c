/* Names and numbers of hosts, services and interfaces. These block, as their namesakes in C do. */
#include "addon.h"
#include "address.h"

#include <net/if.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 1025, SERVICE_MAX_BYTES = 256 };

/* A string or null; a NUL inside would silently end it, and is -EINVAL. */
static const char *arg_name(struct args *a, size_t index, const char *name, char *room, size_t size) {
  size_t length = 0;
  if (a->error != 0 || arg_is_nullish(a, index)) return NULL;
  if (napi_get_value_string_utf8(a->env, a->value[index], room, size, &length) != napi_ok) {
    args_throw(a, name, "a string or null");
  } else if (length + 1 >= size || strlen(room) != length) {
    a->error = EINVAL;
  }
  return room;
}

static bool push(napi_env env, napi_value array, napi_value value) {
  uint32_t length;
  return value != NULL && napi_get_array_length(env, array, &length) == napi_ok &&
         napi_set_element(env, array, length, value) == napi_ok;
}

static bool push_int(napi_env env, napi_value array, int value) {
  napi_value number;
  return napi_create_int32(env, value, &number) == napi_ok && push(env, array, number);
}

static bool push_string(napi_env env, napi_value array, const char *text) {
  napi_value string;
  return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &string) == napi_ok && push(env, array, string);
}

static bool push_address(napi_env env, napi_value array, const struct sockaddr *address, socklen_t length) {
  napi_value buffer, view;
  void *data;
  if (napi_create_arraybuffer(env, length, &data, &buffer) != napi_ok) return false;
  address_copy(address, length, data, length);
  return napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &view) == napi_ok &&
         push(env, array, view);
}

/* [code, errno]: what every answer of this file begins with; errno is 0 but for EAI_SYSTEM. */
static bool start_answer(napi_env env, int code, napi_value *array) {
  int error = code == EAI_SYSTEM ? errno : 0;
  return napi_create_array(env, array) == napi_ok && push_int(env, *array, code) && push_int(env, *array, error);
}

/*
 * getaddrinfo(host | null, service | null, family, type, proto, flags): [code, errno, and for each address
 * family, type, proto, canonical name, address: Uint8Array]. A code of 0 is success, others are EAI_*.
 */
napi_value ts_getaddrinfo(napi_env env, napi_callback_info info) {
  struct args a;
  char host_room[NAME_MAX_BYTES], service_room[SERVICE_MAX_BYTES];
  struct addrinfo hints, *found = NULL;
  napi_value array;
  args_open(&a, env, info, "getaddrinfo", 6);
  memset(&hints, 0, sizeof hints);
  const char *host = arg_name(&a, 0, "host", host_room, sizeof host_room);
  const char *service = arg_name(&a, 1, "service", service_room, sizeof service_room);
  hints.ai_family = arg_int(&a, 2, "family");
  hints.ai_socktype = arg_int(&a, 3, "type");
  hints.ai_protocol = arg_int(&a, 4, "proto");
  hints.ai_flags = arg_int(&a, 5, "flags");
  if (a.error != 0) return args_failed(&a);
  int code = getaddrinfo(host, service, &hints, &found);
  if (!start_answer(env, code, &array)) array = NULL;
  if (code != 0) return array;
  bool fine = array != NULL;
  for (const struct addrinfo *entry = found; fine && entry != NULL; entry = entry->ai_next) {
    fine = push_int(env, array, entry->ai_family) && push_int(env, array, entry->ai_socktype) &&
           push_int(env, array, entry->ai_protocol) &&
           push_string(env, array, entry->ai_canonname == NULL ? "" : entry->ai_canonname) &&
           push_address(env, array, entry->ai_addr, entry->ai_addrlen);
  }
  freeaddrinfo(found);
  return fine ? array : NULL;
}

/* getnameinfo(address: Uint8Array, flags): [code, errno, host, service]. */
napi_value ts_getnameinfo(napi_env env, napi_callback_info info) {
  struct args a;
  char host[NAME_MAX_BYTES], service[SERVICE_MAX_BYTES];
  napi_value array;
  args_open(&a, env, info, "getnameinfo", 2);
  struct address address = arg_address(&a, 0);
  int flags = arg_int(&a, 1, "flags");
  if (a.error != 0) return args_failed(&a);
  int code = getnameinfo((struct sockaddr *)&address.storage, address.length, host, sizeof host, service,
                         sizeof service, flags);
  if (!start_answer(env, code, &array)) return NULL;
  if (code == 0 && !(push_string(env, array, host) && push_string(env, array, service))) return NULL;
  return array;
}

static napi_value string_or_errno(napi_env env, int result, const char *text) {
  napi_value string;
  if (result < 0) return answer_call(env, result);
  return napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &string) == napi_ok ? string : NULL;
}

/* A string, or -errno. */
napi_value ts_gethostname(napi_env env, napi_callback_info info) {
  char name[NAME_MAX_BYTES];
  (void)info;
  int result = gethostname(name, sizeof name - 1);
  name[sizeof name - 1] = '\0';
  return string_or_errno(env, result, name);
}

/* The index of a network interface, or -errno. */
napi_value ts_if_nametoindex(napi_env env, napi_callback_info info) {
  struct args a;
  char name[IF_NAMESIZE + 1] = "";
  args_open(&a, env, info, "ifNametoindex", 1);
  if (arg_name(&a, 0, "name", name, sizeof name) == NULL) args_throw(&a, "name", "a string");
  if (a.error == EINVAL) a.error = ENODEV;
  if (a.error != 0) return args_failed(&a);
  unsigned index = if_nametoindex(name);
  return answer_call(env, index == 0 ? -1 : (ssize_t)index);
}

/* The name of a network interface, or -errno. */
napi_value ts_if_indextoname(napi_env env, napi_callback_info info) {
  struct args a;
  char name[IF_NAMESIZE];
  args_open(&a, env, info, "ifIndextoname", 1);
  int index = arg_int(&a, 0, "index");
  if (a.error != 0) return args_failed(&a);
  return string_or_errno(env, if_indextoname((unsigned)index, name) == NULL ? -1 : 0, name);
}
