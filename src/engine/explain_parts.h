/* explain_parts.h - what those share that tell of what is not there yet as steps of the runtime's. */
#pragma once
#include "engine/container.h"
#include "life/life.h"
#include "net/network.h"
#include "plan/plan.h"

/* explain_settings.c: what makes a container beside its steps, by the options that say it, and line by line what is in
 * hosts and resolv.conf. Its folder is open. */
struct pairs explain_settings(struct engine *engine, const struct engine_container *container);

/* explain.c: values of the container's secret variables are told of as "*******", as by `inspect`; the script has them
 * from elsewhere. To be called before the plan is made. */
void explain_hide_secrets(struct engine *engine, const struct made *made, struct bundle *bundle);

/* explain_network.c: adds that a directory is made by the runtime, with this mode. */
void explain_add_directory(struct plan *plan, const char *why, const char *path, mode_t mode);

/* The same of a file, which is written whole. */
void explain_add_file(struct plan *plan, const char *why, const char *path, const char *text);

/* The files of a network: its folder in `root`, which is the store's. */
void explain_add_network(struct plan *plan, const char *why, const char *root, const struct network *network);
