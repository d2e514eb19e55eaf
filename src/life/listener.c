/* listener.c - what the seccomp agent is told with the listener's descriptor: runtime-spec's
 * «container process state» (config-linux.md, «Seccomp»).
 *
 * The process does not exist yet when the text is made, so its pid has a place kept for it, blanks that
 * JSON allows before a number.
 */
#include "life/parts.h"

#define PID_PLACE "          0"

static void add_pid(struct text *text, const char *key, size_t *ret_place)
{
	text_printf(text, "\"%s\":", key);
	*ret_place = text->length;
	text_add(text, PID_PLACE);
}

static void add_string(struct text *text, const char *key, const char *value)
{
	text_add_json(text, key);
	text_add(text, ":");
	text_add_json(text, value);
}

static void add_annotations(struct text *text, const struct pairs *annotations)
{
	text_add(text, "\"annotations\":{");
	for (size_t i = 0; i < annotations->count; i++) {
		text_add(text, i ? "," : "");
		add_string(text, annotations->at[i].key, annotations->at[i].value);
	}
	text_add(text, "}");
}

void listener_prepare(struct arena *arena, struct run *run, const struct bundle *bundle)
{
	const struct spec *spec = &bundle->spec;
	struct text text = text_new(arena);
	size_t place[2];

	if (!spec->seccomp.listener_path)
		return;
	text_add(&text, "{");
	add_string(&text, "ociVersion", spec->oci_version);
	text_add(&text, ",\"fds\":[\"seccompFd\"],");
	add_pid(&text, "pid", &place[0]);
	text_add(&text, ",");
	if (spec->seccomp.listener_metadata) {
		add_string(&text, "metadata", spec->seccomp.listener_metadata);
		text_add(&text, ",");
	}
	text_add(&text, "\"state\":{");
	add_string(&text, "ociVersion", spec->oci_version);
	text_add(&text, ",");
	add_string(&text, "id", bundle->request.id);
	text_add(&text, ",\"status\":\"creating\",");
	add_pid(&text, "pid", &place[1]);
	text_add(&text, ",");
	add_string(&text, "bundle", bundle->path);
	text_add(&text, ",");
	add_annotations(&text, &spec->annotations);
	text_add(&text, "}}");
	run->listener_state = text.at;
	for (int i = 0; i < 2; i++)
		run->listener_pid[i] = text.at + place[i] + sizeof(PID_PLACE) - 2;
}
