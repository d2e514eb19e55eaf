/* outward_slirp.c - what slirp4netns is asked for, and its addresses: see outward.h. */
#include "engine/outward.h"
#include "spec/lists.h"
#include <arpa/inet.h>
#include <string.h>

/* Of the network, as slirp4netns gives them out (slirp4netns(1)). */
enum { GATEWAY = 2, RESOLVER = 3, GUEST = 100, PREFIX_LEAST = 1, PREFIX_MOST = 25 };

/* --- what --network says --- */

static bool is_truth(const char *value)
{
	return !strcmp(value, "true") || !strcmp(value, "false");
}

static bool is_mtu(const char *value)
{
	uint64_t mtu;

	return text_to_u64(value, &mtu) && mtu >= 68 && mtu <= 65521;
}

/* "10.0.2.0/24": an address of IPv4, of which nothing is behind the prefix. */
static bool read_cidr(const char *value, uint32_t *ret_network, unsigned *ret_prefix)
{
	const size_t length = strcspn(value, "/");
	char text[INET_ADDRSTRLEN] = "";
	struct in_addr address;
	uint64_t prefix;

	if (length >= sizeof(text) || !value[length])
		return false;
	memcpy(text, value, length);
	if (inet_pton(AF_INET, text, &address) != 1 || !text_to_u64(value + length + 1, &prefix) ||
	    prefix < PREFIX_LEAST || prefix > PREFIX_MOST)
		return false;
	*ret_network = ntohl(address.s_addr);
	*ret_prefix = (unsigned)prefix;
	return *ret_network && !(*ret_network & (UINT32_MAX >> prefix));
}

static bool is_cidr(const char *value)
{
	uint32_t network;
	unsigned prefix;

	return read_cidr(value, &network, &prefix);
}

/* A name of a device has at most 15 bytes, and no slash or space (dev_valid_name() of the kernel). */
static bool is_device(const char *value)
{
	return value[0] && strlen(value) < 16 && !strpbrk(value, "/: \t\n") && strcspn(value, "0123456789.") > 0;
}

static bool is_outbound(const char *value)
{
	unsigned char bytes[4];

	return inet_pton(AF_INET, value, bytes) == 1 || is_device(value);
}

static bool is_outbound6(const char *value)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET6, value, bytes) == 1 || is_device(value);
}

/* podman's other one, rootlesskit, is a program of its own. */
static bool is_handler(const char *value)
{
	return !strcmp(value, "slirp4netns");
}

/* As podman spells them. `word`: slirp4netns's own for it; NULL where it has not the same value. */
static const struct slirp_option {
	const char *name, *form, *word;
	bool (*fits)(const char *value);
} known[] = {
	{ "allow_host_loopback", "true|false", NULL, is_truth },
	{ "cidr", "NETWORK/PREFIX (of IPv4, 1 to 25)", "--cidr", is_cidr },
	{ "enable_ipv6", "true|false", NULL, is_truth },
	{ "mtu", "BYTES (68 to 65521)", NULL, is_mtu },
	{ "outbound_addr", "ADDRESS|DEVICE", "--outbound-addr", is_outbound },
	{ "outbound_addr6", "ADDRESS|DEVICE", "--outbound-addr6", is_outbound6 },
	{ "port_handler", "slirp4netns", NULL, is_handler },
};

enum { KNOWN = sizeof(known) / sizeof(*known) };

/* The value of "NAME=VALUE", or NULL. */
static const char *value_of(const char *option, const char *name)
{
	const size_t length = strlen(name);

	return !strncmp(option, name, length) && option[length] == '=' ? option + length + 1 : NULL;
}

void slirp_check(const char *option, struct problem *problem)
{
	for (size_t i = 0; i < KNOWN; i++) {
		const char *value = value_of(option, known[i].name);

		if (value && !known[i].fits(value))
			problem_set(problem, "option '--network': slirp4netns takes %s=%s, not '%s'", known[i].name,
				    known[i].form, option);
		if (value)
			return;
	}
	problem_set(problem, "option '--network': slirp4netns takes allow_host_loopback=, cidr=, enable_ipv6=, mtu=, "
		    "outbound_addr=, outbound_addr6= and port_handler=slirp4netns, not '%s'", option);
}

/* What is said last counts; else `otherwise`. */
static const char *asked_for(const struct made_network *asked, const char *name, const char *otherwise)
{
	for (size_t i = 0; i < asked->options.count; i++) {
		const char *value = value_of(asked->options.at[i], name);

		otherwise = value ? value : otherwise;
	}
	return otherwise;
}

/* --- its addresses --- */

struct slirp_addresses slirp_addresses(struct arena *arena, const struct made_network *asked)
{
	static const uint32_t at[] = { GATEWAY, RESOLVER, GUEST };
	char text[sizeof(at) / sizeof(*at)][INET_ADDRSTRLEN];
	uint32_t network = 0;
	unsigned prefix = 0;

	read_cidr(asked_for(asked, "cidr", "10.0.2.0/24"), &network, &prefix);
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		const struct in_addr address = { htonl(network + at[i]) };

		inet_ntop(AF_INET, &address, text[i], sizeof(text[i]));
	}
	return (struct slirp_addresses){ .gateway = arena_printf(arena, "%s", text[0]),
					 .resolver = arena_printf(arena, "%s", text[1]),
					 .guest = arena_printf(arena, "%s", text[2]), .prefix = prefix };
}

/* --- command lines --- */

void slirp_add_ports(struct arena *arena, const struct made_network *asked, const struct held_ports *held,
		     struct texts *args)
{
	const char *guest = slirp_addresses(arena, asked).guest;

	if (!held->ports)
		return;
	texts_add(arena, args, "--api");
	texts_add(arena, args, OUTWARD_API);
	for (size_t i = 0; i < held->ports; i++) {
		const struct made_port *port = &held->port[i];

		texts_add(arena, args, "--publish");
		texts_add(arena, args, arena_printf(arena, "%s:%s:%u:%s:%u", port->protocol, port->address,
						    port->outside, guest, port->inside));
	}
}

void slirp_add_words(struct arena *arena, const struct made_network *asked, bool api, struct texts *args)
{
	texts_add(arena, args, "--configure");
	texts_add(arena, args, arena_printf(arena, "--mtu=%s", asked_for(asked, "mtu", "65520")));
	if (strcmp(asked_for(asked, "allow_host_loopback", "false"), "true") != 0)
		texts_add(arena, args, "--disable-host-loopback");
	if (strcmp(asked_for(asked, "enable_ipv6", "true"), "false") != 0)
		texts_add(arena, args, "--enable-ipv6");
	for (size_t i = 0; i < KNOWN; i++) {
		const char *value = known[i].word ? asked_for(asked, known[i].name, NULL) : NULL;

		if (value)
			texts_add(arena, args, arena_printf(arena, "%s=%s", known[i].word, value));
	}
	if (api)
		texts_add(arena, args, "--api-socket=" OUTWARD_API);
	texts_add(arena, args, "--ready-fd=3");
	texts_add(arena, args, "{}");
	texts_add(arena, args, "tap0");
}
