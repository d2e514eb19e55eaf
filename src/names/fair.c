/* fair.c - see fair.h */
#include "names/fair.h"

static size_t count_of(const struct place *places, size_t count, uint64_t client)
{
	size_t has = 0;

	for (size_t i = 0; i < count; i++)
		has += places[i].client == client;
	return has;
}

size_t place_choose(const struct place *places, size_t count, uint64_t client)
{
	size_t most = 0, victim = count;

	for (size_t i = 0; i < count; i++)
		if (!places[i].client)
			return i;
	for (size_t i = 0; i < count; i++) {
		const size_t has = places[i].client == client ? 0 : count_of(places, count, places[i].client);

		if (has < most || !has || (has == most && places[i].since_ms >= places[victim].since_ms))
			continue;
		victim = i;
		most = has;
	}
	return most > count_of(places, count, client) ? victim : count;
}
