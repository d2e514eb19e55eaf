/* network_words.c - see network_words.h. What is written wrong is a mistake in the test: it shows in the plan. */
#include "network_words.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 8, WORDS = 32 };

struct networks {
	struct plan_network all;	/* must come first */
	struct plan_bridge bridge[ROOM];
	struct plan_link link[ROOM];
	struct plan_gone_link gone[ROOM];
	struct plan_tool tool[ROOM];
	struct pair setting[ROOM];
	struct pairs settings;
};

static struct networks *make(struct arena *arena)
{
	struct networks *networks = ARENA_NEW(arena, struct networks);

	networks->settings.at = networks->setting;
	networks->all.settings = &networks->settings;
	networks->all.bridge = networks->bridge;
	networks->all.link = networks->link;
	networks->all.gone = networks->gone;
	networks->all.tool = networks->tool;
	return networks;
}

/* "10.88.0.1/16", "10.88.0.1" */
static void read_address(char *text, struct host_address *ret_address)
{
	char *slash = strchr(text, '/');

	ret_address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (slash) {
		*slash = '\0';
		ret_address->prefix = (unsigned)strtoul(slash + 1, NULL, 10);
	}
	inet_pton(ret_address->family, text, ret_address->bytes);
}

/* The addresses up to the end, or to "via". */
static const struct host_address *read_addresses(struct arena *arena, char **rest, size_t *ret_count)
{
	struct host_address *address = ARENA_ARRAY(arena, ROOM, struct host_address);
	char *word;

	*ret_count = 0;
	while (*ret_count < ROOM && (word = strsep(rest, ",")) && strcmp(word, "via") != 0)
		read_address(word, &address[(*ret_count)++]);
	return address;
}

static const char *next(char **rest)
{
	const char *word = strsep(rest, ",");

	return word ? word : "";
}

static unsigned next_number(char **rest)
{
	return (unsigned)strtoul(next(rest), NULL, 10);
}

static void read_mac(const char *text, unsigned char *mac)
{
	for (int i = 0; i < 6 && *text; i++) {
		char *end;

		mac[i] = (unsigned char)strtoul(text, &end, 16);
		text = end + (*end == ':');
	}
}

static enum link_kind kind_of(const char *text)
{
	return strcmp(text, "macvlan") == 0 ? LINK_MACVLAN : strcmp(text, "ipvlan") == 0 ? LINK_IPVLAN : LINK_VETH;
}

static void take_bridge(struct arena *arena, struct networks *networks, char *rest)
{
	struct plan_bridge *bridge = &networks->bridge[networks->all.bridges++];

	bridge->network = next(&rest);
	bridge->name = next(&rest);
	bridge->mtu = next_number(&rest);
	bridge->address = read_addresses(arena, &rest, &bridge->addresses);
}

static void take_link(struct arena *arena, struct networks *networks, char *rest)
{
	struct plan_link *link = &networks->link[networks->all.links++];

	link->network = next(&rest);
	link->kind = kind_of(next(&rest));
	link->parent = next(&rest);
	link->outside = next(&rest);
	link->inside = next(&rest);
	link->mode = next_number(&rest);
	link->mtu = next_number(&rest);
	read_mac(next(&rest), link->mac);
	link->address = read_addresses(arena, &rest, &link->addresses);
	link->gateway = read_addresses(arena, &rest, &link->gateways);
}

static void take_gone(struct arena *arena, struct networks *networks, char *rest)
{
	struct plan_gone_link *gone = &networks->gone[networks->all.gone_links++];

	gone->network = next(&rest);
	gone->inside = next(&rest);
}

/* A device that is there, and gets a route: NETWORK,INSIDE,GATEWAY. */
static void take_route(struct arena *arena, struct networks *networks, char *rest)
{
	struct plan_link *link = &networks->link[networks->all.links++];

	link->network = next(&rest);
	link->inside = next(&rest);
	link->there = true;
	link->gateway = read_addresses(arena, &rest, &link->gateways);
}

/* Of the last link: DESTINATION/PREFIX,GATEWAY[,METRIC]. */
static void take_static(struct arena *arena, struct networks *networks, char *rest)
{
	struct plan_link *link = &networks->link[networks->all.links - 1];
	struct plan_route *route = ARENA_ARRAY(arena, ROOM, struct plan_route);

	for (size_t i = 0; i < link->routes; i++)
		route[i] = link->route[i];
	read_address(arena_printf(arena, "%s", next(&rest)), &route[link->routes].to);
	read_address(arena_printf(arena, "%s", next(&rest)), &route[link->routes].via);
	route[link->routes++].metric = next_number(&rest);
	link->route = route;
}

static void take_tool(struct arena *arena, struct networks *networks, char *rest)
{
	struct plan_tool *tool = &networks->tool[networks->all.tools++];

	tool->network = next(&rest);
	tool->args.at = ARENA_ARRAY(arena, WORDS + 1, char *);
	while (rest && tool->args.count < WORDS) {
		char *word = strsep(&rest, ",");

		if (!strcmp(word, TOOL_PROCESS))
			tool->process = word;
		tool->args.at[tool->args.count++] = word;
	}
}

static void take_setting(struct arena *arena, struct networks *networks, char *rest)
{
	struct pair *pair = &networks->setting[networks->settings.count++];

	pair->key = next(&rest);
	pair->value = next(&rest);
}

bool network_take(struct arena *arena, struct plan_network **network, const char *word)
{
	static const struct {
		const char *begin;
		void (*take)(struct arena *arena, struct networks *networks, char *rest);
	} known[] = { { "bridge=", take_bridge }, { "link=", take_link }, { "setting=", take_setting },
		    { "tool=", take_tool }, { "gone=", take_gone }, { "route=", take_route },
		    { "static=", take_static } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t length = strlen(known[i].begin);

		if (strncmp(word, known[i].begin, length) != 0)
			continue;
		if (!*network)
			*network = &make(arena)->all;
		known[i].take(arena, (struct networks *)*network,
			      arena_copy(arena, word + length, strlen(word + length)));
		return true;
	}
	return false;
}
