/* credential_helper.h - programs that keep passwords: docker-credential-NAME.
 *
 * Such a program is given one word (get, store, erase, list) and something at its standard input, and answers in JSON
 * or by its status; the protocol is that of the project docker-credential-helpers. It is looked for in $PATH and run
 * without a shell, has 30 s, and what it says is cut.
 */
#pragma once
#include "base/arena.h"
#include "base/json.h"
#include "base/problem.h"
#include <stdbool.h>
#include <stddef.h>

enum {
	CREDENTIAL_HELPER_SECONDS = 30,
	CREDENTIAL_HELPER_SAYS_MAX = 256 * 1024,
};

/* What it keeps for one server. A user "<token>" means that the secret is an identity token. */
struct kept { const char *user, *secret; };

/* 1, or 0 where it keeps nothing for this server; -errno with a problem. */
int credential_helper_get(struct arena *arena, const char *name, const char *server, struct kept *ret_kept,
			  struct problem *problem);

/* Has it keep a password; 0, or -errno with a problem. */
int credential_helper_store(struct arena *arena, const char *name, const char *server, const struct kept *kept,
			    struct problem *problem);

/* Has it forget one. 1, or 0 where it had none; -errno with a problem. */
int credential_helper_erase(struct arena *arena, const char *name, const char *server, struct problem *problem);

/* All servers that it keeps something for: an object of servers and users. 0, or -errno with a problem. */
int credential_helper_list(struct arena *arena, const char *name, const struct json **ret_servers,
			   struct problem *problem);

/* Whether a program may be called so: letters, digits and ._- alone, so that it names no path. */
bool credential_helper_is_name(const char *name);

/* Reads the answer of `get`, which is changed. For credential_helper.c and the tests. */
bool credential_helper_read(struct arena *arena, char *text, size_t length, const char *program,
			    struct kept *ret_kept, struct problem *problem);
