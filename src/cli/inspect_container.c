/* inspect_container.c - see inspect_container.h */
#include "cli/inspect_container.h"
#include "base/file.h"
#include "base/sys.h"
#include "cli/inspect_host.h"
#include "engine/endpoint.h"
#include "engine/health.h"
#include "engine/joins.h"
#include "engine/rootfs.h"
#include "engine/volume.h"
#include "life/life.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <string.h>
#include <sys/socket.h>

/* Of config.json: an object within an object. */
static const struct json *at(const struct json *value, const char *one, const char *other)
{
	return json_get(json_get(value, one), other);
}

static const char *text_of(const struct json *value)
{
	return value && value->kind == JSON_STRING ? value->text : "";
}

static const char *number_of(const struct json *value)
{
	return value && value->kind == JSON_NUMBER ? value->text : "0";
}

static bool is_true(const struct json *value)
{
	return value && value->kind == JSON_BOOL && value->boolean;
}

static void put_time(struct json_writer *out, const char *key, const char *time)
{
	json_put_text(out, key, time && time[0] ? time : "0001-01-01T00:00:00Z");
}

static void put_state(struct json_writer *out, struct engine *engine, const struct engine_container *container)
{
	const struct ended *ended = &container->ended;
	const bool lives = engine_lives(container);
	struct health health;

	json_open_object(out, "State");
	json_put_text(out, "Status", engine_status_name(container->status));
	json_put_bool(out, "Running", lives);
	json_put_bool(out, "Paused", container->status == CONTAINER_PAUSED);
	json_put_bool(out, "Restarting", container->status == CONTAINER_RESTARTING);
	json_put_bool(out, "OOMKilled", !lives && ended->memory.oom);
	json_put_bool(out, "Dead", false);
	json_put_signed(out, "Pid", lives ? container->pid : 0);
	json_put_signed(out, "ExitCode", lives ? 0 : ended->status);
	json_put_bool(out, "ExitCodeKnown", lives || container->status == CONTAINER_CREATED || ended->known);
	json_put_text(out, "Error", lives || !ended->problem ? "" : ended->problem);
	json_put_unsigned(out, "LogLinesLost", lives ? 0 : ended->log_lost);
	put_time(out, "StartedAt", lives ? container->started : ended->started);
	put_time(out, "FinishedAt", lives ? "" : ended->finished);
	if (engine_read_health(engine, container, &health))
		engine_put_health(out, "Health", &health);
	json_close(out);
}

/* The first word of the command and the others. */
static void put_command(struct json_writer *out, const struct texts *command)
{
	json_put_text(out, "Path", command->count ? command->at[0] : "");
	json_open_array(out, "Args");
	for (size_t i = 1; i < command->count; i++)
		json_put_text(out, NULL, command->at[i]);
	json_close(out);
}

static const char *propagation_of(const struct made_mount *mount)
{
	static const char *const words[] = { "rshared", "shared", "rslave", "slave", "private" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (texts_have(&mount->options, words[i]))
			return words[i];
	return mount->name[0] ? "" : "rprivate";
}

/* Those that somebody has asked for. */
static void put_mounts(struct json_writer *out, struct arena *arena, const struct made *made)
{
	json_open_array(out, "Mounts");
	for (size_t i = 0; i < made->mounts; i++) {
		const struct made_mount *mount = &made->mount[i];

		json_open_object(out, NULL);
		json_put_text(out, "Type", mount->name[0] ? "volume" : "bind");
		if (mount->name[0])
			json_put_text(out, "Name", mount->name);
		json_put_text(out, "Source", mount->source);
		json_put_text(out, "Destination", mount->destination);
		if (mount->name[0])
			json_put_text(out, "Driver", "local");
		json_put_text(out, "Mode", texts_join(arena, &mount->options, ","));
		json_put_bool(out, "RW", !texts_have(&mount->options, "ro"));
		json_put_text(out, "Propagation", propagation_of(mount));
		json_close(out);
	}
	json_close(out);
}

/* As it was asked for; absent where there is none. */
static void put_healthcheck(struct json_writer *out, const struct health_check *health)
{
	if (!health->test.count)
		return;
	json_open_object(out, "Healthcheck");
	json_put_texts(out, "Test", (const char *const *)health->test.at);
	json_put_unsigned(out, "Interval", health->interval);
	json_put_unsigned(out, "Timeout", health->timeout);
	json_put_unsigned(out, "StartPeriod", health->start_period);
	json_put_unsigned(out, "StartInterval", health->start_interval);
	json_put_unsigned(out, "Retries", health->retries);
	json_close(out);
	/* The rest with podman's names. */
	if (health->startup.test.count) {
		json_open_object(out, "StartupHealthCheck");
		json_put_texts(out, "Test", (const char *const *)health->startup.test.at);
		json_put_unsigned(out, "Interval", health->startup.interval);
		json_put_unsigned(out, "Timeout", health->startup.timeout);
		json_put_unsigned(out, "Retries", health->startup.retries);
		json_put_unsigned(out, "Successes", health->startup.success);
		json_close(out);
	}
	json_put_text(out, "HealthcheckOnFailureAction", health->on_failure);
	json_put_text(out, "HealthLogDestination", health->log_destination ? health->log_destination : "local");
	json_put_unsigned(out, "HealthMaxLogCount", health_kept(health->log_count, HEALTH_RESULTS));
	json_put_unsigned(out, "HealthMaxLogSize", health_kept(health->log_size, HEALTH_OUTPUT));
}

/* A value that is a secret is not shown. */
static void put_env(struct json_writer *out, struct arena *arena, const struct texts *secret, const struct json *env)
{
	json_open_array(out, "Env");
	for (const struct json *entry = env ? env->first : NULL; entry; entry = entry->next) {
		const char *text = text_of(entry);
		const char *name = arena_copy(arena, text, strcspn(text, "="));
		bool hidden = secret->count && text_is_one_of(name, (const char *const *)secret->at);

		json_put_text(out, NULL, hidden ? arena_printf(arena, "%s=*******", name) : text);
	}
	json_close(out);
}

/* What is published is exposed, too, as with docker. */
static void put_exposed(struct arena *arena, struct json_writer *out, const struct made *made)
{
	struct texts ports = { 0 };

	for (size_t i = 0; i < made->expose.count; i++) {
		const char *port = made->expose.at[i];

		texts_add(arena, &ports, strchr(port, '/') ? port : arena_printf(arena, "%s/tcp", port));
	}
	for (size_t i = 0; i < made->ports; i++)
		texts_add(arena, &ports, arena_printf(arena, "%u/%s", made->port[i].inside, made->port[i].protocol));
	json_open_object(out, "ExposedPorts");
	for (size_t i = 0; i < ports.count; i++) {
		const struct texts before = { ports.at, i };

		if (texts_have(&before, ports.at[i]))
			continue;
		json_open_object(out, ports.at[i]);
		json_close(out);
	}
	json_close(out);
}

static void put_config(struct json_writer *out, struct arena *arena, const struct engine_container *container,
		       const struct json *config)
{
	const struct made *made = &container->made;
	const struct json *user = at(config, "process", "user");

	json_open_object(out, "Config");
	json_put_text(out, "Hostname", json_text(config, "hostname"));
	json_put_text(out, "Domainname", json_text(config, "domainname"));
	json_put_text(out, "User", arena_printf(arena, "%s:%s", number_of(json_get(user, "uid")),
						number_of(json_get(user, "gid"))));
	json_put_bool(out, "Tty", is_true(at(config, "process", "terminal")));
	put_env(out, arena, &made->secret_variables, at(config, "process", "env"));
	json_open_array(out, "Cmd");
	for (size_t i = 0; i < made->command.count; i++)
		json_put_text(out, NULL, made->command.at[i]);
	json_close(out);
	/* Whether the image or who made it has said so is not kept: all of it is Cmd. */
	json_put_null(out, "Entrypoint");
	json_open_object(out, "Volumes");
	for (size_t i = 0; i < made->mounts; i++) {
		if (!made->mount[i].name[0])
			continue;
		json_open_object(out, made->mount[i].destination);
		json_close(out);
	}
	json_close(out);
	json_put_text(out, "Image", made->image);
	json_put_text(out, "WorkingDir", json_text(json_get(config, "process"), "cwd"));
	json_open_object(out, "Labels");
	for (size_t i = 0; i < made->labels.count; i++)
		json_put_text(out, made->labels.at[i].key, made->labels.at[i].value);
	json_close(out);
	json_put_bool(out, "OpenStdin", made->upkeep.interactive);
	put_healthcheck(out, &made->upkeep.health);
	put_exposed(arena, out, made);
	json_put_text(out, "StopSignal", made->stop_signal);
	json_put_unsigned(out, "StopTimeout", made->stop_timeout);
	json_put_unsigned(out, "Timeout", made->upkeep.timeout);
	json_close(out);
}

static void put_upkeep(struct json_writer *out, const struct upkeep *upkeep)
{
	json_open_object(out, "LogConfig");
	json_put_text(out, "Type", upkeep->log_driver);
	json_open_object(out, "Config");
	for (size_t i = 0; i < upkeep->log_options.count; i++)
		json_put_text(out, upkeep->log_options.at[i].key, upkeep->log_options.at[i].value);
	json_close(out);
	json_close(out);
	json_open_object(out, "RestartPolicy");
	json_put_text(out, "Name", engine_restart_name(upkeep->restart));
	json_put_unsigned(out, "MaximumRetryCount", upkeep->restart_max);
	json_close(out);
}

static void put_files(struct json_writer *out, struct arena *arena, const char *folder)
{
	json_put_text(out, "ResolvConfPath", arena_printf(arena, "%s/resolv.conf", folder));
	json_put_text(out, "HostnamePath", arena_printf(arena, "%s/hostname", folder));
	json_put_text(out, "HostsPath", arena_printf(arena, "%s/hosts", folder));
	json_put_text(out, "LogPath", arena_printf(arena, "%s/log", folder));
	json_put_text(out, "OCIConfigPath", arena_printf(arena, "%s/config.json", folder));
}

/* --- networks --- */

/* Of one that is in no network of the engine's: what its config.json says of the namespace. */
static const char *network_mode(const struct json *config)
{
	const struct json *namespaces = at(config, "linux", "namespaces");

	for (const struct json *one = namespaces ? namespaces->first : NULL; one; one = one->next)
		if (!strcmp(json_text(one, "type") ? json_text(one, "type") : "", "network"))
			return *json_text(one, "path") ? json_text(one, "path") : "none";
	return "host";
}

static const char *tail(const char *address)
{
	return address ? address + strcspn(address, "/") + 1 : "0";
}

static void put_address(struct json_writer *out, struct arena *arena, const struct endpoint *endpoint, int family)
{
	const bool six = family == AF_INET6;
	const char *address = endpoint_address(endpoint, family), *gateway = endpoint_gateway(endpoint, family);
	uint64_t length = 0;

	text_to_u64(tail(address), &length);
	json_put_text(out, six ? "GlobalIPv6Address" : "IPAddress", address ? endpoint_bare(arena, address) : "");
	json_put_unsigned(out, six ? "GlobalIPv6PrefixLen" : "IPPrefixLen", length);
	json_put_text(out, six ? "IPv6Gateway" : "Gateway", gateway ? gateway : "");
}

static void put_endpoint(struct json_writer *out, struct arena *arena, const struct made_network *asked,
			 const struct endpoint *endpoint)
{
	json_open_object(out, asked->network);
	json_put_text(out, "NetworkID", endpoint->network_id);
	json_put_text(out, "MacAddress", endpoint->mac);
	put_address(out, arena, endpoint, AF_INET);
	put_address(out, arena, endpoint, AF_INET6);
	json_open_array(out, "Aliases");
	for (size_t i = 0; i < asked->aliases.count; i++)
		json_put_text(out, NULL, asked->aliases.at[i]);
	json_close(out);
	json_put_text(out, "InterfaceName", endpoint->inside);
	json_close(out);
}

static const struct endpoint *find_endpoint(const struct endpoints *endpoints, const char *network)
{
	static const struct endpoint none = { .network_id = "", .mac = "", .inside = "" };

	for (size_t i = 0; i < endpoints->count; i++)
		if (!strcmp(endpoints->at[i].network, network))
			return &endpoints->at[i];
	return &none;
}

/* "80/tcp": [{HostIp, HostPort}], those of one port together. */
static void put_ports(struct json_writer *out, struct arena *arena, const char *key, const struct made_port *port,
		      size_t count)
{
	json_open_object(out, key);
	for (size_t i = 0; i < count; i++) {
		bool seen = false;

		for (size_t j = 0; j < i; j++)
			seen |= port[j].inside == port[i].inside && !strcmp(port[j].protocol, port[i].protocol);
		if (seen)
			continue;
		json_open_array(out, arena_printf(arena, "%u/%s", port[i].inside, port[i].protocol));
		for (size_t j = i; j < count; j++) {
			if (port[j].inside != port[i].inside || strcmp(port[j].protocol, port[i].protocol) != 0)
				continue;
			json_open_object(out, NULL);
			json_put_text(out, "HostIp", port[j].address);
			json_put_text(out, "HostPort",
				      port[j].outside ? arena_printf(arena, "%u", port[j].outside) : "");
			json_close(out);
		}
		json_close(out);
	}
	json_close(out);
}

static void put_networks(struct json_writer *out, struct engine *engine, const struct engine_container *container)
{
	const struct made *made = &container->made;
	struct endpoints endpoints;

	endpoints_read(engine, container->folder, &endpoints);
	endpoints_drop_unpublished(&endpoints);
	json_open_object(out, "NetworkSettings");
	put_ports(out, engine->arena, "Ports", endpoints.port, endpoints.ports);
	/* Docker's older form, of the default network, which scripts still ask for. */
	if (endpoints.count) {
		put_address(out, engine->arena, &endpoints.at[0], AF_INET);
		put_address(out, engine->arena, &endpoints.at[0], AF_INET6);
		json_put_text(out, "MacAddress", endpoints.at[0].mac);
	} else {
		json_put_text(out, "IPAddress", "");
		json_put_text(out, "Gateway", "");
		json_put_text(out, "MacAddress", "");
	}
	json_put_text(out, "SandboxKey", engine_lives(container) ?
		      arena_printf(engine->arena, "/proc/%d/ns/net", (int)container->pid) : "");
	json_open_object(out, "Networks");
	for (size_t i = 0; i < made->networks; i++)
		put_endpoint(out, engine->arena, &made->network[i],
			     find_endpoint(&endpoints, made->network[i].network));
	json_close(out);
	json_close(out);
}

static void put_host(struct json_writer *out, struct arena *arena, const struct made *made, const struct json *config,
		     const struct spec *spec)
{
	const char *joined = joins_words(arena, made, "network");

	json_open_object(out, "HostConfig");
	json_put_bool(out, "AutoRemove", made->remove);
	inspect_host(out, arena, made, spec);
	put_upkeep(out, &made->upkeep);
	json_put_text(out, "NetworkMode", made->networks ? made->network[0].network :
					  joined ? joined : network_mode(config));
	put_ports(out, arena, "PortBindings", made->port, made->ports);
	json_put_bool(out, "ReadonlyRootfs", spec->root_readonly);
	json_put_value(out, "Resources", at(config, "linux", "resources"));
	json_put_value(out, "Namespaces", at(config, "linux", "namespaces"));
	json_close(out);
}

/* What it has changed, and with that all that it sees of its image. */
static void put_sizes(struct json_writer *out, struct engine *engine, const struct made *made,
		      const struct images *images)
{
	const char *upper = arena_printf(engine->arena, "containers/%s/upper", made->id);
	uint64_t own = volume_measure(engine, engine->store->fd, upper), below = 0;

	for (size_t i = 0; i < images->count && made->image_id[0] && !below; i++)
		if (!strcmp(images->at[i].id.text, made->image_id))
			below = images->at[i].size;
	json_put_unsigned(out, "SizeRw", own);
	json_put_unsigned(out, "SizeRootFs", own + below);
}

bool inspect_container(struct json_writer *out, const struct place *place, const struct engine_container *container,
		       const struct images *images, struct problem *problem)
{
	struct engine engine = place->engine;
	struct arena *arena = engine.arena;
	const struct made *made = &container->made;
	const char *folder = arena_printf(arena, "%s/containers/%s", place->store.root, made->id);
	const char *path = arena_printf(arena, "%s/config.json", folder);
	const struct json *config;
	struct spec spec = { 0 };
	char *text;
	size_t length;
	int error = file_read_kept(arena, AT_FDCWD, path, CONFIG_LIMIT, &text, &length);

	if (error)
		problem_set(problem, "container %s: cannot read '%s': %s", made->name, path, reason_words(error));
	config = error ? NULL : json_read(arena, text, length, "config.json", problem);
	if (config)
		spec_read_value(arena, config, &spec, problem);
	if (problem->found)
		return false;
	json_open_object(out, NULL);
	json_put_text(out, "Id", made->id);
	json_put_text(out, "Created", made->created);
	put_command(out, &made->command);
	put_state(out, &engine, container);
	json_put_text(out, "Image", made->image_id);
	json_put_text(out, "ImageName", made->image);
	put_files(out, arena, folder);
	if (rootfs_is(made))
		json_put_text(out, "Rootfs", made->rootfs);
	json_put_text(out, "Name", arena_printf(arena, "/%s", made->name));
	if (images)
		put_sizes(out, &engine, made, images);
	json_put_unsigned(out, "RestartCount", engine_read_restarts(container->folder).count);
	json_put_text(out, "Driver", "overlay");
	json_put_text(out, "Platform", "linux");
	inspect_rights(out, &spec);
	inspect_layers(out, place, container);
	put_host(out, arena, made, config, &spec);
	put_mounts(out, arena, made);
	put_networks(out, &engine, container);
	put_config(out, arena, container, config);
	json_close(out);
	return true;
}
