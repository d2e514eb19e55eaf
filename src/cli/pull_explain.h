/* pull_explain.h - what `pull` would ask of whom. */
#pragma once
#include "cli/globals.h"
#include "image/remote.h"
#include "image/store.h"

/* Adds the requests that fetching an image would make, as `form` says: "sh", "text" or "json"; and what of it is here
 * already. Nobody is asked. */
bool pull_explain(struct command *command, const struct store *store, const struct remotes *remotes, const char *name,
		  const char *form, struct text *out);
