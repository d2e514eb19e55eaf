/* json_mounts.c - the mount tree's steps as data. */
#include "show/json.h"
#include "spec/lists.h"
#include <sys/stat.h>

static void put_data(struct json_writer *json, const struct pairs *data)
{
	json_open_array(json, "data");
	for (size_t i = 0; data && i < data->count; i++) {
		const char *value = data->at[i].value;

		json_put_text(json, NULL, value ? arena_printf(json->text->arena, "%s=%s", data->at[i].key, value)
						: data->at[i].key);
	}
	json_close(json);
}

static void put_change(struct json_writer *json, const struct mount_change *change)
{
	struct text one = text_new(json->text->arena), all = text_new(json->text->arena);

	words_change(&one, change);
	words_change_all(&all, change);
	json_put_text(json, "attributes", one.at);
	json_put_text(json, "attributesOfAll", all.at);
	if (change->propagation)
		json_put_text(json, "propagation",
			      words_propagation(change->propagation, change->propagation_all));
}

void put_propagation(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "propagation",
		      words_propagation(step->propagation.propagation, step->propagation.all));
}

static void put_layers(struct json_writer *json, const char *path, const struct plan_layers *layers)
{
	json_put_text(json, "path", path);
	json_put_text(json, "from", layers->from);
	texts_put(json, "lower", &layers->lower);
	if (layers->data.count)
		texts_put(json, "data", &layers->data);
	json_put_text(json, "upper", layers->upper);
	json_put_text(json, "work", layers->work);
	json_put_bool(json, "userXattr", layers->user_xattr);
	json_put_bool(json, "volatile", layers->temporary);
}

void put_open_layers(struct json_writer *json, const struct step *step)
{
	json_put_signed(json, "slot", step->open_layers.slot);
	put_layers(json, step->open_layers.path, step->open_layers.layers);
}

void put_mount_layers(struct json_writer *json, const struct step *step)
{
	put_layers(json, step->mount_layers.path, step->mount_layers.layers);
	if (step->mount_layers.slot)
		json_put_signed(json, "slot", step->mount_layers.slot);
	if (step->mount_layers.opened)
		json_put_signed(json, "opened", step->mount_layers.opened);
}

void put_open_root(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->open_root.path);
	json_put_bool(json, "inPlace", step->open_root.in_place);
}

void put_id_mapping(struct json_writer *json, const struct step *step)
{
	json_put_signed(json, "slot", step->id_mapping.slot);
	id_maps_put(json, "uidMappings", step->id_mapping.uid);
	id_maps_put(json, "gidMappings", step->id_mapping.gid);
}

void put_open_source(struct json_writer *json, const struct step *step)
{
	json_put_signed(json, "slot", step->open_source.slot);
	json_put_text(json, "path", step->open_source.path);
	if (step->open_source.beneath)
		json_put_text(json, "beneath", step->open_source.beneath);
	json_put_bool(json, "all", step->open_source.all);
	if (step->open_source.id_mapping) {
		json_put_signed(json, "idMapping", step->open_source.id_mapping);
		json_put_bool(json, "idMappingOfAll", step->open_source.id_mapping_all);
	}
}

void put_mount(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "type", step->mount.type);
	json_put_text(json, "source", step->mount.source);
	json_put_text(json, "target", step->mount.target);
	put_data(json, step->mount.data);
	put_change(json, &step->mount.change);
}

void put_bind(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "source", step->bind.source);
	if (step->bind.slot)
		json_put_signed(json, "slot", step->bind.slot);
	json_put_text(json, "target", step->bind.target);
	json_put_bool(json, "all", step->bind.all);
	json_put_bool(json, "makeFile", step->bind.make_file);
	put_change(json, &step->bind.change);
}

void put_change_mount(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->change_mount.target);
	if (step->change_mount.data)
		put_data(json, step->change_mount.data);
	put_change(json, &step->change_mount.change);
}

void put_hold(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->hold.target);
	json_put_signed(json, "slot", step->hold.slot);
}

void put_copy_up(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->copy_up.target);
	json_put_signed(json, "slot", step->copy_up.slot);
}

static const char *device_type(mode_t mode)
{
	return S_ISBLK(mode) ? "b" : S_ISFIFO(mode) ? "p" : "c";
}

void put_make_device(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->make_device.target);
	json_put_text(json, "type", device_type(step->make_device.mode));
	put_octal(json, "mode", step->make_device.mode & 07777);
	json_put_unsigned(json, "major", step->make_device.major);
	json_put_unsigned(json, "minor", step->make_device.minor);
	json_put_unsigned(json, "uid", step->make_device.uid);
	json_put_unsigned(json, "gid", step->make_device.gid);
}

void put_make_link(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->make_link.target);
	json_put_text(json, "to", step->make_link.to);
}

void put_mask(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->mask.target);
}

void put_readonly(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->readonly.target);
}

void put_open_proc(struct json_writer *json, const struct step *step)
{
	json_put_bool(json, "processOnly", step->open_proc.process_only);
}

void put_make_path(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "target", step->make_path.target);
	put_octal(json, "mode", step->make_path.mode);
}
