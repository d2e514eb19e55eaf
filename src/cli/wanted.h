/* wanted.h - the image that a container is to be made from: here, or brought from its registry. */
#pragma once
#include "cli/place.h"
#include "cli/settings.h"

struct image_asked {
	const char *pull, *platform;
	bool quiet;
	struct settings_asked settings;
};

/* Rows of an option table, to be included by OPTION_TABLE. */
extern const struct option image_options[];

/* Finds the image that a person means; `host` has none, and is found. False after a problem. */
bool wanted_image(struct command *command, struct place *place, const char *name, const struct image_asked *asked,
		  const struct image **ret_image);
