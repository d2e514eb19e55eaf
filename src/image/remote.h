/* remote.h - asks a registry, by libexec/taru/fetch (wire/fetch.h).
 *
 * A remote is one helper that goes to the servers of one image, with the rights that were found for it. Requests are
 * sent and answers received; remote_ask() does both for who has nothing else to do meanwhile.
 */
#pragma once
#include "image/attachments.h"
#include "image/auth.h"
#include "image/digest.h"
#include "image/endpoint_message.h"
#include "image/helper.h"
#include "image/policy.h"
#include "image/registries.h"
#include "wire/fetch.h"
#include "wire/message.h"

/* What the command line says of it. */
struct remote_options {
	const char *auth_file;		/* NULL: as configured */
	const char *credentials;	/* "USER:PASSWORD", or NULL */
	enum registry_tls tls;
	struct fetch_limits limits;
	const char *cert_dir;		/* NULL: as configured */
};

/* What this machine and this user have configured: read once. */
struct remotes {
	const struct remote_options *options;
	struct places places;
	struct registries registries;
	struct auth auth;
	struct policy policy;
	struct attachments attachments;
	struct helper *ready;		/* started already, for the first remote; NULL: none */
};

struct remote {
	struct arena *arena;
	struct helper helper;
	uint64_t last_id;
	void (*note)(void *data, const char *text);	/* what is no error, and worth a line */
	void *note_data;
};

/* An answer. */
struct remote_answer {
	uint64_t id;
	const struct json *ok;		/* an object; NULL: it failed, or it is progress */
	bool progress;
	uint64_t at;			/* of progress: bytes of the blob */
	enum fetch_error error;		/* with neither */
};

/* Reads all files of settings. False after a problem. */
bool remotes_load(struct arena *arena, const struct remote_options *options, struct remotes *ret_remotes,
		  struct problem *problem);

/* Starts the helper for the first remote that will be opened: what it does until it is asked goes on beside what
 * we do until then. NULL where it cannot be; remote_open() then says why. */
struct helper *remote_start_early(struct arena *arena);

/* Starts the helper for an image; `push`: for sending it. `note` and its data may be set before. */
bool remote_open(struct remote *remote, struct arena *arena, const struct remotes *remotes,
		 const struct reference *reference, bool push, struct problem *problem);

/* The same for a helper that is given nowhere to go and no rights: it can check signatures and nothing else. */
bool remote_open_alone(struct remote *remote, struct arena *arena, struct problem *problem);

/* Ends it; what it was doing is given up. */
void remote_close(struct remote *remote);

/* Begins a request: an object with "id" and "op", to which the caller adds and which it closes. */
struct json_writer remote_begin(struct remote *remote, struct text *text, const char *op);

/* Sends it. Its id is remote->last_id. */
bool remote_send(struct remote *remote, const struct text *text, const int *fds, size_t count,
		 struct problem *problem);

/* Waits for the next answer. It lies in `arena`. False after a problem: the helper said something that makes no
 * sense, or is gone. A request that failed is an answer with `error`; its words are in `ret_words`. */
bool remote_receive(struct remote *remote, struct arena *arena, struct remote_answer *ret_answer,
		    struct problem *ret_words, struct problem *problem);

/* Sends and waits, when nothing else is under way. The object "ok", or NULL with a problem, and then
 * what kind it is. */
const struct json *remote_ask(struct remote *remote, const struct text *text, const int *fds, size_t count,
			      enum fetch_error *ret_error, struct problem *problem);

/* A manifest or index as the registry has it. */
struct remote_document {
	char *text;			/* with a NUL behind it */
	size_t length;
	const char *type;
	struct digest digest;		/* of the text */
};

/* A file in memory that holds the text, to be read from its beginning: a descriptor or -errno. */
int remote_memory_file(const char *text, size_t length);

/* Fetches one by tag or digest. What has not the digest that was asked for, or that the registry says, is a
 * problem. *ret_error as above. */
bool remote_manifest(struct remote *remote, const char *reference, struct remote_document *ret_document,
		     enum fetch_error *ret_error, struct problem *problem);
