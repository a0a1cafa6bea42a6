/*
 * Bytes in and out. A part of a buffer is always (buffer, offset, length): no view has to be made for a part. What is
 * left out at the end need not be read: the whole buffer, and no flags.
 * Writing where nobody reads answers -EPIPE and never raises SIGPIPE.
 */
#include "addon.h"
#include "address.h"

#include <limits.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/sendfile.h>
#include <sys/syscall.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif
#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

/* Linux moves no more at once anyway; elsewhere more than INT_MAX is an error. */
static const size_t MOST_AT_ONCE = 0x7ffff000;

static size_t bounded(size_t length) { return length < MOST_AT_ONCE ? length : MOST_AT_ONCE; }

#define RETRY(call)                             \
  do {                                          \
    result = (call);                            \
  } while (result < 0 && errno == EINTR)

/*
 * recv and send, but not those of the C library, which are cancellation points besides: two atomic operations each, in a
 * program of several threads, for a feature that Node does not use. AddressSanitizer looks into the library's alone.
 */
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(__SANITIZE_ADDRESS__)
#define BY_NUMBER
#endif

static ssize_t receive(int fd, struct bytes part, int flags) {
#ifdef BY_NUMBER
  return syscall(SYS_recvfrom, fd, part.data, bounded(part.length), flags, NULL, NULL);
#else
  return recv(fd, part.data, bounded(part.length), flags);
#endif
}

static ssize_t transmit(int fd, struct bytes part, int flags) {
#ifdef BY_NUMBER
  return syscall(SYS_sendto, fd, part.data, bounded(part.length), flags | MSG_NOSIGNAL, NULL, 0);
#else
  return send(fd, part.data, bounded(part.length), flags | MSG_NOSIGNAL);
#endif
}

/*
 * Memory that is received into piece by piece is always memory that was not in use for long. So have the processor fetch
 * what is likely to be next, while what came is worked on: a tenth of the time that an echo takes.
 */
static void fetch_next(struct bytes part, size_t received) {
#ifdef __GNUC__
  enum { LINE = 64, MOST = 128 * 1024 };
  size_t left = part.length - received;
  size_t next = received < left ? received : left;
  if (next > MOST) next = MOST;
  for (size_t i = 0; i < next; i += LINE) __builtin_prefetch(part.data + received + i, 1);
#endif
}

/*
 * recv(fd, buffer, offset?, length?, flags?): how many bytes; 0 is the end of the stream. With an offset and no length,
 * the next receive is expected to go right behind this one.
 */
napi_value ts_recv(napi_env env, napi_callback_info info) {
  struct args a;
  ssize_t result;
  args_open(&a, env, info, "recv", 5);
  int fd = arg_fd(&a, 0);
  struct bytes part = arg_slice(&a, 1);
  int flags = arg_flags(&a, 4);
  if (a.error != 0) return args_failed(&a);
  RETRY(receive(fd, part, flags));
  if (result > 0 && a.count == 3) fetch_next(part, (size_t)result);
  /* With MSG_TRUNC the kernel tells the true length of a datagram, which is more than was written. */
  return answer_call(env, result);
}

/* recvfrom(fd, buffer, offset, length, flags, out: Int32Array): how many bytes; the sender's address in `out`. */
napi_value ts_recvfrom(napi_env env, napi_callback_info info) {
  struct args a;
  ssize_t result;
  args_open(&a, env, info, "recvfrom", 6);
  int fd = arg_fd(&a, 0);
  struct bytes part = arg_slice(&a, 1);
  int flags = arg_int(&a, 4, "flags");
  struct ints out = arg_ints(&a, 5, ADDRESS_INTS, "out");
  if (a.error != 0) return args_failed(&a);
  struct address address = address_room();
  RETRY(recvfrom(fd, part.data, bounded(part.length), flags, (struct sockaddr *)&address.storage, &address.length));
  if (result < 0) return answer_call(env, result);
  address_out(&address, out.data);
  return answer_call(env, result);
}

/* send(fd, buffer, offset?, length?, flags?): how many bytes were taken. */
napi_value ts_send(napi_env env, napi_callback_info info) {
  struct args a;
  ssize_t result;
  args_open(&a, env, info, "send", 5);
  int fd = arg_fd(&a, 0);
  struct bytes part = arg_slice(&a, 1);
  int flags = arg_flags(&a, 4);
  if (a.error != 0) return args_failed(&a);
  RETRY(transmit(fd, part, flags));
  return answer_call(env, result);
}

/* sendto(fd, buffer, offset, length, flags, address: Uint8Array): how many bytes were taken. */
napi_value ts_sendto(napi_env env, napi_callback_info info) {
  struct args a;
  ssize_t result;
  args_open(&a, env, info, "sendto", 6);
  int fd = arg_fd(&a, 0);
  struct bytes part = arg_slice(&a, 1);
  int flags = arg_int(&a, 4, "flags");
  struct address address = arg_address(&a, 5);
  if (a.error != 0) return args_failed(&a);
  RETRY(sendto(fd, part.data, bounded(part.length), flags | MSG_NOSIGNAL, (struct sockaddr *)&address.storage,
               address.length));
  return answer_call(env, result);
}

/*
 * The array of Uint8Arrays at `index` as an iovec, `skip` bytes of the first left out. Taking an element can run a
 * getter, which can detach a buffer: all are taken before the first pointer is.
 */
static int gather(struct args *a, size_t index, int64_t skip, struct iovec *parts, uint32_t length) {
  napi_value elements[IOV_MAX];
  size_t total = 0;
  for (uint32_t i = 0; i < length; i++) {
    if (napi_get_element(a->env, a->value[index], i, &elements[i]) != napi_ok) {
      a->error = ARGS_THROWN;
      return 0;
    }
  }
  for (uint32_t i = 0; i < length; i++) {
    struct bytes bytes;
    if (!bytes_of(a->env, elements[i], &bytes)) {
      args_throw(a, "buffers", "an array of Uint8Array");
      return 0;
    }
    if (i == 0) {
      if ((uint64_t)skip > bytes.length) {
        a->error = EINVAL;
        return 0;
      }
      if (skip > 0) bytes.data += skip;
      bytes.length -= (size_t)skip;
    }
    if (bytes.length > MOST_AT_ONCE - total) bytes.length = MOST_AT_ONCE - total;
    total += bytes.length;
    parts[i].iov_base = bytes.data;
    parts[i].iov_len = bytes.length;
  }
  return (int)length;
}

static uint32_t arg_length(struct args *a, size_t index) {
  uint32_t length = 0;
  if (a->error == 0 && napi_get_array_length(a->env, a->value[index], &length) != napi_ok) {
    args_throw(a, "buffers", "an array of Uint8Array");
  }
  return length;
}

/*
 * sendmsg(fd, buffers: Uint8Array[], skip, flags, address?: Uint8Array): how many bytes were taken. More than IOV_MAX
 * buffers are -EMSGSIZE, as in the kernel: leaving some out would cut a datagram.
 */
napi_value ts_sendmsg(napi_env env, napi_callback_info info) {
  struct args a;
  struct iovec parts[IOV_MAX];
  struct address address;
  struct msghdr message;
  ssize_t result;
  args_open(&a, env, info, "sendmsg", 5);
  memset(&message, 0, sizeof message);
  int fd = arg_fd(&a, 0);
  uint32_t length = arg_length(&a, 1);
  int64_t skip = arg_size(&a, 2, "skip");
  int flags = arg_int(&a, 3, "flags");
  if (a.error == 0 && length > IOV_MAX) a.error = EMSGSIZE;
  if (!arg_is_nullish(&a, 4)) {
    address = arg_address(&a, 4);
    message.msg_name = &address.storage;
    message.msg_namelen = address.length;
  }
  message.msg_iov = parts;
  if (a.error == 0) message.msg_iovlen = gather(&a, 1, skip, parts, length);
  if (a.error != 0) return args_failed(&a);
  RETRY(sendmsg(fd, &message, flags | MSG_NOSIGNAL));
  return answer_call(env, result);
}

/* writev(fd, buffers: Uint8Array[], skip): how many bytes were taken, of the first IOV_MAX buffers. */
napi_value ts_writev(napi_env env, napi_callback_info info) {
  struct args a;
  struct iovec parts[IOV_MAX];
  ssize_t result;
  int count = 0;
  args_open(&a, env, info, "writev", 3);
  int fd = arg_fd(&a, 0);
  uint32_t length = arg_length(&a, 1);
  int64_t skip = arg_size(&a, 2, "skip");
  if (a.error == 0) count = gather(&a, 1, skip, parts, length < IOV_MAX ? length : IOV_MAX);
  if (a.error != 0) return args_failed(&a);
  RETRY(writev(fd, parts, count));
  return answer_call(env, result);
}

/* read(fd, buffer, offset?, length?). */
napi_value ts_read(napi_env env, napi_callback_info info) {
  struct args a;
  ssize_t result;
  args_open(&a, env, info, "read", 4);
  int fd = arg_fd(&a, 0);
  struct bytes part = arg_slice(&a, 1);
  if (a.error != 0) return args_failed(&a);
  RETRY(read(fd, part.data, bounded(part.length)));
  return answer_call(env, result);
}

/* write(fd, buffer, offset?, length?). Node ignores SIGPIPE, so that this is -EPIPE as well. */
napi_value ts_write(napi_env env, napi_callback_info info) {
  struct args a;
  ssize_t result;
  args_open(&a, env, info, "write", 4);
  int fd = arg_fd(&a, 0);
  struct bytes part = arg_slice(&a, 1);
  if (a.error != 0) return args_failed(&a);
  RETRY(write(fd, part.data, bounded(part.length)));
  return answer_call(env, result);
}

/*
 * sendfile(out, in, offset | null, count): how many bytes; 0 is the end of the file. With an offset the position of
 * `in` is left alone, with null it is used and moved on.
 */
napi_value ts_sendfile(napi_env env, napi_callback_info info) {
  struct args a;
  args_open(&a, env, info, "sendfile", 4);
  int out = arg_fd(&a, 0);
  int in = arg_fd(&a, 1);
  bool own_position = arg_is_nullish(&a, 2);
  int64_t start = own_position ? 0 : arg_size(&a, 2, "offset");
  int64_t count = arg_size(&a, 3, "count");
  if (a.error != 0) return args_failed(&a);
#ifdef __linux__
  ssize_t result;
  off_t offset = (off_t)start;
  RETRY(sendfile(out, in, own_position ? NULL : &offset, bounded((size_t)count)));
  return answer_call(env, result);
#else
  (void)out;
  (void)in;
  (void)start;
  (void)count;
  return answer(env, -ENOSYS);
#endif
}
