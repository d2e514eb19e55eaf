/* do_filesystem.c - new file systems: proc, tmpfs, overlay and so on.
 *
 * fsopen begins a file system, fsconfig gives it its options one by one, fsmount makes a
 * mount of it that is not attached anywhere yet. What the kernel has to say about
 * an option it says in words, on the descriptor: these go to the tape.
 */
#include "exec/do.h"
#include <limits.h>
#include <linux/limits.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>

/* What fsconfig takes as one value, with its NUL. */
enum { FSCONFIG_MAX = 256 };

static void note(struct tape *tape, const char *text, size_t length)
{
	if (length >= sizeof(tape->note))
		length = sizeof(tape->note) - 1;
	while (length && text[length - 1] == '\n')
		length--;
	memcpy(tape->note, text, length);
	tape->note[length] = '\0';
}

/* Each read gives one message: "e tmpfs: Bad value for 'size'"; e, w, i: error, warning, information.
 * The last error is the one that counts. */
static void read_messages(struct run *run, int fs)
{
	char text[512];

	for (int i = 0; i < 16; i++) {
		ssize_t length = sys_read(fs, text, sizeof(text));

		if (length < 3)
			return;
		if (text[0] == 'e' || !run->tape->note[0])
			note(run->tape, text + 2, (size_t)length - 2);
	}
}

int fs_command(struct run *run, int fs, unsigned command)
{
	int error;

	trying(run, __NR_fsconfig, SUBJECT_STEP);
	error = sys_fsconfig(fs, command, NULL, NULL, 0);
	if (error)
		read_messages(run, fs);
	return error;
}

/* "silent" is about the kernel's log and not about the file system; only mount(2) knows it. */
static bool is_silent(const struct pair *pair)
{
	return !pair->value && strcmp(pair->key, "silent") == 0;
}

int fs_configure(struct run *run, int fs, const struct pairs *data)
{
	for (size_t i = 0; data && i < data->count; i++) {
		const struct pair *pair = &data->at[i];
		unsigned command = pair->value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;
		int error;

		if (is_silent(pair))
			continue;
		trying(run, __NR_fsconfig, SUBJECT_OPTION);
		run->mark->detail = (uint8_t)i;
		error = sys_fsconfig(fs, command, pair->key, pair->value, 0);
		if (error) {
			read_messages(run, fs);
			return error;
		}
	}
	return 0;
}

static const char *find_option(const struct pairs *data, const char *key)
{
	for (size_t i = 0; data && i < data->count; i++)
		if (strcmp(data->at[i].key, key) == 0)
			return data->at[i].value ? data->at[i].value : "";
	return NULL;
}

static bool is_tmpfs(const struct step *step)
{
	return strcmp(step->mount.type, "tmpfs") == 0;
}

/* A tmpfs whose mode is not said takes over the mode of the directory that it hides, as with runc:
 * else what was closed would be open to all (the kernel's default is 1777). */
static int keep_mode(struct run *run, int fs, const struct step *step)
{
	char octal[8], *at = octal + sizeof(octal) - 1;
	struct stat stat;
	int error, target;

	if (!is_tmpfs(step) || find_option(step->mount.data, "mode"))
		return 0;
	target = scratch_add(run, target_open(run, step->mount.target, O_PATH, 0));
	if (target < 0 || sys_fstat(target, &stat) || !S_ISDIR(stat.st_mode))
		return 0;	/* there is nothing to take over, or the mount fails anyway */
	*at = '\0';
	for (mode_t mode = stat.st_mode & 07777; mode || !*at; mode >>= 3)
		*--at = (char)('0' + (mode & 7));
	trying(run, __NR_fsconfig, SUBJECT_TARGET);
	error = sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", at, 0);
	return error;
}

static int set_source(struct run *run, int fs, const char *source)
{
	int error;

	if (!source || !*source)
		return 0;
	trying(run, __NR_fsconfig, SUBJECT_SOURCE);
	error = sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", source, 0);
	if (error)
		read_messages(run, fs);
	return error;
}

static int create(struct run *run, int fs, const struct step *step)
{
	int error = set_source(run, fs, step->mount.source);

	if (!error)
		error = fs_configure(run, fs, step->mount.data);
	if (!error)
		error = keep_mode(run, fs, step);
	if (!error)
		error = fs_command(run, fs, FSCONFIG_CMD_CREATE);
	return error;
}

/* A single new mount: what is asked for the whole tree is for it as well. */
static uint64_t attributes(const struct mount_change *change)
{
	return (change->set_all & ~change->clear) | change->set;
}

/* A link at /proc or /sys would let the mount land elsewhere, and what is then written to "proc" would
 * be written to a file of the image (CVE-2019-19921, CVE-2023-27561). */
static uint64_t resolve_for(const char *type)
{
	return strcmp(type, "proc") == 0 || strcmp(type, "sysfs") == 0 ? RESOLVE_NO_SYMLINKS : 0;
}

static int attach(struct run *run, int mount, const struct step *step)
{
	uint64_t resolve = resolve_for(step->mount.type);
	int error = mount_attach(run, mount, step->mount.target, S_IFDIR | 0755, resolve);

	return error == -ELOOP && resolve ? -ENOTDIR : error;
}

/* --- options that are too long for fsconfig: mount(2) takes a page of text --- */

static bool is_long(const char *text)
{
	return text && strlen(text) >= FSCONFIG_MAX;
}

static bool has_long_option(const struct step *step)
{
	const struct pairs *data = step->mount.data;

	for (size_t i = 0; data && i < data->count; i++)
		if (is_long(data->at[i].key) || is_long(data->at[i].value))
			return true;
	return is_long(step->mount.source);
}

static int join_options(const struct pairs *data, char *to, size_t size)
{
	size_t used = 0;

	to[0] = '\0';
	for (size_t i = 0; data && i < data->count; i++) {
		const char *key = data->at[i].key, *value = data->at[i].value;
		char *at = to + used;

		used += strlen(key) + (value ? strlen(value) + 1 : 0) + 1;
		if (used >= size)
			return -E2BIG;
		at = put_text(at, used && at != to ? "," : "");
		at = put_text(at, key);
		if (value)
			at = put_text(put_text(at, "="), value);
		used = (size_t)(at - to);
	}
	return 0;
}

static unsigned long old_flags(uint64_t set)
{
	static const struct { uint64_t attribute; unsigned long flag; } same[] = {
		{ MOUNT_ATTR_RDONLY, MS_RDONLY },	{ MOUNT_ATTR_NOSUID, MS_NOSUID },
		{ MOUNT_ATTR_NODEV, MS_NODEV },		{ MOUNT_ATTR_NOEXEC, MS_NOEXEC },
		{ MOUNT_ATTR_NOATIME, MS_NOATIME },	{ MOUNT_ATTR_STRICTATIME, MS_STRICTATIME },
		{ MOUNT_ATTR_NODIRATIME, MS_NODIRATIME },
		{ MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW },
	};
	unsigned long flags = 0;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (set & same[i].attribute)
			flags |= same[i].flag;
	return flags;
}

/* mount(2) wants a path: the target becomes the working directory, "." (every other path of a plan is
 * absolute). */
static int mount_by_text(struct run *run, const struct step *step)
{
	char data[PATH_MAX];
	int error = join_options(step->mount.data, data, sizeof(data));
	int target;

	trying(run, __NR_mount, SUBJECT_OPTION);
	if (error)
		return error;
	target = scratch_add(run, target_make(run, step->mount.target, S_IFDIR | 0755,
					      resolve_for(step->mount.type)));
	if (target < 0)
		return target;
	trying(run, __NR_fchdir, SUBJECT_TARGET);
	error = sys_fchdir(target);
	if (error)
		return error;
	run->parent.length = 0;
	trying(run, __NR_mount, SUBJECT_STEP);
	return sys_mount(step->mount.source, ".", step->mount.type,
			 old_flags(attributes(&step->mount.change)), data);
}

static int change_by_text(struct run *run, const struct step *step)
{
	struct mount_change change = { .propagation = step->mount.change.propagation };
	int target;

	if (!change.propagation)
		return 0;
	target = scratch_add(run, target_open(run, step->mount.target, O_PATH, 0));
	return target < 0 ? target : mount_change(run, target, &change);
}

int do_mount(struct run *run, const struct step *step)
{
	const struct mount_change propagation = { .propagation = step->mount.change.propagation };
	int error, fs, mount;

	if (has_long_option(step)) {
		error = mount_by_text(run, step);
		return error ? error : change_by_text(run, step);
	}
	trying(run, __NR_fsopen, SUBJECT_STEP);
	fs = scratch_add(run, sys_fsopen(step->mount.type));
	if (fs < 0)
		return fs;
	error = create(run, fs, step);
	if (error)
		return error;
	trying(run, __NR_fsmount, SUBJECT_STEP);
	mount = scratch_add(run, sys_fsmount(fs, (unsigned)attributes(&step->mount.change)));
	if (mount < 0)
		return mount;
	error = mount_change(run, mount, &propagation);
	if (!error)
		error = attach(run, mount, step);
	/* What is made next is likely to be made in it: /dev/pts in /dev. */
	if (!error && is_tmpfs(step) && !run->parent.length)
		run->parent = (struct parent){ step->mount.target, strlen(step->mount.target), mount };
	return error;
}
