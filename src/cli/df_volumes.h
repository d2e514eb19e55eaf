/* df_volumes.h - what volumes need on the disk, for `taru system df`. */
#pragma once
#include "cli/globals.h"
#include "engine/volume.h"
#include "listing/rows.h"

struct df_volume { const char *name; size_t links; uint64_t size; };

struct df_volumes {
	struct df_volume *at;
	size_t count;
};

/* Counts the bytes and the containers of each. False after a problem. */
bool df_volumes_read(struct command *command, struct store *store, struct df_volumes *ret_volumes);

/* Adds the row "Local Volumes" of the summary. */
void df_volumes_summary(struct arena *arena, struct rows *rows, const struct df_volumes *volumes);

/* Adds the table of all of them. */
bool df_volumes_table(struct text *out, const struct df_volumes *volumes, struct problem *problem);
