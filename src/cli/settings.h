/* settings.h - options of the verbs that go to a registry, and what they make of the files of settings. */
#pragma once
#include "cli/globals.h"
#include "image/remote.h"
#include "image/store.h"

struct settings_asked {
	const char *auth_file, *credentials, *tls_verify, *retry_delay, *cert_dir;
	struct maybe_u64 retry;
};

/* Rows of an option table, to be included by OPTION_TABLE. */
extern const struct option settings_options[];

/* Whether their values make sense; false after a problem. */
bool settings_check(const struct settings_asked *asked, struct problem *problem);

/* Reads the files. The result lives in the command's arena. NULL after a problem. */
const struct remotes *settings_load(struct command *command, const struct settings_asked *asked);

/* The same for a verb that asks a registry in any case, which is prepared meanwhile. */
const struct remotes *settings_load_to_ask(struct command *command, const struct settings_asked *asked);

/* Opens the store, which is made where it is not there. False after a problem. */
bool settings_open_store(struct command *command, struct store *ret_store);
