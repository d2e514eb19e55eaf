/* run.h - a container of the engine from an image: made, and run to its end. */
#pragma once
#include "engine/config.h"
#include "engine/container.h"
#include "engine/secret_use.h"
#include "life/life.h"

struct run_request {
	const struct run_asked *asked;
	char **words;			/* the command, which ends in a NULL */
	const struct image *image;	/* of the store; NULL: this machine's own files (host_image.h) */
	const char *image_name;		/* as it was asked for */
	bool kept;			/* it is to run without its caller */
	unsigned preserve_fds;		/* so many descriptors from 3 on are its, too */
	enum trace trace;
	const char *trace_file;
	bool step;			/* see start_options */
	int commands, replies;
	const struct onlooker *onlooker;	/* see start_options */
};

/* A container that was made, and what is needed to start it. */
struct prepared {
	struct made made;
	const char *path;		/* its folder */
	struct bundle bundle;
	struct plan_layers layers;
	struct texts new_volumes;	/* that were made for it */
	/* Of what is only told: directories that would be made to be bound into it; what would be done to others;
	 * secrets that would be copied. */
	struct texts new_sources;
	struct plan_changes changes;
	struct secrets_taken secrets;
	int folder;			/* open, locked */
	const char *note;		/* what the caller should know of how it was made; NULL: nothing */
};

/* Makes a container. A problem leaves nothing behind. */
bool engine_create(struct engine *engine, const struct run_request *request, struct prepared *ret_prepared,
		   struct problem *problem);

/* Reads one that is there and locked, as it was made. */
bool engine_prepare(struct engine *engine, const struct engine_container *container, struct prepared *ret_prepared,
		    struct problem *problem);

/* The same for another start: with the namespaces of who runs now (joins.h). */
bool engine_prepare_start(struct engine *engine, const struct engine_container *container,
			  struct prepared *ret_prepared, struct problem *problem);

/* What the options --rm and the like come to after a run in the foreground. */
struct run_result {
	int status;			/* exit status, or 128 + signal */
	bool signalled;
	int program;			/* why the program could not be executed: -errno, else 0 */
	struct memory_end memory;
	bool begun;			/* the event of its start is written: that of its end is due */
};

/* Runs it in the foreground until its process ends, writes down how that was, and with --rm removes it. What goes wrong
 * after the end is a line of `warnings`. A start that failed is a problem; the container stays, as with docker, unless
 * it is --rm. */
void engine_run(struct engine *engine, struct prepared *prepared, const struct run_request *request,
		struct text *warnings, struct run_result *ret_result, struct problem *problem);

/* For who starts one otherwise (keep.h): fills in what the plan needs beyond config.json; and writes down how it ended,
 * or with --rm removes it, if nobody else has. */
void engine_complete(struct prepared *prepared);
void engine_finish(struct engine *engine, struct prepared *prepared, const char *started,
		   const struct run_result *result, struct text *warnings, const struct problem *problem);

enum explain_form { EXPLAIN_SCRIPT, EXPLAIN_PROSE, EXPLAIN_JSON, EXPLAIN_HTML };

/* What --explain says: "sh", "text", "json", "html". */
bool engine_explain_form(const char *word, enum explain_form *ret_form, struct problem *problem);

/* Adds the plan that the bundle has; `what`: the command that it is of. */
void engine_explain_bundle(const struct bundle *bundle, enum explain_form form, const char *what, struct text *out);

/* Makes the plan of it as the engine would do it, which is only told: nothing is taken for it. Its folder is a draft
 * (draft.h), in which its networks are written down. */
bool engine_plan(struct engine *engine, struct prepared *prepared, struct problem *problem);

/* Adds the plan of it as the engine would do it: a script of shell, prose, JSON or a page. */
bool engine_explain(struct engine *engine, struct prepared *prepared, enum explain_form form, const char *what,
		    struct text *out, struct problem *problem);
