/* build_devices.c - /dev, and the network's devices.
 *
 * The six devices and the links that every program expects (runtime-spec, config-linux
 * «Default Devices», runtime-linux «Dev symbolic links»), then the ones that are asked for.
 * In a user namespace nobody may make a device node (mknod(2)): there the host's are bound.
 */
#include "plan/build.h"
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>

static const struct device default_device[] = {
	{ 'c', "/dev/null", 1, 3, { true, 0666 }, { 0 }, { 0 } },
	{ 'c', "/dev/zero", 1, 5, { true, 0666 }, { 0 }, { 0 } },
	{ 'c', "/dev/full", 1, 7, { true, 0666 }, { 0 }, { 0 } },
	{ 'c', "/dev/random", 1, 8, { true, 0666 }, { 0 }, { 0 } },
	{ 'c', "/dev/urandom", 1, 9, { true, 0666 }, { 0 }, { 0 } },
	{ 'c', "/dev/tty", 5, 0, { true, 0666 }, { 0 }, { 0 } },
};

static const struct { const char *to, *target; } default_link[] = {
	{ "/proc/self/fd", "/dev/fd" },
	{ "/proc/self/fd/0", "/dev/stdin" },
	{ "/proc/self/fd/1", "/dev/stdout" },
	{ "/proc/self/fd/2", "/dev/stderr" },
	{ "pts/ptmx", "/dev/ptmx" },
};

/* A /dev that is bound from elsewhere is taken as it is. */
static bool brings_its_own(const struct spec *spec)
{
	for (size_t i = 0; i < spec->mounts; i++)
		if (spec->mount[i].options.bind && strcmp(spec->mount[i].destination, "/dev") == 0)
			return true;
	return false;
}

static bool can_make_nodes(const struct builder *b)
{
	return !b->in_user && (b->host->capabilities & (1ULL << CAP_MKNOD));
}

static mode_t file_type(char type)
{
	return type == 'b' ? S_IFBLK : type == 'p' ? S_IFIFO : S_IFCHR;
}

static void add_device(struct builder *b, const struct device *device, const char *why)
{
	mode_t mode = device->mode.set ? device->mode.value & 07777 : 0666;

	if (device->type != 'p' && !can_make_nodes(b)) {
		ADD_CONTAINER(b, STEP_BIND, why,
			      .bind = { .source = device->path, .target = device->path,
					.make_file = true });
		return;
	}
	ADD_CONTAINER(b, STEP_MAKE_DEVICE, why,
		      .make_device = { .target = device->path,
				       .mode = file_type(device->type) | mode,
				       .major = (unsigned)device->major,
				       .minor = (unsigned)device->minor,
				       .uid = device->uid.value,
				       .gid = device->gid.value });
}

static bool is_asked_for(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->devices; i++)
		if (strcmp(spec->device[i].path, path) == 0)
			return true;
	return false;
}

void build_devices(struct builder *b)
{
	const struct spec *spec = b->spec;
	bool defaults = !brings_its_own(spec);

	for (size_t i = 0; defaults && i < sizeof(default_device) / sizeof(default_device[0]); i++)
		if (!is_asked_for(spec, default_device[i].path))
			add_device(b, &default_device[i], NULL);
	for (size_t i = 0; defaults && i < sizeof(default_link) / sizeof(default_link[0]); i++)
		ADD_CONTAINER(b, STEP_MAKE_LINK, NULL,
			      .make_link = { default_link[i].to, default_link[i].target });
	/* /dev/ptmx is the container's own in any case: an engine that lists all devices of the host names that too. */
	for (size_t i = 0; i < spec->devices; i++)
		if (!defaults || strcmp(spec->device[i].path, "/dev/ptmx") != 0)
			add_device(b, &spec->device[i], arena_printf(b->arena, "linux.devices[%zu]", i));
}

/* --- the network --- */

static const char *why_device(struct builder *b, const struct net_device *device)
{
	return arena_printf(b->arena, "linux.netDevices.%s", device->name);
}

static const struct host_device *find_device(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->devices; i++)
		if (strcmp(host->device[i].name, name) == 0 && host->device[i].index)
			return &host->device[i];
	return NULL;
}

static const char *name_inside(const struct net_device *device)
{
	return device->new_name ? device->new_name : device->name;
}

static void move_devices(struct builder *b)
{
	for (size_t i = 0; i < b->spec->net_devices; i++) {
		const struct net_device *device = &b->spec->net_device[i];
		const struct host_device *found = find_device(b->host, device->name);

		if (!found)
			problem_set(b->problem,
				    "linux.netDevices.%s: this host has no network device of that name",
				    device->name);
		ADD_RUNTIME(b, STEP_MOVE_LINK, why_device(b, device),
			    .move_link = { device->name, name_inside(device),
					   found ? found->index : 0 });
	}
}

/* A move to another network namespace takes a device down and its addresses away; the spec wants
 * them kept (config-linux «Network Devices»). */
static void restore_device(struct builder *b, const struct net_device *device)
{
	const struct host_device *found = find_device(b->host, device->name);
	const char *why = why_device(b, device);

	for (size_t i = 0; found && i < found->addresses; i++)
		ADD_CONTAINER(b, STEP_ADD_ADDRESS, why,
			      .add_address = { name_inside(device), &found->address[i] });
	ADD_CONTAINER(b, STEP_LINK_UP, why, .link_up = { name_inside(device) });
}

void build_network(struct builder *b)
{
	build_firewall(b);
	if (spec_new_namespace(b->spec, NAMESPACE_NETWORK))
		ADD_CONTAINER(b, STEP_LINK_UP, "linux.namespaces", .link_up = { "lo" });
	if (!b->spec->net_devices)
		return;
	build_gate(b, GATE_NETWORK, LANE_CONTAINER);
	move_devices(b);
	build_gate(b, GATE_DEVICES, LANE_RUNTIME);
	for (size_t i = 0; i < b->spec->net_devices; i++)
		restore_device(b, &b->spec->net_device[i]);
}
