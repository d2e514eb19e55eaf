/* address.h - addresses and subnets: read, written, compared and counted, of IPv4 and IPv6 alike. Pure.
 *
 * An address is a struct host_address; its prefix is the one of the subnet that it is in. Of a subnet all bits behind
 * the prefix are 0. Family 0 (AF_UNSPEC): there is none.
 */
#pragma once
#include "host/host.h"
#include <sys/socket.h>

/* Bytes of an address of that family: 4 or 16. */
size_t address_size(int family);

/* "10.88.0.2", "fd00::2"; the prefix is that of a single address (32, 128). False for anything else. */
bool address_read(const char *text, struct host_address *ret_address);

/* "10.88.0.0/16". Problems begin with `what` ("option '--subnet'"). Bits behind the prefix are one, which says what
 * would be right. */
bool subnet_read(const char *text, const char *what, struct host_address *ret_subnet, struct problem *problem);

/* "10.88.0.2"; with the prefix "10.88.0.2/16". */
const char *address_text(struct arena *arena, const struct host_address *address);
const char *subnet_text(struct arena *arena, const struct host_address *address);

/* Whether they are the same, whatever their prefixes. */
bool address_is(const struct host_address *one, const struct host_address *other);

/* Whether the address, or all of the subnet, is in it. */
bool subnet_has(const struct host_address *subnet, const struct host_address *address);

/* Whether an address is in both. */
bool subnets_overlap(const struct host_address *one, const struct host_address *other);

/* The first and the last address with these bits before the prefix: of an IPv4 subnet its own and the broadcast one. */
struct host_address subnet_first(const struct host_address *subnet);
struct host_address subnet_last(const struct host_address *subnet);

/* The one behind it, also behind the last of its subnet: that wraps only at the end of all addresses. */
struct host_address address_next(const struct host_address *address);

/* <0, 0, >0, of one family. */
int address_compare(const struct host_address *one, const struct host_address *other);
