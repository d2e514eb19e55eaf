/* wanted.h - the image that a container is to be made from: here, or brought from its registry. */
#pragma once
#include "cli/kind.h"
#include "cli/place.h"
#include "cli/settings.h"

enum pull_policy { PULL_MISSING, PULL_ALWAYS, PULL_NEVER };

/* What `option` says: "missing", "always", "newer", "never"; a problem for others. */
enum pull_policy wanted_policy(const char *option, const char *given, enum pull_policy usual, struct problem *problem);

struct image_asked {
	const char *pull;
	struct kind_asked kind;
	bool quiet;
	struct settings_asked settings;
};

/* Rows of an option table, to be included by OPTION_TABLE. */
extern const struct option image_options[];

/* Finds the image that a person means; `host` has none, and is found. False after a problem. */
bool wanted_image(struct command *command, struct place *place, const char *name, const struct image_asked *asked,
		  const struct image **ret_image);
