/* address.c - see address.h */
#include "net/address.h"
#include "base/text.h"
#include <arpa/inet.h>
#include <string.h>

enum { BITS = 8 };

size_t address_size(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

static unsigned bits_of(int family)
{
	return (unsigned)address_size(family) * BITS;
}

/* --- text --- */

bool address_read(const char *text, struct host_address *ret_address)
{
	struct host_address address = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(address.family, text, address.bytes) != 1)
		return false;
	address.prefix = bits_of(address.family);
	*ret_address = address;
	return true;
}

/* "ADDRESS/PREFIX" as it was written. */
static bool read_prefixed(const char *text, struct host_address *ret_address)
{
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN];
	uint64_t prefix;

	if (!slash || (size_t)(slash - text) >= sizeof(address))
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (!address_read(address, ret_address) || !text_to_u64(slash + 1, &prefix) || prefix > ret_address->prefix)
		return false;
	ret_address->prefix = (unsigned)prefix;
	return true;
}

bool subnet_read(const char *text, const char *what, struct host_address *ret_subnet, struct problem *problem)
{
	struct host_address given, first;
	char right[INET6_ADDRSTRLEN];

	if (!read_prefixed(text, &given)) {
		problem_set(problem, "%s: '%s' is no subnet: it takes ADDRESS/PREFIX, like 10.89.5.0/24 or fd00:5::/64",
			    what, text);
		return false;
	}
	first = subnet_first(&given);
	if (!address_is(&first, &given)) {
		inet_ntop(first.family, first.bytes, right, sizeof(right));
		problem_set(problem, "%s: '%s' has bits behind its prefix: %s/%u is the subnet", what, text, right,
			    first.prefix);
		return false;
	}
	*ret_subnet = given;
	return true;
}

const char *address_text(struct arena *arena, const struct host_address *address)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(address->family, address->bytes, text, sizeof(text));
	return arena_copy(arena, text, strlen(text));
}

const char *subnet_text(struct arena *arena, const struct host_address *address)
{
	return arena_printf(arena, "%s/%u", address_text(arena, address), address->prefix);
}

/* --- bits --- */

/* Sets all bits behind the prefix to 0 or to 1. */
static struct host_address with_rest(const struct host_address *subnet, bool ones)
{
	struct host_address address = *subnet;
	size_t size = address_size(subnet->family);

	for (size_t i = 0; i < size; i++) {
		unsigned before = subnet->prefix > i * BITS ? subnet->prefix - (unsigned)i * BITS : 0;
		unsigned rest = before >= BITS ? 0 : 0xffU >> before;

		address.bytes[i] = (unsigned char)(ones ? address.bytes[i] | rest : address.bytes[i] & ~rest);
	}
	return address;
}

struct host_address subnet_first(const struct host_address *subnet)
{
	return with_rest(subnet, false);
}

struct host_address subnet_last(const struct host_address *subnet)
{
	return with_rest(subnet, true);
}

int address_compare(const struct host_address *one, const struct host_address *other)
{
	return memcmp(one->bytes, other->bytes, address_size(one->family));
}

bool address_is(const struct host_address *one, const struct host_address *other)
{
	return one->family == other->family && address_compare(one, other) == 0;
}

bool subnets_overlap(const struct host_address *one, const struct host_address *other)
{
	struct host_address wide = one->prefix < other->prefix ? *one : *other;
	struct host_address a = *one, b = *other;

	if (one->family != other->family)
		return false;
	a.prefix = b.prefix = wide.prefix;
	a = subnet_first(&a);
	b = subnet_first(&b);
	return address_is(&a, &b);
}

bool subnet_has(const struct host_address *subnet, const struct host_address *address)
{
	return subnet->prefix <= address->prefix && subnets_overlap(subnet, address);
}

struct host_address address_next(const struct host_address *address)
{
	struct host_address next = *address;

	for (size_t i = address_size(address->family); i-- > 0;)
		if (++next.bytes[i])
			break;
	return next;
}
