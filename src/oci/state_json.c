/* state_json.c - see state_json.h */
#include "oci/state_json.h"

pid_t state_pid(const struct container *container)
{
	return container->status == STATUS_STOPPED ? 0 : container->record.pid;
}

const char *state_bundle(const struct container *container)
{
	return container->recorded ? container->record.bundle : "";
}

const char *state_created(const struct container *container)
{
	return container->recorded ? container->record.created : "0001-01-01T00:00:00Z";
}

void state_json(struct json_writer *out, const struct container *container, const char *owner)
{
	const struct record *record = &container->record;
	const struct pairs *annotations = &record->spec.annotations;

	json_open_object(out, NULL);
	json_put_text(out, "ociVersion", container->recorded ? record->spec.oci_version : "1.3.0");
	json_put_text(out, "id", container->id);
	json_put_unsigned(out, "pid", (uint64_t)state_pid(container));
	json_put_text(out, "status", status_name(container->status));
	json_put_text(out, "bundle", state_bundle(container));
	json_put_text(out, "rootfs", container->recorded ? record->rootfs : "");
	json_put_text(out, "created", state_created(container));
	if (annotations->count) {
		json_open_object(out, "annotations");
		for (size_t i = 0; i < annotations->count; i++)
			json_put_text(out, annotations->at[i].key, annotations->at[i].value);
		json_close(out);
	}
	json_put_text(out, "owner", owner);
	json_close(out);
}
