/* asked_note.c - see asked_note.h */
#include "engine/asked_note.h"
#include "engine/cdi.h"
#include "engine/claims.h"
#include "spec/lists.h"
#include <string.h>

#define TEXTS(member) FIELD_TEXTS, FIELD_ARRAY(struct made_asked, member.at, member.count)

/* Each list is a struct texts: asked_note_put() goes by this table, too. */
const struct field asked_note_fields[] = {
	{ "capAdd", TEXTS(cap_add) }, { "capDrop", TEXTS(cap_drop) }, { "securityOptions", TEXTS(security_options) },
	{ "groups", TEXTS(groups) }, { "devices", TEXTS(devices) }, { "deviceRules", TEXTS(device_rules) },
	{ "volumesFrom", TEXTS(volumes_from) }, { "addHosts", TEXTS(add_hosts) }, { "dns", TEXTS(dns) },
	{ "dnsOptions", TEXTS(dns_options) }, { "dnsSearch", TEXTS(dns_search) },
	{ "weightDevices", TEXTS(weight_devices) }, { "readBps", TEXTS(read_bps) }, { "writeBps", TEXTS(write_bps) },
	{ "readIops", TEXTS(read_iops) }, { "writeIops", TEXTS(write_iops) },
	{ "privileged", FIELD_BOOL, FIELD_AT(struct made_asked, privileged) },
	{ "publishAll", FIELD_BOOL, FIELD_AT(struct made_asked, publish_all) },
	{ "cidFile", FIELD_TEXT, FIELD_AT(struct made_asked, cid_file), .empty = true },
	{ 0 }
};

/* What is wrong with --gpus was told where the devices were looked for. */
static struct texts devices_of(struct arena *arena, const struct run_asked *asked)
{
	struct problem told = { 0 };
	struct texts devices = { 0 }, gpus = { 0 };

	if (asked->gpus)
		gpus = cdi_gpus(arena, asked->gpus, &told);
	for (size_t i = 0; i < asked->devices.count; i++)
		texts_add(arena, &devices, asked->devices.at[i]);
	for (size_t i = 0; i < gpus.count; i++)
		texts_add(arena, &devices, gpus.at[i]);
	return devices;
}

struct made_asked asked_note(struct arena *arena, const struct run_asked *asked)
{
	return (struct made_asked){
		.cap_add = asked->cap_add,
		.cap_drop = asked->cap_drop,
		.security_options = asked->security_options,
		.groups = asked->groups,
		.devices = devices_of(arena, asked),
		.device_rules = asked->device_rules,
		.volumes_from = asked->volumes_from,
		.add_hosts = asked->add_hosts,
		.dns = asked->dns,
		.dns_options = asked->dns_options,
		.dns_search = asked->dns_search,
		.weight_devices = asked->blkio_weight_devices,
		.read_bps = asked->read_bps,
		.write_bps = asked->write_bps,
		.read_iops = asked->read_iops,
		.write_iops = asked->write_iops,
		.privileged = asked->privileged,
		.publish_all = asked->publish_all,
		.cid_file = claims_absolute(arena, asked->cid_file),
	};
}

static const struct texts *list_of(const struct made_asked *asked, const struct field *field)
{
	return (const struct texts *)(const void *)((const char *)asked + field->offset);
}

static bool is_empty(const struct made_asked *asked)
{
	for (const struct field *field = asked_note_fields; field->key; field++)
		if (field->kind == FIELD_TEXTS && list_of(asked, field)->count)
			return false;
	return !asked->privileged && !asked->publish_all && !(asked->cid_file && asked->cid_file[0]);
}

void asked_note_put(struct json_writer *json, const char *key, const struct made_asked *asked)
{
	if (is_empty(asked))
		return;
	json_open_object(json, key);
	for (const struct field *field = asked_note_fields; field->key; field++)
		if (field->kind == FIELD_TEXTS && list_of(asked, field)->count)
			texts_put(json, field->key, list_of(asked, field));
	json_put_bool(json, "privileged", asked->privileged);
	json_put_bool(json, "publishAll", asked->publish_all);
	json_put_text(json, "cidFile", asked->cid_file ? asked->cid_file : "");
	json_close(json);
}
