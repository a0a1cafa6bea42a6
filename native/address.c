#include "address.h"

#include <string.h>

#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__) || defined(__DragonFly__)
#define HAS_LENGTH_BYTE 1
#endif

struct address arg_address(struct args *a, size_t index) {
  struct address address;
  struct bytes bytes = arg_bytes(a, index, "address");
  memset(&address, 0, sizeof address);
  if (a->error != 0) return address;
  if (bytes.length < 2 || bytes.length > sizeof address.storage) {
    a->error = EINVAL;
    return address;
  }
  memcpy(&address.storage, bytes.data, bytes.length);
  address.length = (socklen_t)bytes.length;
#ifdef HAS_LENGTH_BYTE
  uint16_t family;
  memcpy(&family, bytes.data, sizeof family);
  address.storage.ss_family = (sa_family_t)family;
  address.storage.ss_len = (uint8_t)bytes.length;
#endif
  return address;
}

struct address address_room(void) {
  struct address address;
  memset(&address, 0, sizeof address);
  address.length = sizeof address.storage;
  return address;
}

size_t address_copy(const struct sockaddr *address, socklen_t length, uint8_t *out, size_t room) {
  /* The kernel says how long the address is, even when that is more than it was given room for. */
  size_t size = length < room ? length : room;
  if (size > 0) memcpy(out, address, size);
#ifdef HAS_LENGTH_BYTE
  if (size >= 2) {
    uint16_t family = address->sa_family;
    memcpy(out, &family, sizeof family);
  }
#endif
  return size;
}

void address_out(const struct address *address, int32_t *out) {
  const struct sockaddr *sockaddr = (const struct sockaddr *)&address->storage;
  out[0] = (int32_t)address_copy(sockaddr, address->length, (uint8_t *)(out + 1), sizeof address->storage);
}
