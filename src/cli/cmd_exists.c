/* cmd_exists.c - `taru container exists`, `image exists`, `network exists`, `secret exists`, `volume exists`: for
 * scripts, which ask by the exit status and read nothing. */
#include "cli/networks.h"
#include "cli/place.h"
#include "cli/shelf.h"
#include "engine/secret.h"
#include "engine/volume.h"
#include <stdlib.h>

static bool has_container(struct place *place, const char *name)
{
	struct problem gone;

	return place_has(place, name, &gone);
}

static bool has_volume(struct place *place, const char *name)
{
	struct problem gone = { 0 };
	struct volume volume;
	bool there = volume_find(&place->engine, name, &volume, &gone);

	if (there)
		volume_close(&volume);
	return there;
}

static bool has_secret(struct place *place, const char *name)
{
	struct problem gone = { 0 };
	struct secret secret;

	return secret_find(&place->engine, name, &secret, &gone);
}

static bool has_network(struct place *place, const char *name)
{
	return network_exists(&place->store, name);
}

static void tell(struct command *command, bool (*has)(struct place *place, const char *name))
{
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (!has(&place, command->operand[0]))
		command->status = EXIT_FAILURE;
	store_close(&place.store);
}

static void run_container(struct command *command)
{
	tell(command, has_container);
}

static void run_network(struct command *command)
{
	tell(command, has_network);
}

static void run_secret(struct command *command)
{
	tell(command, has_secret);
}

static void run_volume(struct command *command)
{
	tell(command, has_volume);
}

static void run_image(struct command *command)
{
	struct problem gone = { 0 };
	struct shelf shelf;

	if (!shelf_open(command, &shelf))
		return;
	if (!shelf_find(command->arena, &shelf.images, command->operand[0], NULL, &gone))
		command->status = EXIT_FAILURE;
	store_close(&shelf.store);
}

static const struct option options[] = { { NULL } };

#define VERB(word, upper, sentence) { \
	.name = #word " exists", \
	.operands = upper, \
	.summary = sentence, \
	.options = options, \
	.operands_min = 1, \
	.operands_max = 1, \
	.run = run_##word, \
}

const struct verb verb_container_exists =
	VERB(container, "CONTAINER", N_("end with 0 where there is the container, else with 1"));
const struct verb verb_image_exists =
	VERB(image, "IMAGE", N_("end with 0 where there is the image, else with 1"));
const struct verb verb_network_exists =
	VERB(network, "NETWORK", N_("end with 0 where there is the network, else with 1"));
const struct verb verb_secret_exists =
	VERB(secret, "SECRET", N_("end with 0 where there is the secret, else with 1"));
const struct verb verb_volume_exists =
	VERB(volume, "VOLUME", N_("end with 0 where there is the volume, else with 1"));
