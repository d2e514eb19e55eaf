/* record.c - container.json and ended.json: see container.h. */
#include "base/json_decode.h"
#include "engine/asked_note.h"
#include "engine/parts.h"
#include "engine/rootfs.h"

enum { MADE_VERSION = 1 };

/* --- container.json --- */

static const struct name restart_names[] = {
	{ "no", RESTART_NO }, { "on-failure", RESTART_ON_FAILURE }, { "always", RESTART_ALWAYS },
	{ "unless-stopped", RESTART_UNLESS_STOPPED }, { 0 }
};

const char *engine_restart_name(enum restart_policy policy)
{
	return name_of(restart_names, policy);
}

bool engine_restart_policy(const char *word, enum restart_policy *ret_policy)
{
	const struct name *name = name_find(restart_names, word);

	if (name)
		*ret_policy = (enum restart_policy)name->value;
	return name;
}

static void put_upkeep(struct json_writer *out, const struct upkeep *upkeep)
{
	const struct health_check *health = &upkeep->health;

	json_put_text(out, "logDriver", upkeep->log_driver);
	pairs_put(out, "logOptions", &upkeep->log_options);
	json_put_text(out, "restart", engine_restart_name(upkeep->restart));
	json_put_unsigned(out, "restartMax", upkeep->restart_max);
	json_put_bool(out, "interactive", upkeep->interactive);
	json_put_unsigned(out, "timeout", upkeep->timeout);
	if (!health->test.count)
		return;
	json_open_object(out, "health");
	json_put_texts(out, "test", (const char *const *)health->test.at);
	json_put_unsigned(out, "interval", health->interval);
	json_put_unsigned(out, "timeout", health->timeout);
	json_put_unsigned(out, "startPeriod", health->start_period);
	json_put_unsigned(out, "startInterval", health->start_interval);
	json_put_unsigned(out, "retries", health->retries);
	json_put_text(out, "onFailure", health->on_failure);
	if (health->startup.test.count) {
		json_open_object(out, "startup");
		json_put_texts(out, "test", (const char *const *)health->startup.test.at);
		json_put_unsigned(out, "interval", health->startup.interval);
		json_put_unsigned(out, "timeout", health->startup.timeout);
		json_put_unsigned(out, "retries", health->startup.retries);
		json_put_unsigned(out, "success", health->startup.success);
		json_close(out);
	}
	json_put_text(out, "logDestination", health->log_destination ? health->log_destination : "local");
	json_put_unsigned(out, "logCount", health->log_count);
	json_put_unsigned(out, "logSize", health->log_size);
	json_close(out);
}

static void put_mounts(struct json_writer *out, const struct made *made)
{
	json_open_array(out, "mounts");
	for (size_t i = 0; i < made->mounts; i++) {
		const struct made_mount *mount = &made->mount[i];

		json_open_object(out, NULL);
		json_put_text(out, "name", mount->name);
		json_put_text(out, "source", mount->source);
		json_put_text(out, "destination", mount->destination);
		texts_put(out, "options", &mount->options);
		json_put_bool(out, "anonymous", mount->anonymous);
		json_close(out);
	}
	json_close(out);
}

static void put_networks(struct json_writer *out, const struct made *made)
{
	json_open_array(out, "networks");
	for (size_t i = 0; i < made->networks; i++) {
		const struct made_network *network = &made->network[i];

		json_open_object(out, NULL);
		json_put_text(out, "network", network->network);
		json_put_text(out, "ip", network->ip);
		json_put_text(out, "ip6", network->ip6);
		json_put_text(out, "mac", network->mac);
		json_put_text(out, "interface", network->interface);
		texts_put(out, "aliases", &network->aliases);
		texts_put(out, "options", &network->options);
		json_close(out);
	}
	json_close(out);
}

void record_put_ports(struct json_writer *out, const char *key, const struct made_port *port, size_t count)
{
	json_open_array(out, key);
	for (size_t i = 0; i < count; i++) {
		json_open_object(out, NULL);
		json_put_text(out, "address", port[i].address);
		json_put_unsigned(out, "outside", port[i].outside);
		json_put_unsigned(out, "outsideLast", port[i].outside_last);
		json_put_unsigned(out, "inside", port[i].inside);
		json_put_text(out, "protocol", port[i].protocol);
		json_close(out);
	}
	json_close(out);
}

void made_write(struct text *out, const struct made *made)
{
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	json_put_unsigned(&json, "taru", MADE_VERSION);
	json_put_text(&json, "id", made->id);
	json_put_text(&json, "name", made->name);
	json_put_text(&json, "created", made->created);
	json_put_text(&json, "image", made->image);
	json_put_text(&json, "imageId", made->image_id);
	if (rootfs_is(made)) {
		json_put_text(&json, "rootfs", made->rootfs);
		json_put_bool(&json, "rootfsKept", made->rootfs_kept);
	}
	texts_put(&json, "command", &made->command);
	texts_put(&json, "layers", &made->layer);
	json_put_text(&json, "stopSignal", made->stop_signal);
	json_put_unsigned(&json, "stopTimeout", made->stop_timeout);
	json_put_bool(&json, "remove", made->remove);
	put_upkeep(&json, &made->upkeep);
	pairs_put(&json, "labels", &made->labels);
	pairs_put(&json, "joins", &made->joins);
	put_mounts(&json, made);
	put_networks(&json, made);
	pairs_put(&json, "links", &made->links);
	record_put_ports(&json, "ports", made->port, made->ports);
	texts_put(&json, "secretVariables", &made->secret_variables);
	texts_put(&json, "expose", &made->expose);
	json_put_text(&json, "sdnotify", made->sdnotify ? made->sdnotify : "");
	json_put_text(&json, "cgroups", made->cgroups ? made->cgroups : "");
	json_put_text(&json, "pidFile", made->pid_file ? made->pid_file : "");
	asked_note_put(&json, "asked", &made->asked);
	json_close(&json);
}

struct versioned { uint32_t version; };

static const struct field version_fields[] = {
	{ "taru", FIELD_UNSIGNED, FIELD_AT(struct versioned, version), .required = true },
	{ 0 }
};

static const struct field startup_fields[] = {
	{ "test", FIELD_TEXTS, FIELD_ARRAY(struct startup_check, test.at, test.count), .required = true },
	{ "interval", FIELD_UNSIGNED, FIELD_AT(struct startup_check, interval), .required = true },
	{ "timeout", FIELD_UNSIGNED, FIELD_AT(struct startup_check, timeout), .required = true },
	{ "retries", FIELD_UNSIGNED, FIELD_AT(struct startup_check, retries), .required = true },
	{ "success", FIELD_UNSIGNED, FIELD_AT(struct startup_check, success), .required = true },
	{ 0 }
};

static const struct field health_fields[] = {
	{ "test", FIELD_TEXTS, FIELD_ARRAY(struct health_check, test.at, test.count), .required = true },
	{ "interval", FIELD_UNSIGNED, FIELD_AT(struct health_check, interval), .required = true },
	{ "timeout", FIELD_UNSIGNED, FIELD_AT(struct health_check, timeout), .required = true },
	{ "startPeriod", FIELD_UNSIGNED, FIELD_AT(struct health_check, start_period), .required = true },
	{ "startInterval", FIELD_UNSIGNED, FIELD_AT(struct health_check, start_interval), .required = true },
	{ "retries", FIELD_UNSIGNED, FIELD_AT(struct health_check, retries), .required = true },
	{ "onFailure", FIELD_TEXT, FIELD_AT(struct health_check, on_failure), .required = true },
	{ "startup", FIELD_OBJECT, FIELD_AT(struct health_check, startup), .fields = startup_fields },
	{ "logDestination", FIELD_TEXT, FIELD_AT(struct health_check, log_destination) },
	{ "logCount", FIELD_UNSIGNED, FIELD_AT(struct health_check, log_count) },
	{ "logSize", FIELD_UNSIGNED, FIELD_AT(struct health_check, log_size) },
	{ 0 }
};

static const struct field mount_fields[] = {
	{ "name", FIELD_TEXT, FIELD_AT(struct made_mount, name), .empty = true, .required = true },
	{ "source", FIELD_TEXT, FIELD_AT(struct made_mount, source), .empty = true, .required = true },
	{ "destination", FIELD_TEXT, FIELD_AT(struct made_mount, destination), .required = true },
	{ "options", FIELD_TEXTS, FIELD_ARRAY(struct made_mount, options.at, options.count) },
	{ "anonymous", FIELD_BOOL, FIELD_AT(struct made_mount, anonymous), .required = true },
	{ 0 }
};

static const struct field network_fields[] = {
	{ "network", FIELD_TEXT, FIELD_AT(struct made_network, network), .required = true },
	{ "ip", FIELD_TEXT, FIELD_AT(struct made_network, ip), .empty = true, .required = true },
	{ "ip6", FIELD_TEXT, FIELD_AT(struct made_network, ip6), .empty = true, .required = true },
	{ "mac", FIELD_TEXT, FIELD_AT(struct made_network, mac), .empty = true, .required = true },
	{ "interface", FIELD_TEXT, FIELD_AT(struct made_network, interface), .empty = true, .required = true },
	{ "aliases", FIELD_TEXTS, FIELD_ARRAY(struct made_network, aliases.at, aliases.count) },
	{ "options", FIELD_TEXTS, FIELD_ARRAY(struct made_network, options.at, options.count) },
	{ 0 }
};

const struct field record_port_fields[] = {
	{ "address", FIELD_TEXT, FIELD_AT(struct made_port, address), .empty = true, .required = true },
	{ "outside", FIELD_UNSIGNED, FIELD_AT(struct made_port, outside), .max = UINT16_MAX, .required = true },
	{ "outsideLast", FIELD_UNSIGNED, FIELD_AT(struct made_port, outside_last), .max = UINT16_MAX,
	  .required = true },
	{ "inside", FIELD_UNSIGNED, FIELD_AT(struct made_port, inside), .max = UINT16_MAX, .required = true },
	{ "protocol", FIELD_TEXT, FIELD_AT(struct made_port, protocol), .required = true },
	{ 0 }
};

static const struct field made_fields[] = {
	{ "id", FIELD_TEXT, FIELD_AT(struct made, id), .required = true },
	{ "name", FIELD_TEXT, FIELD_AT(struct made, name), .required = true },
	{ "created", FIELD_TEXT, FIELD_AT(struct made, created), .required = true },
	{ "image", FIELD_TEXT, FIELD_AT(struct made, image), .required = true },
	{ "imageId", FIELD_TEXT, FIELD_AT(struct made, image_id), .empty = true, .required = true },
	{ "rootfs", FIELD_TEXT, FIELD_AT(struct made, rootfs), .empty = true },
	{ "rootfsKept", FIELD_BOOL, FIELD_AT(struct made, rootfs_kept) },
	{ "command", FIELD_TEXTS, FIELD_ARRAY(struct made, command.at, command.count) },
	{ "layers", FIELD_TEXTS, FIELD_ARRAY(struct made, layer.at, layer.count) },
	{ "stopSignal", FIELD_TEXT, FIELD_AT(struct made, stop_signal), .required = true },
	{ "stopTimeout", FIELD_UNSIGNED, FIELD_AT(struct made, stop_timeout), .required = true },
	{ "remove", FIELD_BOOL, FIELD_AT(struct made, remove), .required = true },
	{ "logDriver", FIELD_TEXT, FIELD_AT(struct made, upkeep.log_driver), .required = true },
	{ "logOptions", FIELD_PAIRS, FIELD_ARRAY(struct made, upkeep.log_options.at, upkeep.log_options.count) },
	{ "restart", FIELD_NAME, FIELD_AT(struct made, upkeep.restart), .names = restart_names,
	  .what = "a restart policy", .required = true },
	{ "restartMax", FIELD_UNSIGNED, FIELD_AT(struct made, upkeep.restart_max), .required = true },
	{ "interactive", FIELD_BOOL, FIELD_AT(struct made, upkeep.interactive), .required = true },
	{ "timeout", FIELD_UNSIGNED, FIELD_AT(struct made, upkeep.timeout) },
	{ "health", FIELD_OBJECT, FIELD_AT(struct made, upkeep.health), .fields = health_fields },
	{ "labels", FIELD_PAIRS, FIELD_ARRAY(struct made, labels.at, labels.count) },
	{ "joins", FIELD_PAIRS, FIELD_ARRAY(struct made, joins.at, joins.count) },
	{ "mounts", FIELD_LIST, FIELD_ARRAY(struct made, mount, mounts), .fields = mount_fields },
	{ "networks", FIELD_LIST, FIELD_ARRAY(struct made, network, networks), .fields = network_fields },
	{ "links", FIELD_PAIRS, FIELD_ARRAY(struct made, links.at, links.count) },
	{ "ports", FIELD_LIST, FIELD_ARRAY(struct made, port, ports), .fields = record_port_fields },
	{ "secretVariables", FIELD_TEXTS,
	  FIELD_ARRAY(struct made, secret_variables.at, secret_variables.count) },
	{ "expose", FIELD_TEXTS, FIELD_ARRAY(struct made, expose.at, expose.count) },
	{ "sdnotify", FIELD_TEXT, FIELD_AT(struct made, sdnotify), .empty = true },
	{ "cgroups", FIELD_TEXT, FIELD_AT(struct made, cgroups), .empty = true },
	{ "pidFile", FIELD_TEXT, FIELD_AT(struct made, pid_file), .empty = true },
	{ "asked", FIELD_OBJECT, FIELD_AT(struct made, asked), .fields = asked_note_fields },
	{ 0 }
};

/* `values` is where they are as they are read, which is not needed after that. */
static void decode_made(struct arena *values, struct decoder *decoder, char *text, size_t length, struct made *made)
{
	struct problem *problem = decoder->problem;
	struct versioned versioned = { 0 };
	const struct json *value = json_read_object(values, text, length, MADE_FILE, problem);

	if (!value)
		return;
	json_decode(decoder, value, version_fields, &versioned);
	if (!problem->found && versioned.version != MADE_VERSION)
		problem_set(problem, MADE_FILE ": is of form %u, which this version of taru does not know",
			    versioned.version);
	if (!problem->found)
		json_decode(decoder, value, made_fields, made);
}

bool made_read(struct arena *arena, char *text, size_t length, struct made *ret_made, struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	unsigned char room[6 * 1024] = { 0 };
	struct arena values;

	*ret_made = (struct made){ 0 };
	arena_init(&values, room, sizeof(room));
	decode_made(&values, &decoder, text, length, ret_made);
	arena_release(&values);
	return !problem->found;
}

/* --- ended.json --- */

static const struct name by_names[] = {
	{ "", ENDED_UNKNOWN }, { "exit", ENDED_EXIT }, { "signal", ENDED_SIGNAL }, { "time", ENDED_TIME }, { 0 }
};

const char *engine_ended_by_name(enum ended_by by)
{
	return name_of(by_names, by);
}

bool engine_ended_by(const char *name, enum ended_by *ret_by)
{
	const struct name *found = name_find(by_names, name);

	if (found)
		*ret_by = (enum ended_by)found->value;
	return found;
}

void ended_write(struct text *out, const struct ended *ended)
{
	struct json_writer json = json_writer_new(out, "\t");

	json_open_object(&json, NULL);
	json_put_text(&json, "started", ended->started);
	json_put_text(&json, "finished", ended->finished);
	json_put_signed(&json, "status", ended->status);
	if (ended->by)
		json_put_text(&json, "by", engine_ended_by_name(ended->by));
	json_put_bool(&json, "known", ended->known);
	json_put_bool(&json, "oomKilled", ended->memory.oom);
	if (ended->memory.oom) {
		json_put_unsigned(&json, "memoryPeak", ended->memory.peak);
		json_put_unsigned(&json, "memoryLimit", ended->memory.limit);
		json_put_unsigned(&json, "oomKills", ended->memory.kills);
	}
	if (ended->memory.last.pid) {
		json_put_unsigned(&json, "oomPid", ended->memory.last.pid);
		json_put_text(&json, "oomName", ended->memory.last.name);
		json_put_unsigned(&json, "oomMemory", ended->memory.last.memory);
	}
	json_put_text(&json, "problem", ended->problem);
	if (ended->log_lost)
		json_put_unsigned(&json, "logLost", ended->log_lost);
	json_put_bool(&json, "restarting", ended->restarting);
	json_close(&json);
}

static const struct field ended_fields[] = {
	{ "started", FIELD_TEXT, FIELD_AT(struct ended, started), .empty = true, .required = true },
	{ "finished", FIELD_TEXT, FIELD_AT(struct ended, finished), .empty = true, .required = true },
	{ "status", FIELD_SIGNED, FIELD_AT(struct ended, status), .required = true },
	{ "by", FIELD_NAME, FIELD_AT(struct ended, by), .names = by_names },
	{ "known", FIELD_BOOL, FIELD_AT(struct ended, known), .required = true },
	{ "oomKilled", FIELD_BOOL, FIELD_AT(struct ended, memory.oom), .required = true },
	{ "memoryPeak", FIELD_UNSIGNED, FIELD_AT(struct ended, memory.peak) },
	{ "memoryLimit", FIELD_UNSIGNED, FIELD_AT(struct ended, memory.limit) },
	{ "oomKills", FIELD_UNSIGNED, FIELD_AT(struct ended, memory.kills) },
	{ "oomPid", FIELD_UNSIGNED, FIELD_AT(struct ended, memory.last.pid) },
	{ "oomName", FIELD_TEXT, FIELD_AT(struct ended, memory.last.name), .empty = true },
	{ "oomMemory", FIELD_UNSIGNED, FIELD_AT(struct ended, memory.last.memory) },
	{ "problem", FIELD_TEXT, FIELD_AT(struct ended, problem), .empty = true, .required = true },
	{ "logLost", FIELD_UNSIGNED, FIELD_AT(struct ended, log_lost) },
	{ "restarting", FIELD_BOOL, FIELD_AT(struct ended, restarting) },
	{ 0 }
};

bool ended_read(struct arena *arena, char *text, size_t length, struct ended *ret_ended, struct problem *problem)
{
	struct decoder decoder = { arena, problem };
	const struct json *value = json_read_object(arena, text, length, ENDED_FILE, problem);

	*ret_ended = (struct ended){ 0 };
	if (value)
		json_decode(&decoder, value, ended_fields, ret_ended);
	return !problem->found;
}
