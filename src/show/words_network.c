/* words_network.c - words for networks: see words.h. */
#include "show/words.h"
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <string.h>

void words_address_alone(struct text *out, const struct host_address *address)
{
	char numbers[INET6_ADDRSTRLEN];

	if (!inet_ntop(address->family, address->bytes, numbers, sizeof(numbers)))
		numbers[0] = '\0';
	text_add(out, numbers);
}

void words_address(struct text *out, const struct host_address *address)
{
	words_address_alone(out, address);
	text_printf(out, "/%u", address->prefix);
}

const char *words_link_kind(const struct plan_link *link)
{
	static const char *const name[] = {
		[LINK_VETH] = "veth", [LINK_MACVLAN] = "macvlan", [LINK_IPVLAN] = "ipvlan",
	};

	return name[link->kind];
}

static const char *macvlan_mode(unsigned mode)
{
	switch (mode) {
	case MACVLAN_MODE_PRIVATE: return "private";
	case MACVLAN_MODE_VEPA: return "vepa";
	case MACVLAN_MODE_PASSTHRU: return "passthru";
	case MACVLAN_MODE_SOURCE: return "source";
	default: return "bridge";
	}
}

const char *words_link_mode(const struct plan_link *link)
{
	static const char *const ipvlan[] = {
		[IPVLAN_MODE_L2] = "l2", [IPVLAN_MODE_L3] = "l3", [IPVLAN_MODE_L3S] = "l3s",
	};

	if (link->kind == LINK_MACVLAN)
		return macvlan_mode(link->mode);
	return link->kind == LINK_IPVLAN && link->mode < COUNT(ipvlan) ? ipvlan[link->mode] : NULL;
}

const char *words_link_mac(struct arena *arena, const struct plan_link *link)
{
	static const unsigned char none[ETH_ALEN];
	const unsigned char *mac = link->mac;

	if (memcmp(mac, none, sizeof(none)) == 0)
		return NULL;
	return arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}
