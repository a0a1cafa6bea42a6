/*
 * Addresses cross the border as the bytes of a sockaddr, so that no call makes strings or arrays it need not make.
 * The layout is Linux's everywhere: the family is two bytes in the order of the machine, also where the system has a
 * length byte instead of the first of them.
 *
 * Going in, a Uint8Array as long as the address. Coming out, an Int32Array of ADDRESS_INTS: first the length, then,
 * from byte 4 on, the address.
 */
#ifndef TSYNCIO_ADDRESS_H
#define TSYNCIO_ADDRESS_H

#include "args.h"

#include <sys/socket.h>

enum { ADDRESS_INTS = 1 + sizeof(struct sockaddr_storage) / sizeof(int32_t) };

struct address {
  struct sockaddr_storage storage;
  socklen_t length;
};

struct address arg_address(struct args *a, size_t index);
/* For a call that fills it in. */
struct address address_room(void);
void address_out(const struct address *address, int32_t *out);
/* The same layout, for addresses that come one by one: returns how many bytes it wrote, at most `room`. */
size_t address_copy(const struct sockaddr *address, socklen_t length, uint8_t *out, size_t room);

#endif
