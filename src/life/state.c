/* state.c - what others are told of a container's state: hooks, agents that listen to seccomp (runtime.md,
 * «State»; config-linux.md, «Seccomp»), in JSON on one line.
 *
 * The process does not exist yet when such a text is made, so places are kept for its pid. (For exec the
 * container's exists, and that of exec does not.)
 */
#include "base/json_write.h"
#include "life/launch.h"

enum { PID_DIGITS = 10 };

static size_t put_state(struct json_writer *writer, const char *key, const struct state *state)
{
	size_t pid = 0;

	json_open_object(writer, key);
	json_put_text(writer, "ociVersion", state->spec->oci_version);
	json_put_text(writer, "id", state->id);
	json_put_text(writer, "status", status_name(state->status));
	if (state->pid)
		json_put_unsigned(writer, "pid", (uint64_t)state->pid);
	else if (state->status != STATUS_STOPPED)
		pid = json_put_place(writer, "pid", PID_DIGITS);
	json_put_text(writer, "bundle", state->bundle);
	json_open_object(writer, "annotations");
	for (size_t i = 0; i < state->spec->annotations.count; i++)
		json_put_text(writer, state->spec->annotations.at[i].key, state->spec->annotations.at[i].value);
	json_close(writer);
	json_close(writer);
	return pid;
}

struct form state_form(struct arena *arena, const struct state *state)
{
	struct text text = text_new(arena);
	struct json_writer writer = json_writer_new(&text, NULL);
	size_t pid = put_state(&writer, NULL, state);

	return (struct form){ .text = text.at, .length = text.length, .pid = { pid ? text.at + pid : NULL } };
}

struct form state_listener_form(struct arena *arena, const struct state *state)
{
	struct text text = text_new(arena);
	struct json_writer writer = json_writer_new(&text, NULL);
	size_t pid[2];

	json_open_object(&writer, NULL);
	json_put_text(&writer, "ociVersion", state->spec->oci_version);
	json_open_array(&writer, "fds");
	json_put_text(&writer, NULL, "seccompFd");
	json_close(&writer);
	pid[0] = json_put_place(&writer, "pid", PID_DIGITS);
	if (state->spec->seccomp.listener_metadata)
		json_put_text(&writer, "metadata", state->spec->seccomp.listener_metadata);
	pid[1] = put_state(&writer, "state", state);
	json_close(&writer);
	return (struct form){ .text = text.at, .length = text.length,
			      .pid = { text.at + pid[0], pid[1] ? text.at + pid[1] : NULL } };
}
