/* auth.h - with whose rights a registry is asked: containers-auth.json(5), and config.json of Docker.
 *
 * Passwords are in files, as base64, or with a credential helper that such a file names. Where several files know the
 * registry, the first one holds: the one that was named ($REGISTRY_AUTH_FILE, an option), and no other then; else
 * $XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json, $DOCKER_CONFIG/config.json. In a file the
 * longest key that covers the image holds: "host/team/app", "host/team", "host".
 */
#pragma once
#include "base/json.h"
#include "image/places.h"

/* What is not there is "". */
struct credentials {
	const char *user, *password;
	const char *identity_token;	/* an OAuth2 refresh token */
	const char *registry_token;	/* sent as it is */
	const char *from;		/* the file or the helper, for messages */
};

struct auth_file {
	const char *path;
	const struct json *root;	/* an object; NULL: there is no file */
};

/* Where to look: files, and helpers for all registries ("containers-auth.json" among them stands for the files;
 * none: the files alone). */
struct auth {
	const struct places *places;
	const char *const *helper;
	size_t helpers;
};

/* What a file says of an image: nothing, a password, or which helper to ask. */
enum auth_kind { AUTH_NOTHING, AUTH_CREDENTIALS, AUTH_HELPER };

struct auth_answer {
	enum auth_kind kind;
	struct credentials credentials;
	const char *helper;		/* NAME of docker-credential-NAME */
};

/* --- pure: auth.c, auth_edit.c --- */

/* Reads a file's text, which it changes. false after a problem, which names the file and no password. */
bool auth_read(struct arena *arena, char *text, size_t length, const char *path, struct auth_file *ret_file,
	       struct problem *problem);

/* Looks for the image `domain`/`repository` ("" for the registry as a whole). */
bool auth_look(const struct auth_file *file, struct arena *arena, const char *domain, const char *repository,
	       struct auth_answer *ret_answer, struct problem *problem);

/* Whether the key of a file means this: "docker.io" is also called "https://index.docker.io/v1/". */
bool auth_key_means(struct arena *arena, const char *key, const char *wanted);

/* The file with other credentials for `key` ("host" or "host/team"; NULL: for all keys), or with none where they are
 * NULL; all else is kept, in its order. *ret_changed: whether there is a difference. */
const char *auth_edit(const struct auth_file *file, struct arena *arena, const char *key,
		      const struct credentials *credentials, bool *ret_changed);

/* --- with files and helpers: auth_store.c --- */

/* 1 with credentials, or 0 without (all "" then); -errno with a problem. */
int auth_find(const struct auth *auth, struct arena *arena, const char *domain, const char *repository,
	      struct credentials *ret_credentials, struct problem *problem);

/* Keeps credentials for `key`: in the first file of those above, which others cannot read (mode 0600), or with the
 * helper that it names. *ret_where is the file or the helper. 0, or -errno with a problem. */
int auth_login(const struct auth *auth, struct arena *arena, const char *key, const struct credentials *credentials,
	       const char **ret_where, struct problem *problem);

/* Forgets them there. 1, or 0 where there were none; -errno with a problem. */
int auth_logout(const struct auth *auth, struct arena *arena, const char *key, const char **ret_where,
		struct problem *problem);

/* Who is told of what auth_logout_all() does. */
struct auth_listener {
	void *data;
	void (*removed)(void *data, const char *key);	/* a registry, as the file or the helper called it */
	void (*left)(void *data, const char *path);	/* a file that is read too, and not written: it has some */
};

/* Forgets all that are there: in the first file, and with the helpers as far as they list what they keep. How many;
 * -errno with a problem, after all that can be forgotten is. */
int auth_logout_all(const struct auth *auth, struct arena *arena, const struct auth_listener *listener,
		    struct problem *problem);
