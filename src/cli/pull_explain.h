/* pull_explain.h - what `pull` would ask of whom. */
#pragma once
#include "cli/globals.h"
#include "image/remote.h"
#include "image/store.h"

/* Adds the requests that fetching the images of these names (a NULL after them) would make, as `form` says: "sh",
 * "text" or "json"; and what of them is here already. JSON is one list, of all images that a name may mean. Nobody is
 * asked. */
bool pull_explain(struct command *command, const struct store *store, const struct remotes *remotes,
		  char *const *names, const char *form, struct text *out);
