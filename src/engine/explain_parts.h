/* explain_parts.h - what those share that tell of what is not there yet as steps of the runtime's. */
#pragma once
#include "net/network.h"
#include "plan/plan.h"

/* Adds that a directory is made by the runtime, with this mode. */
void explain_add_directory(struct plan *plan, const char *why, const char *path, mode_t mode);

/* The same of a file, which is written whole. */
void explain_add_file(struct plan *plan, const char *why, const char *path, const char *text);

/* The files of a network: its folder in `root`, which is the store's. */
void explain_add_network(struct plan *plan, const char *why, const char *root, const struct network *network);
