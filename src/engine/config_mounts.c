/* config_mounts.c - the mounts of a container: those that all have, and --volume, --mount, --tmpfs. */
#include "base/sys.h"
#include "command/options.h"
#include "engine/config_parts.h"
#include "spec/reason.h"
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	if (mounts->count == mounts->room) {
		size_t room = mounts->room ? 2 * mounts->room : 32;

		mounts->at = arena_resize(config->arena, mounts->at, mounts->room * sizeof(*mounts->at),
					  room * sizeof(*mounts->at));
		mounts->room = room;
	}
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

static bool is_absolute(struct config *config, const char *option, const char *path)
{
	if (path && path[0] == '/' && path[strspn(path, "/")])
		return true;
	problem_set(config->problem, "option '%s': '%s' is no absolute path below / in the container", option,
		    path ? path : "");
	return false;
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

static void put_usual(struct config *config)
{
	const int64_t shm = config->asked->shm_size.set ? config->asked->shm_size.value : 64 << 20;
	const char *const proc[] = { "nosuid", "noexec", "nodev", NULL };
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
	put_mount(config, "/proc", "proc", "proc", proc);
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

/* The files that the engine writes for it. */
static void put_files(struct config *config)
{
	static const char *const files[] = { "hosts", "resolv.conf", "hostname" };
	/* Root's container may have ids of its own: these files are to be its root's. */
	const char *const idmap = config->in_user && config->input->host->uid == 0 ? "idmap" : NULL;
	const char *const options[] = { "bind", "rprivate", idmap, NULL };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
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

/* --- --tmpfs PATH[:OPTIONS] --- */

static void put_tmpfs(struct config *config, const char *given)
{
	enum { WORDS = 32 };
	const char *options[WORDS + 1] = { "noexec", "nosuid", "nodev" };
	size_t count = 3;
	char *rest = arena_copy(config->arena, given, strlen(given)), *path = strsep(&rest, ":"), *word;

	if (!is_absolute(config, "--tmpfs", path))
		return;
	while ((word = strsep(&rest, ",")) && count < WORDS)
		if (*word)
			options[count++] = word;
	if (word)
		problem_set(config->problem, "option '--tmpfs': too many words behind '%s'", path);
	put_mount(config, path, "tmpfs", "tmpfs", options);
}

/* --- --volume SOURCE:PATH[:OPTIONS] --- */

/* As docker does, a source that is not there becomes a directory. */
static void make_source(struct config *config, const char *path)
{
	char *part = arena_copy(config->arena, path, strlen(path));
	int error = 0;

	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		error = sys_mkdirat(AT_FDCWD, part, 0755);
		if (!slash || (error && error != -EEXIST))
			break;
		*slash = '/';
	}
	if (error && error != -EEXIST)
		problem_set(config->problem, "option '--volume': cannot make '%s': %s", path, reason_words(error));
}

struct bind { const char *options[16]; size_t count; bool recursive_set, propagation_set, readonly, alone; };

static void add_option(struct config *config, struct bind *bind, const char *word)
{
	if (bind->count + 1 < sizeof(bind->options) / sizeof(bind->options[0]))
		bind->options[bind->count++] = word;
	else
		problem_set(config->problem, "option '--volume': too many words behind the path");
}

static const char *const propagations[] = { "private", "rprivate", "shared", "rshared", "slave", "rslave",
					      NULL };

static void take_option(struct config *config, struct bind *bind, const char *word)
{
	static const char *const others[] = { "rw", "noexec", "exec", "nosuid", "suid", "nodev", "dev", "idmap",
					      "ridmap", NULL };
	/* Labels of SELinux, which nothing is to be done for where there is none; and words that say what is anyway. */
	static const char *const nothing[] = { "z", "Z", "", "nocopy", "consistent", "cached", "delegated", NULL };

	if (text_is_one_of(word, propagations)) {
		bind->propagation_set = true;
		add_option(config, bind, word);
	} else if (!strcmp(word, "bind") || !strcmp(word, "rbind")) {
		bind->recursive_set = true;
		bind->alone = !strcmp(word, "bind");
		add_option(config, bind, word);
	} else if (!strcmp(word, "ro")) {
		bind->readonly = true;
	} else if (text_is_one_of(word, others)) {
		add_option(config, bind, word);
	} else if (!text_is_one_of(word, nothing)) {
		problem_set(config->problem, "option '--volume': '%s' is none of ro, rw, z, Z, noexec, nosuid, nodev, "
			    "bind, rbind, idmap, private, slave, shared", word);
	}
}

static void put_bind(struct config *config, const char *source, const char *target, struct bind *bind)
{
	if (!bind->recursive_set)
		add_option(config, bind, "rbind");
	/* Also what is mounted below, as docker has it since version 25. */
	if (bind->readonly)
		add_option(config, bind, bind->alone ? "ro" : "rro");
	if (!bind->propagation_set)
		add_option(config, bind, "rprivate");
	put_mount(config, target, "bind", source, bind->options);
}

/* "./dir" and "../dir" are from the working directory. */
static const char *absolute_source(struct config *config, const char *source)
{
	char here[PATH_MAX];

	if (source[0] != '.' || (source[1] && source[1] != '/' && strncmp(source, "../", 3) != 0 && strcmp(source,
													   "..")))
		return source;
	return getcwd(here, sizeof(here)) ? arena_printf(config->arena, "%s/%s", here, source) : source;
}

static void put_volume(struct config *config, const char *given)
{
	char *rest = arena_copy(config->arena, given, strlen(given)), *word;
	const char *source = absolute_source(config, strsep(&rest, ":")), *target = strsep(&rest, ":");
	struct bind bind = { .count = 0 };
	struct stat info;

	if (!target || source[0] != '/') {
		problem_set(config->problem, "option '--volume': '%s' is not SOURCE:PATH[:OPTIONS] with an absolute "
			    "SOURCE; volumes with names are not there yet", given);
		return;
	}
	if (!is_absolute(config, "--volume", target))
		return;
	while ((word = strsep(&rest, ",:")))
		take_option(config, &bind, word);
	if (!config->problem->found && stat(source, &info))
		make_source(config, source);
	put_bind(config, source, target, &bind);
}

/* --- --mount type=…,source=…,target=… --- */

struct long_form {
	const char *type, *source, *target, *propagation, *size, *mode;
	bool readonly, recursive_off;
};

static bool take_word(struct config *config, struct long_form *form, const char *key, const char *value)
{
	if (!strcmp(key, "readonly") || !strcmp(key, "ro"))
		form->readonly = config_truth(config, "--mount", value);
	else if (!strcmp(key, "bind-nonrecursive"))
		form->recursive_off = config_truth(config, "--mount", value);
	else if (!value)
		return false;
	else if (!strcmp(key, "type"))
		form->type = value;
	else if (!strcmp(key, "source") || !strcmp(key, "src"))
		form->source = value;
	else if (!strcmp(key, "target") || !strcmp(key, "dst") || !strcmp(key, "destination"))
		form->target = value;
	else if (!strcmp(key, "bind-propagation"))
		form->propagation = value;
	else if (!strcmp(key, "tmpfs-size"))
		form->size = value;
	else if (!strcmp(key, "tmpfs-mode"))
		form->mode = value;
	else
		return false;
	return true;
}

static void put_long_tmpfs(struct config *config, const struct long_form *form)
{
	const char *options[8] = { "nosuid", "noexec", "nodev" };
	size_t count = 3;
	int64_t bytes;

	if (form->source || form->propagation)
		problem_set(config->problem, "option '--mount': source and bind-propagation are for the type bind");
	if (form->size && (!option_to_bytes(form->size, &bytes) || bytes <= 0))
		problem_set(config->problem, "option '--mount': tmpfs-size '%s' is no number of bytes", form->size);
	else if (form->size)
		options[count++] = arena_printf(config->arena, "size=%lld", (long long)bytes);
	if (form->mode)
		options[count++] = arena_printf(config->arena, "mode=%s", form->mode);
	if (form->readonly)
		options[count++] = "ro";
	put_mount(config, form->target, "tmpfs", "tmpfs", options);
}

static void put_long_bind(struct config *config, const struct long_form *form)
{
	struct bind bind = { .recursive_set = form->recursive_off, .propagation_set = form->propagation };
	struct stat info;

	if (!form->source || form->source[0] != '/' || stat(form->source, &info)) {
		problem_set(config->problem, "option '--mount': the source '%s' does not exist, or is no absolute path",
			    form->source ? form->source : "");
		return;
	}
	if (form->propagation && !text_is_one_of(form->propagation, propagations))
		problem_set(config->problem, "option '--mount': '%s' is no bind-propagation", form->propagation);
	if (form->size || form->mode)
		problem_set(config->problem, "option '--mount': tmpfs-size and tmpfs-mode are for the type tmpfs");
	if (form->recursive_off)
		add_option(config, &bind, "bind");
	if (form->readonly)
		add_option(config, &bind, form->recursive_off ? "ro" : "rro");
	if (form->propagation)
		add_option(config, &bind, form->propagation);
	put_bind(config, form->source, form->target, &bind);
}

static void put_long(struct config *config, const char *given)
{
	char *rest = arena_copy(config->arena, given, strlen(given)), *word;
	struct long_form form = { .type = "volume" };

	while ((word = strsep(&rest, ","))) {
		char *value = word, *key = strsep(&value, "=");

		if (!take_word(config, &form, key, value))
			problem_set(config->problem, "option '--mount': '%s' is no word of it, or lacks its value",
				    key);
	}
	if (config->problem->found || !is_absolute(config, "--mount", form.target))
		return;
	if (!strcmp(form.type, "tmpfs"))
		put_long_tmpfs(config, &form);
	else if (!strcmp(form.type, "bind"))
		put_long_bind(config, &form);
	else
		problem_set(config->problem, "option '--mount': the type is bind or tmpfs, not '%s'; volumes with "
			    "names are not there yet", form.type);
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
	const struct run_asked *asked = config->asked;

	put_usual(config);
	config_put_systemd_mounts(config);
	if (config->input->host_tree)
		put_host_tree(config, config->input->host_tree);
	put_files(config);
	for (size_t i = 0; i < asked->tmpfs.count; i++)
		put_tmpfs(config, asked->tmpfs.at[i]);
	for (size_t i = 0; i < asked->volumes.count; i++)
		put_volume(config, asked->volumes.at[i]);
	for (size_t i = 0; i < asked->mounts.count; i++)
		put_long(config, asked->mounts.at[i]);
	if (config->in_user)
		put_devices(config);
	config_put_host_mounts(config);
	write_mounts(config);
}
