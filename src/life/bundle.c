/* bundle.c - from a folder on disk to a checked plan: what run, explain and check begin with. */
#include "base/file.h"
#include "base/sys.h"
#include "life/life.h"
#include "life/scope.h"
#include "spec/reason.h"
#include <limits.h>
#include <string.h>

bool life_check_id(const char *id, struct problem *problem)
{
	enum { LONGEST = 1024 };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.";
	size_t length = strlen(id);
	bool valid = length > 0 && length <= LONGEST && id[0] != '.';

	for (const char *at = id; *at && valid; at++)
		valid = strchr(letters, *at);
	if (!valid)
		problem_set(problem,
			    "container id '%.64s': is made of letters, digits, '_', '+', '-' and '.', does not "
			    "begin with '.', and has 1 to %d characters",
			    id, LONGEST);
	return valid;
}

static void cannot_read(struct problem *problem, const char *path, int error)
{
	if (error == -ENOENT)
		problem_set(problem, "%s: does not exist; a bundle is a folder with a config.json "
			    "(taru-oci spec writes one)", path);
	else if (error == -EFBIG)
		problem_set(problem, "%s: is larger than %d MiB", path, CONFIG_LIMIT / 1024 / 1024);
	else if (error == -EISDIR)
		problem_set(problem, "%s: is a folder, a file is needed", path);
	else
		problem_set(problem, "cannot read '%s': %s", path, reason_words(error));
}

static bool mounts_cgroups(const struct spec *spec)
{
	for (size_t i = 0; i < spec->mounts; i++)
		if (spec->mount[i].type && strncmp(spec->mount[i].type, "cgroup", 6) == 0)
			return true;
	return false;
}

/* Facts that this spec needs, beyond the ones that are always read. */
static struct host_wants wants_of(struct arena *arena, const struct spec *spec, enum cgroup_manager manager)
{
	struct host_wants wants = {
		.lsm = spec->process.apparmor_profile || spec->process.selinux_label || spec->mount_label,
		.id_map_tools = spec_new_namespace(spec, NAMESPACE_USER),
		.last_capability = true,
		.nft = spec_new_namespace(spec, NAMESPACE_NETWORK),
		.devices = spec->net_devices,
		.cgroup = manager != MANAGER_DISABLED || mounts_cgroups(spec),
		.cgroup_self = manager == MANAGER_DISABLED && mounts_cgroups(spec),
		.cgroup_path = cgroups_wanted_path(spec, manager),
		.cgroup_delegate = spec_new_namespace(spec, NAMESPACE_USER) &&
				   spec_new_namespace(spec, NAMESPACE_CGROUP),
		.systemd = manager == MANAGER_SYSTEMD,
	};
	const char **device = ARENA_ARRAY(arena, spec->net_devices, const char *);

	for (size_t i = 0; i < spec->net_devices; i++)
		device[i] = spec->net_device[i].name;
	wants.device = device;
	return wants;
}

static const char *absolute(struct arena *arena, const char *path, struct problem *problem)
{
	char cwd[PATH_MAX];
	int length;

	if (path[0] == '/')
		return path;
	length = sys_getcwd(cwd, sizeof(cwd));
	if (length < 0 || cwd[0] != '/') {
		problem_set(problem, "the current directory cannot be found: %s; give the bundle's whole path",
			    reason_words(length < 0 ? length : -ENOENT));
		return path;
	}
	if (strcmp(path, ".") == 0)
		return arena_copy(arena, cwd, strlen(cwd));
	return arena_printf(arena, "%s/%s", cwd, path);
}

void bundle_read(struct arena *arena, const char *path, const char *config, enum cgroup_manager manager,
		 struct bundle *ret_bundle, struct problem *problem)
{
	const char *folder = absolute(arena, path, problem);
	char *text;
	size_t length;
	int error;

	config = config ? config : arena_printf(arena, "%s/config.json", path);
	if (problem->found)
		return;
	error = file_read(arena, AT_FDCWD, config, CONFIG_LIMIT, &text, &length);
	if (error < 0)
		cannot_read(problem, config, error);
	else
		bundle_take(arena, folder, config, text, length, manager, ret_bundle, problem);
}

void bundle_take(struct arena *arena, const char *path, const char *config, char *text, size_t length,
		 enum cgroup_manager manager, struct bundle *ret_bundle, struct problem *problem)
{
	struct bundle *bundle = ret_bundle;
	struct host_wants wants;

	*bundle = (struct bundle){ .path = path, .config = config };
	bundle->value = spec_read(arena, text, length, &bundle->spec, problem);
	if (problem->found)
		return;
	wants = wants_of(arena, &bundle->spec, manager);
	host_read(arena, &wants, &bundle->host);
	bundle->request = (struct plan_request){
		.spec = &bundle->spec,
		.host = &bundle->host,
		.bundle = bundle->path,
		.manager = manager,
	};
	if (manager == MANAGER_SYSTEMD)
		bundle->request.bus = scope_bus(arena, cgroups_by_user(&bundle->host), bundle->host.uid);
}

static void check_plan(const struct bundle *bundle, struct problem *problem)
{
	const char *broken = problem->found ? NULL : plan_check(&bundle->plan);

	if (broken)
		problem_set(problem, "the plan breaks a rule: %s; this is a fault of taru, please report it",
			    broken);
}

const char *bundle_root(struct arena *arena, const struct bundle *bundle)
{
	const char *path = bundle->spec.root_path;

	return path[0] == '/' ? path : arena_printf(arena, "%s/%s", bundle->path, path);
}

void bundle_plan(struct arena *arena, struct bundle *bundle, struct problem *problem)
{
	plan_build(arena, &bundle->request, &bundle->plan, problem);
	check_plan(bundle, problem);
}

void bundle_plan_exec(struct arena *arena, struct bundle *bundle, struct problem *problem)
{
	const struct process *process = &bundle->spec.process;
	const struct host_wants wants = {
		.lsm = process->apparmor_profile || process->selinux_label,
		.last_capability = true,
	};

	spec_check_process(&bundle->spec, problem);
	host_read(arena, &wants, &bundle->host);
	plan_build_exec(arena, &bundle->request, &bundle->plan, problem);
	check_plan(bundle, problem);
}
