/* kind.h - options that say for which kind of machine an image is to be: --platform, or its parts as podman has
 * them. */
#pragma once
#include "command/command.h"

struct kind_asked { const char *platform, *os, *arch, *variant; };

/* Rows of an option table, to be included by OPTION_TABLE. */
extern const struct option kind_options[];

/* "linux/arm64/v8", or NULL where nothing is asked for. What is not said is as of this machine. A problem where both
 * are used, or it is no platform. */
const char *kind_platform(struct command *command, const struct kind_asked *asked);
