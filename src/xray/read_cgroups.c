/* read_cgroups.c - the cgroups of a process, with their limits and what is used. */
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "xray/mounts.h"
#include "xray/parse.h"
#include "xray/read_parts.h"
#include <linux/bpf.h>
#include <string.h>

enum { FILES_MAX = 32, LIMIT = 1 << 16 };

/* cgroups(7); Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of the kernel. */
static const struct { const char *controller, *file; } files[] = {
	{ "", "memory.max" },			{ "", "memory.high" },
	{ "", "memory.current" },		{ "", "memory.swap.max" },
	{ "", "cpu.max" },			{ "", "cpu.weight" },
	{ "", "cpu.stat" },			{ "", "cpuset.cpus.effective" },
	{ "", "cpuset.mems.effective" },	{ "", "pids.max" },
	{ "", "pids.current" },			{ "", "io.max" },
	{ "", "io.weight" },
	{ "memory", "memory.limit_in_bytes" },	{ "memory", "memory.usage_in_bytes" },
	{ "memory", "memory.memsw.limit_in_bytes" },
	{ "cpu", "cpu.cfs_quota_us" },		{ "cpu", "cpu.cfs_period_us" },
	{ "cpu", "cpu.shares" },		{ "cpuacct", "cpuacct.usage" },
	{ "cpuset", "cpuset.cpus" },		{ "cpuset", "cpuset.mems" },
	{ "pids", "pids.max" },			{ "pids", "pids.current" },
	{ "blkio", "blkio.throttle.read_bps_device" }, { "blkio", "blkio.throttle.write_bps_device" },
	{ "devices", "devices.list" },
};

static bool is_of(const struct xray_cgroup *cgroup, const char *controller)
{
	return cgroup->hierarchy ? *controller && xray_has_option(cgroup->controllers, controller) : !*controller;
}

/* --- where it is --- */

static bool is_mounted_as(struct arena *arena, const struct xray_mount *mount, const struct xray_cgroup *cgroup)
{
	const char *first;

	if (!cgroup->hierarchy)
		return !strcmp(mount->type, "cgroup2");
	first = arena_copy(arena, cgroup->controllers, strcspn(cgroup->controllers, ","));
	return !strcmp(mount->type, "cgroup") && xray_has_option(mount->super, first);
}

/* A path that begins with "/.." is outside of the caller's cgroup namespace. */
static const char *find_folder(struct xray_reader *reader, const struct xray_cgroup *cgroup)
{
	for (size_t i = 0; i < reader->here.count; i++) {
		const struct xray_mount *mount = &reader->here.at[i];

		if (is_mounted_as(reader->arena, mount, cgroup) && xray_is_below(cgroup->path, mount->root) &&
		    !xray_is_below(cgroup->path, "/.."))
			return arena_printf(reader->arena, "%s%s", mount->target,
					    cgroup->path + (strcmp(mount->root, "/") ? strlen(mount->root) : 0));
	}
	return NULL;
}

/* --- its files --- */

/* Lines are divided by "; " then; NULL where there is no such file. */
static const char *file_of(struct arena *arena, const char *folder, const char *file)
{
	size_t length;
	char *text, *end;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "%s/%s", folder, file), LIMIT, &text, &length))
		return NULL;
	while (length && text[length - 1] == '\n')
		text[--length] = '\0';
	end = strchr(text, '\n');
	if (end && !strcmp(file, "cpu.stat"))
		*end = '\0';
	else if (end) {
		struct text line = text_new(arena);

		for (; *text; text++)
			text_add_bytes(&line, *text == '\n' ? "; " : text, *text == '\n' ? 2 : 1);
		return line.at;
	}
	return text;
}

static void read_group(struct xray_reader *reader, struct xray_cgroup *cgroup)
{
	cgroup->folder = find_folder(reader, cgroup);
	cgroup->file.at = ARENA_ARRAY(reader->arena, FILES_MAX, struct pair);
	if (!cgroup->folder)
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *text = is_of(cgroup, files[i].controller) ?
					   file_of(reader->arena, cgroup->folder, files[i].file) : NULL;

		if (text)
			cgroup->file.at[cgroup->file.count++] = (struct pair){ files[i].file, text };
	}
}

/* --- what holds --- */

/* Takes the smaller one of what is known and what the file says; what is as large as nothing can be is no limit. */
static bool take_limit(struct xray_reader *reader, const char *folder, const char *file, struct maybe_u64 *limit)
{
	const uint64_t none = (uint64_t)INT64_MAX - 0xffff;
	const char *text = file_of(reader->arena, folder, file), *at = text;
	uint64_t value;

	if (!text)
		return false;
	if (xray_number(&at, 10, &value) && value < none && (!limit->set || value < limit->value))
		*limit = (struct maybe_u64){ true, value };
	return true;
}

/* A limit of a cgroup holds for all below it. The folder of a mount is the last one that has the file. */
static bool find_limit(struct xray_reader *reader, const struct xray_cgroup *cgroup, const char *file,
		       struct maybe_u64 *limit)
{
	char *folder = arena_copy(reader->arena, cgroup->folder, strlen(cgroup->folder)), *slash;
	bool known = false;

	while (take_limit(reader, folder, file, limit)) {
		known = true;
		slash = strrchr(folder, '/');
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	return known;
}

/* With v2 programs of bpf(2) say which devices may be used; in v1 a list. */
static struct maybe_bool find_device_programs(const char *folder)
{
	closes int fd = sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	union bpf_attr attr = { 0 };

	if (fd < 0)
		return (struct maybe_bool){ 0 };
	attr.query.target_fd = (uint32_t)fd;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.query_flags = BPF_F_QUERY_EFFECTIVE;
	if (sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)) < 0)
		return (struct maybe_bool){ 0 };
	return (struct maybe_bool){ true, attr.query.prog_cnt == 0 };
}

static void find_devices(struct xray_reader *reader, const struct xray_cgroup *cgroup)
{
	struct maybe_bool *all = &reader->xray->limits.all_devices;
	const char *list;

	if (!cgroup->hierarchy) {
		const struct maybe_bool here = find_device_programs(cgroup->folder);

		/* Both versions may have a say; what one forbids stays forbidden. */
		if (here.set && (!all->set || !here.value))
			*all = here;
	} else if (is_of(cgroup, "devices") && (list = file_of(reader->arena, cgroup->folder, "devices.list"))) {
		const bool any = !strncmp(list, "a *:* rwm", strlen("a *:* rwm"));

		if (!all->set || !any)
			*all = (struct maybe_bool){ true, any };
	}
}

static void find_limits(struct xray_reader *reader, const struct xray_cgroup *cgroup)
{
	struct xray_limits *limits = &reader->xray->limits;

	if (!cgroup->folder)
		return;
	if (is_of(cgroup, "memory"))
		limits->memory_known |= find_limit(reader, cgroup, "memory.limit_in_bytes", &limits->memory);
	else if (!cgroup->hierarchy)
		limits->memory_known |= find_limit(reader, cgroup, "memory.max", &limits->memory);
	if (is_of(cgroup, "pids") || !cgroup->hierarchy)
		limits->pids_known |= find_limit(reader, cgroup, "pids.max", &limits->pids);
	find_devices(reader, cgroup);
}

void xray_read_cgroups(struct xray_reader *reader)
{
	const char *text = xray_text(reader, "cgroup", "cgroups", NULL);
	struct xray_cgroups *cgroups = &reader->xray->cgroups;

	*cgroups = xray_parse_cgroups(reader->arena, text ? text : "");
	for (size_t i = 0; i < cgroups->count; i++) {
		read_group(reader, &cgroups->at[i]);
		find_limits(reader, &cgroups->at[i]);
	}
}
