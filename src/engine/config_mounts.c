/* config_mounts.c - the mounts of a container: those that all have, and what --volume, --mount and --tmpfs ask for. */
#include "base/text.h"
#include "engine/config_parts.h"
#include <string.h>

/* --- a mount --- */

/* Notes one; they are written in the order of their depth. */
static void put_mount(struct config *config, const char *destination, const char *type, const char *source,
		      const char *const *options)
{
	struct mounts *mounts = &config->mounts;
	size_t count = 0;
	const char **copy;

	while (options[count])
		count++;
	copy = ARENA_ARRAY(config->arena, count + 1, const char *);
	memcpy(copy, options, count * sizeof(*copy));
	mounts->at = arena_grow(config->arena, mounts->at, mounts->count, &mounts->room, sizeof(*mounts->at));
	mounts->at[mounts->count++] = (struct mount_asked){ destination, type, source, copy };
}

void config_put_mount(struct config *config, const char *destination, const char *type, const char *source,
		      const char *const *options)
{
	put_mount(config, destination, type, source, options);
}

static unsigned depth_of(const char *path)
{
	unsigned depth = 0;

	for (; *path; path++)
		depth += path[0] == '/' && path[1] && path[1] != '/';
	return depth;
}

/* What is deeper comes later, as docker has it, so that no mount hides one in it; else as they were asked for. */
static void write_mounts(struct config *config)
{
	const struct mounts *mounts = &config->mounts;
	size_t written = 0;

	json_open_array(&config->json, "mounts");
	for (unsigned depth = 0; written < mounts->count; depth++)
		for (size_t i = 0; i < mounts->count; i++) {
			const struct mount_asked *mount = &mounts->at[i];

			if (depth_of(mount->destination) != depth)
				continue;
			json_open_object(&config->json, NULL);
			json_put_text(&config->json, "destination", mount->destination);
			json_put_text(&config->json, "type", mount->type);
			json_put_text(&config->json, "source", mount->source);
			json_put_texts(&config->json, "options", mount->options);
			json_close(&config->json);
			written++;
		}
	json_close(&config->json);
}

/* --- what every container has --- */

static void put_sys(struct config *config)
{
	const char *const bound[] = { "rbind", "nosuid", "noexec", "nodev", "ro", NULL };
	const char *const new[] = { "nosuid", "noexec", "nodev", config->asked->privileged ? "rw" : "ro", NULL };

	/* Who owns no network namespace may not mount one. */
	if (config->in_user && config_shares(config->asked->network))
		put_mount(config, "/sys", "none", "/sys", bound);
	else
		put_mount(config, "/sys", "sysfs", "sysfs", new);
}

/* With what `--security-opt proc-opts=` says: hidepid=, gid=, subset= of proc(5). */
static void put_proc(struct config *config)
{
	enum { MOST = 16 };
	static const char *const usual[] = { "nosuid", "noexec", "nodev" };
	const char *options[MOST + 1] = { NULL };
	const char *given = config->proc_options ? config->proc_options : "";
	char *rest = arena_copy(config->arena, given, strlen(given)), *word;
	size_t count = 0;

	for (; count < sizeof(usual) / sizeof(usual[0]); count++)
		options[count] = usual[count];
	while ((word = strsep(&rest, ",")) && count < MOST)
		if (*word)
			options[count++] = word;
	put_mount(config, "/proc", "proc", "proc", options);
}

static void put_usual(struct config *config)
{
	const int64_t shm = config->asked->shm_size.set ? config->asked->shm_size.value : 64 << 20;
	const char *const dev[] = { "nosuid", "strictatime", "mode=755", "size=65536k", NULL };
	const char *const pts[] = { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620",
				    config->in_user ? NULL : "gid=5", NULL };
	const char *const mqueue[] = { "nosuid", "noexec", "nodev", NULL };
	const bool writes = config->asked->privileged || config_is_systemd(config->input);
	const char *const cgroup[] = { "nosuid", "noexec", "nodev", writes ? "rw" : "ro", NULL };
	const char *const shm_options[] = { "nosuid", "noexec", "nodev", "mode=1777",
					    arena_printf(config->arena, "size=%lld", (long long)shm), NULL };
	const char *const host_shm[] = { "rbind", NULL };
	const char *ipc = config->asked->ipc;

	if (shm <= 0)
		problem_set(config->problem, "option '--shm-size' must be more than 0");
	put_proc(config);
	put_mount(config, "/dev", "tmpfs", "tmpfs", dev);
	put_mount(config, "/dev/pts", "devpts", "devpts", pts);
	put_sys(config);
	put_mount(config, "/sys/fs/cgroup", "cgroup", "cgroup", cgroup);
	put_mount(config, "/dev/mqueue", "mqueue", "mqueue", mqueue);
	if (config_shares(ipc))
		put_mount(config, "/dev/shm", "bind", "/dev/shm", host_shm);
	else if (!ipc || strcmp(ipc, "none") != 0)
		put_mount(config, "/dev/shm", "tmpfs", "shm", shm_options);
}

/* The files that the engine writes for it: the first not with --no-hosts, the last not with --no-hostname. */
static void put_files(struct config *config)
{
	static const char *const files[] = { "hosts", "resolv.conf", "hostname" };
	const size_t end = sizeof(files) / sizeof(files[0]) - config->asked->no_hostname;
	/* Root's container may have ids of its own: these files are to be its root's. */
	const char *const idmap = config->in_user && config->input->host->uid == 0 ? "idmap" : NULL;
	const char *const options[] = { "bind", "rprivate", idmap, NULL };

	for (size_t i = config->asked->no_hosts; i < end; i++)
		put_mount(config, arena_printf(config->arena, "/etc/%s", files[i]), "bind",
			  arena_printf(config->arena, "%s/%s", config->input->path, files[i]), options);
}

/* Of the image `host`: new directories, and what is seen in them. */
static void put_host_tree(struct config *config, const struct host_tree *host)
{
	const char *const bound[] = { "rbind", "ro", "nosuid", "nodev", "rprivate", NULL };

	for (size_t i = 0; host->fresh[i].path; i++) {
		const char *const options[] = { "nosuid", "nodev", host->fresh[i].mode, NULL };

		put_mount(config, host->fresh[i].path, "tmpfs", "tmpfs", options);
	}
	for (size_t i = 0; i < host->part.count; i++) {
		const char *part = host->part.at[i];
		const char *const layers[] = {
			"userxattr", arena_printf(config->arena, "lowerdir=%s", part),
			arena_printf(config->arena, "upperdir=%s/parts%s/upper", config->input->path, part),
			arena_printf(config->arena, "workdir=%s/parts%s/work", config->input->path, part), NULL
		};

		put_mount(config, part, "overlay", "overlay", layers);
	}
	for (size_t i = 0; i < host->bound.count; i++)
		put_mount(config, host->bound.at[i], "bind", host->bound.at[i], bound);
}

/* --- what was asked for --- */

/* With room for a few more. */
static const char **begin_options(struct config *config, const struct volume_asked *volume)
{
	enum { MORE = 8 };

	return ARENA_ARRAY(config->arena, volume->words.count + volume->more.count + MORE, const char *);
}

static size_t add_texts(const char **options, size_t count, const struct texts *texts, bool (*wanted)(const char *word))
{
	for (size_t i = 0; i < texts->count; i++)
		if (!wanted || wanted(texts->at[i]))
			options[count++] = texts->at[i];
	return count;
}

static bool has_any(const char *const *options, bool (*of_kind)(const char *word))
{
	while (*options && !of_kind(*options))
		options++;
	return *options;
}

/* What is in the store has the owners that containers see, also for root's containers with ids of their own. */
static bool is_mapped(const struct config *config, const struct volume_asked *volume)
{
	bool ours = volume->own || (volume->kind == VOLUME_STORED && !volume->more.count);

	return ours && config->in_user && config->input->host->uid == 0;
}

static void put_bind(struct config *config, const struct volume_asked *volume)
{
	const char **options = begin_options(config, volume);
	size_t count = add_texts(options, 0, &volume->words, volume_word_is_option);
	bool alone;

	count = add_texts(options, count, &volume->more, NULL);
	alone = text_is_one_of("bind", options);
	if (!config->in_user && (text_is_one_of("idmap", options) || text_is_one_of("ridmap", options)))
		problem_set(config->problem, "option '--volume': '%s': 'idmap' shows files with the ids of the "
			    "container's user namespace, and it has none: give it one (--uidmap, --userns)",
			    volume->destination);
	if (is_mapped(config, volume))
		options[count++] = "idmap";
	if (volume->subpath)
		options[count++] = arena_printf(config->arena, "subpath=%s", volume->subpath);
	if (!has_any(options, volume_word_is_bind))
		options[count++] = "rbind";
	/* Also what is mounted below, as docker has it since version 25. */
	if (volume->readonly)
		options[count++] = alone ? "ro" : "rro";
	if (!has_any(options, volume_word_is_propagation))
		options[count++] = "rprivate";
	put_mount(config, volume->destination, "bind", volume->path, options);
}

static bool is_attribute(const char *word)
{
	return volume_word_is_option(word) && !volume_word_is_bind(word);
}

/* What it has unless it is told otherwise. The files of a devpts are devices, and its ptmx is for everybody. */
static size_t add_usual(const char **options, const char *type)
{
	static const char *const terminals[] = { "noexec", "nosuid", "newinstance", "ptmxmode=0666" };
	static const char *const files[] = { "noexec", "nosuid", "nodev" };
	const bool is_devpts = !strcmp(type, "devpts");
	const char *const *usual = is_devpts ? terminals : files;
	const size_t count = (is_devpts ? sizeof(terminals) : sizeof(files)) / sizeof(*usual);

	memcpy(options, usual, count * sizeof(*usual));
	return count;
}

/* A file system of its own: one that is fresh, or what the volume's options say. */
static void put_own(struct config *config, const struct volume_asked *volume)
{
	const bool fresh = volume->kind == VOLUME_FRESH;
	const char **options = begin_options(config, volume);
	size_t count = fresh ? add_usual(options, volume->type) : 0;

	/* It would be mounted by who has no way to the store, and shows other owners. */
	if (volume->overlay && config->in_user && (config->input->host->uid == 0 || config->stranger))
		problem_set(config->problem, volume->kind == VOLUME_IMAGE ?
			    "option '%s': type=image is not for containers with ids of their own: give '%s' the type "
			    "volume or bind, or the container the usual ids" :
			    "option '%s': 'O' is not for containers with ids of their own: give '%s' "
			    "without it, or the container the usual ids", volume->option,
			    volume->destination);
	if (volume->subpath)
		problem_set(config->problem, "option '%s': volume %s is mounted by its own options, and is no "
			    "directory to take a subpath of", volume->option, volume->source);
	count = add_texts(options, count, &volume->more, NULL);
	count = add_texts(options, count, &volume->words, fresh ? NULL : is_attribute);
	if (volume->readonly)
		options[count++] = "ro";
	put_mount(config, volume->destination, volume->type, fresh ? volume->type : volume->path, options);
}

static void put_volumes(struct config *config, const struct volumes_asked *volumes)
{
	for (size_t i = 0; volumes && i < volumes->count; i++) {
		const struct volume_asked *volume = &volumes->at[i];

		if (!strcmp(volume->type, "bind"))
			put_bind(config, volume);
		else
			put_own(config, volume);
	}
}

/* An ordinary user cannot make devices: those of this machine are bound. */
static void put_devices(struct config *config)
{
	const char *const options[] = { "bind", "nosuid", "noexec", "rprivate", NULL };

	for (size_t i = 0; i < config->devices.count; i++)
		put_mount(config, config->devices.at[i].path, "bind", config->devices.at[i].host, options);
}

void config_put_mounts(struct config *config)
{
	put_usual(config);
	config_put_systemd_mounts(config);
	if (config->input->host_tree)
		put_host_tree(config, config->input->host_tree);
	put_files(config);
	put_volumes(config, config->input->volumes);
	if (config->in_user)
		put_devices(config);
	config_put_host_mounts(config);
	write_mounts(config);
}
