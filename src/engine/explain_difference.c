/* explain_difference.c - in which steps two containers differ: see explain.h. */
#include "engine/explain.h"
#include "engine/explain_parts.h"
#include "net/address.h"
#include "show/difference.h"
#include <string.h>

/* One of the two. */
struct compared {
	const struct made *made;
	struct bundle *bundle;
	struct pairs same;
	struct told_plan told;
};

static void add(struct compared *compared, const char *key, const char *value)
{
	compared->same.at[compared->same.count++] = (struct pair){ key, value };
}

/* What each gets another of when nobody has asked for one: its ID, and what is made of that; addresses. */
/* A port that was chosen: ". 40157 " of "tcp . 40157 : 10.87.0.7 . 80" (net/firewall.h). */
static void add_port(struct arena *arena, struct compared *compared, const char *shown)
{
	const struct made *made = compared->made;
	const char *end = strstr(shown, " : "), *begin = end, *inside = strrchr(shown, ' ');
	uint64_t number;

	while (begin && begin > shown && *begin != '.')
		begin--;
	if (!begin || !inside || !text_to_u64(inside + 1, &number))
		return;
	for (size_t i = 0; i < made->ports; i++)
		if (made->port[i].inside == number &&
		    (!made->port[i].outside || made->port[i].outside != made->port[i].outside_last)) {
			add(compared, arena_copy(arena, begin, (size_t)(end - begin) + 1), ". PORT ");
			return;
		}
}

static void find_same(struct arena *arena, struct compared *compared)
{
	enum { OF_ID = 3, SHORT = 12, SHORTER = 10 };
	const struct made *made = compared->made;
	const struct plan_network *network = compared->bundle->request.network;
	size_t room = OF_ID + made->mounts;

	for (size_t i = 0; network && i < network->links; i++)
		room += network->link[i].addresses + 1;
	room += network ? network->elements : 0;
	compared->same.at = ARENA_ARRAY(arena, room, struct pair);
	add(compared, made->id, "ID");
	add(compared, arena_copy(arena, made->id, SHORT), "ID");
	add(compared, arena_copy(arena, made->id, SHORTER), "ID");
	for (size_t i = 0; i < made->mounts; i++)
		if (made->mount[i].anonymous && made->mount[i].name[0])
			add(compared, made->mount[i].name, "VOLUME");
	for (size_t i = 0; network && i < network->links && i < made->networks; i++) {
		const struct plan_link *link = &network->link[i];
		const unsigned char *mac = link->mac;

		if (!made->network[i].mac[0])
			add(compared, arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
						   mac[3], mac[4], mac[5]), "MAC");
		for (size_t j = 0; j < link->addresses; j++)
			if (!(link->address[j].family == AF_INET ? made->network[i].ip : made->network[i].ip6)[0])
				add(compared, address_text(arena, &link->address[j]), "ADDRESS");
	}
	for (size_t i = 0; network && i < network->elements; i++)
		add_port(arena, compared, network->element[i].shown);
}

/* It is closed then: the other may be the same one, which is locked once. */
static bool read_one(struct engine *engine, struct engine_container *container, struct compared *ret_compared,
		     struct problem *problem)
{
	*ret_compared = (struct compared){ .made = &container->made };
	if (!engine_plan_container(engine, container, &ret_compared->bundle, problem))
		return false;
	find_same(engine->arena, ret_compared);
	ret_compared->told = (struct told_plan){ container->made.name, &ret_compared->bundle->plan,
						 &ret_compared->same, explain_settings(engine, container) };
	engine_close(container);
	return true;
}

bool engine_explain_difference(struct engine *engine, struct engine_container *left, struct engine_container *right,
			       bool json, struct text *out, bool *ret_differ, struct problem *problem)
{
	struct compared *one = ARENA_NEW(engine->arena, struct compared),
			*other = ARENA_NEW(engine->arena, struct compared);
	struct differences differences;

	if (!read_one(engine, left, one, problem) || !read_one(engine, right, other, problem))
		return false;
	plan_differences(engine->arena, &one->told, &other->told, &differences);
	(json ? put_differences : tell_differences)(out, &one->told, &other->told, &differences);
	*ret_differ = differences.count + differences.settings;
	return true;
}
