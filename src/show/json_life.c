/* json_life.c - as data: the steps about what stays of a start, and who joins a container. */
#include "show/json.h"
#include "spec/lists.h"
#include "spec/names.h"

void put_open_process(struct json_writer *json, const struct step *step)
{
	json_put_signed(json, "pid", step->open_process.pid);
	json_put_unsigned(json, "startTime", step->open_process.start_time);
}

void put_join_process(struct json_writer *json, const struct step *step)
{
	json_put_signed(json, "pid", step->join_process.pid);
	put_namespaces(json, step->join_process.flags);
}

void put_record(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->write_record.path);
}

void put_pid_file(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->pid_file.path);
}

void put_socket(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->socket.path);
}

void put_run_hook(struct json_writer *json, const struct step *step)
{
	const struct hook *hook = step->run_hook.hook;

	json_put_text(json, "hook", name_of(hook_names, step->run_hook.kind));
	json_put_text(json, "path", hook->path);
	texts_put(json, "args", &hook->args);
	texts_put(json, "env", &hook->env);
	if (hook->timeout.set)
		json_put_signed(json, "timeout", hook->timeout.value);
	json_put_text(json, "directory", step->run_hook.directory);
}

void put_open_start(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "start", step->open_start.start);
	json_put_text(json, "answer", step->open_start.answer);
}
