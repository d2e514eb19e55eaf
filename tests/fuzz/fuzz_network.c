/* fuzz_network.c - any bytes as network.json and as what the kernel says of its routes: nothing is read beyond them,
 * and what was read of a network is the same when it is written and read again. */
#include "net/parts.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_again(struct arena *arena, const struct network *network)
{
	struct text one = text_new(arena), other = text_new(arena);
	struct problem problem = { 0 };
	struct network again;

	network_write(&one, network);
	if (!network_read(arena, arena_copy(arena, one.at, one.length), one.length, &again, &problem))
		abort();
	network_write(&other, &again);
	if (strcmp(one.at, other.at) != 0)
		abort();
	for (size_t i = 0; i < again.subnets; i++)
		if (!subnet_has(&again.subnet[i].address, &again.subnet[i].gateway))
			abort();
}

/* A copy of the exact size, so that each byte beyond it is seen. */
static void read_routes(struct arena *arena, const uint8_t *bytes, size_t size)
{
	struct routes routes = { .arena = arena };
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, bytes, size);
	routes_take(&routes, copy, size);
	for (size_t i = 0; i < routes.count; i++)
		if (routes.at[i].address.prefix > 8 * address_size(routes.at[i].address.family))
			abort();
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct problem problem = { 0 };
	struct network network;
	struct arena arena;

	arena_init(&arena, NULL, 0);
	if (network_read(&arena, arena_copy(&arena, (const char *)bytes, size), size, &network, &problem))
		check_again(&arena, &network);
	read_routes(&arena, bytes, size);
	arena_release(&arena);
	return 0;
}
