/* json_cgroup.c - as data: the steps about cgroups. */
#include "show/json.h"
#include "spec/lists.h"

void put_make_cgroup(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->make_cgroup.path);
	json_put_bool(json, "own", step->make_cgroup.own);
}

void put_enable_controllers(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->enable.path);
	json_put_text(json, "controllers", step->enable.controllers);
}

void put_scope(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "bus", step->scope.scope->bus);
	json_put_text(json, "unit", step->scope.scope->unit);
	json_put_text(json, "slice", step->scope.scope->slice);
}

void put_open_cgroup(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->open_cgroup.path);
}

void put_set_devices(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->set_devices.path);
	json_put_unsigned(json, "instructions", step->set_devices.count);
}

void put_own_cgroup(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->own_cgroup.path);
	texts_put(json, "files", step->own_cgroup.files);
	json_put_unsigned(json, "uid", step->own_cgroup.uid);
	json_put_unsigned(json, "gid", step->own_cgroup.gid);
}

void put_write_lines(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->write_lines.path);
	texts_put(json, "lines", step->write_lines.lines);
}
