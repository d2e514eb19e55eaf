/* attached.c - see attached.h */
#include "cli/attached.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/event.h"
#include "life/life.h"
#include <stdlib.h>

const struct option attached_options[] = {
	{ "detach-keys", 0, OPTION_TEXT, offsetof(struct attached_asked, detach_keys), "KEYS",
	  N_("leave it running by these keys (ctrl-p,ctrl-q)") },
	{ "sig-proxy", 0, OPTION_MAYBE_FLAG, offsetof(struct attached_asked, sig_proxy), NULL,
	  N_("signals to this program are the container's (true)") },
	{ NULL }
};

/* Its monitor was killed, or what it has said is lost: what is written down is looked at. */
static int find_status(struct command *command, struct place *place, const struct made *made)
{
	enum { UNKNOWN = 125 };
	struct engine_container container;
	struct problem gone = { 0 };
	bool known = engine_find(&place->engine, made->id, &container, &gone) &&
		     container.status == CONTAINER_EXITED && container.ended.known;
	int status = (int)container.ended.status;

	engine_close(&container);
	if (known)
		return status;
	problem_set(command->problem, "container %s: nobody knows how it ended: its monitor was killed", made->name);
	return UNKNOWN;
}

struct sized { const struct engine *engine; const struct made *made; };

static void note_size(void *context, unsigned rows, unsigned columns)
{
	const struct sized *sized = context;
	struct arena *arena = sized->engine->arena;
	const struct pair more[] = { { "height", arena_printf(arena, "%u", rows) },
				     { "width", arena_printf(arena, "%u", columns) }, { NULL, NULL } };

	event_container(sized->engine, sized->made, "resize", more);
}

void attached_stay(struct command *command, struct place *place, const struct made *made, bool terminal, int socket,
		   const struct attached_asked *asked)
{
	struct sized sized = { &place->engine, made };
	const struct attach_asked attach = {
		.sized = note_size,
		.context = &sized,
		.input = asked->input,
		.output = true,
		.terminal = terminal,
		.detach_keys = asked->detach_keys,
		.forward_signals = !asked->sig_proxy.set || asked->sig_proxy.value,
		.run = place->engine.run,
		.id = made->id,
	};
	int status = 0;

	switch (engine_stay_attached(command->arena, socket, &attach, &status)) {
	case ATTACH_HAS_ENDED: break;
	case ATTACH_LEFT:
		status = 0;
		event_container(&place->engine, made, "detach", NULL);
		break;
	case ATTACH_REFUSED:
		problem_set(command->problem, "container %s: %d are attached already, and its monitor takes no more: "
			    "try again when one of them has left", made->name, ATTACH_CLIENTS);
		status = EXIT_FAILURE;
		break;
	case ATTACH_LOST_TOUCH: status = find_status(command, place, made); break;
	}
	sys_close(socket);
	command->status = command->failed = status;
}

bool attached_has_terminal(struct command *command, const struct place *place, const char *id)
{
	struct problem bad = { 0 };
	const struct json *value;
	char *text;
	size_t length;

	if (file_read_kept(command->arena, place->store.fd,
			   arena_printf(command->arena, "containers/%s/config.json", id), CONFIG_LIMIT, &text, &length))
		return false;
	value = json_get(json_get(json_read(command->arena, text, length, "config.json", &bad), "process"), "terminal");
	return value && value->kind == JSON_BOOL && value->boolean;
}
