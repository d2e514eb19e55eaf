/* death_json.c - how a container has ended, as JSON: see death.h. */
#include "base/json_write.h"
#include "engine/death.h"
#include "engine/keep.h"
#include "spec/names.h"
#include <string.h>

static void put_signals(struct json_writer *out, const struct death *death)
{
	json_open_array(out, "Signals");
	for (size_t i = 0; i < death->signals; i++) {
		const char *name = name_of(signal_names, (unsigned)death->signal[i]);

		if (name)
			json_put_text(out, NULL, name);
		else
			json_put_unsigned(out, NULL, (unsigned)death->signal[i]);
	}
	json_close(out);
}

static void put_memory(struct json_writer *out, const struct memory_end *memory)
{
	json_open_object(out, "Memory");
	json_put_bool(out, "RanOut", memory->oom);
	json_put_unsigned(out, "Limit", memory->limit);
	json_put_unsigned(out, "Peak", memory->peak);
	json_put_unsigned(out, "Kills", memory->kills);
	json_put_unsigned(out, "Pid", memory->last.pid);
	json_put_text(out, "Process", memory->last.pid ? memory->last.name : "");
	json_put_unsigned(out, "Held", memory->last.memory);
	json_close(out);
}

/* Of one whose program could not find them. */
static void put_libraries(struct json_writer *out, const struct death *death)
{
	const struct libraries *libraries = &death->libraries;

	json_open_array(out, "MissingLibraries");
	for (size_t i = 0; death->looked && libraries->state == LIBRARIES_LACKING && i < libraries->count &&
			   i < LIBRARIES_MISSING_MAX; i++) {
		json_open_object(out, NULL);
		json_put_text(out, "Name", libraries->missing[i].name);
		json_put_text(out, "NeededBy", libraries->missing[i].by);
		json_close(out);
	}
	json_close(out);
}

static void put_sentences(struct json_writer *out, const struct death *death)
{
	struct text sentences = text_new(out->text->arena);
	char *rest, *line;

	death_tell(&sentences, death);
	rest = sentences.at;
	json_open_array(out, "Sentences");
	while ((line = strsep(&rest, "\n")))
		if (*line)
			json_put_text(out, NULL, line);
	json_close(out);
}

void death_put(struct text *out, const struct death *death)
{
	struct json_writer json = json_writer_new(out, NULL);
	const struct ended *ended = death->ended;
	const bool known = death->status == CONTAINER_EXITED && ended->known;

	json_open_object(&json, NULL);
	json_put_text(&json, "ID", death->made->id);
	json_put_text(&json, "Name", death->made->name);
	json_put_text(&json, "Status", engine_status_name(death->status));
	json_put_bool(&json, "Known", known);
	json_put_signed(&json, "ExitCode", known ? ended->status : 0);
	json_put_text(&json, "EndedBy", known ? engine_ended_by_name(ended->by) : "");
	json_put_text(&json, "FinishedAt", known ? ended->finished : "");
	json_put_text(&json, "Error", known && ended->problem ? ended->problem : "");
	json_put_bool(&json, "Stopped", death->stopped);
	json_put_bool(&json, "Unhealthy", death->unhealthy);
	json_put_unsigned(&json, "Restarts", death->restarts);
	json_put_unsigned(&json, "LogLinesLost", known ? ended->log_lost : 0);
	put_signals(&json, death);
	put_memory(&json, known ? &ended->memory : &(struct memory_end){ 0 });
	put_libraries(&json, death);
	put_sentences(&json, death);
	json_close(&json);
}
