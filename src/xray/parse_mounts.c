/* parse_mounts.c - proc_pid_mountinfo(5): see parse.h
 *
 *	36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
 */
#include "xray/parse.h"
#include <string.h>

/* The next word; NULL where there is none. */
static char *next_word(char **line)
{
	return *line ? strsep(line, " ") : NULL;
}

static bool is_octal(const char *at)
{
	return at[0] >= '0' && at[0] <= '3' && at[1] >= '0' && at[1] <= '7' && at[2] >= '0' && at[2] <= '7';
}

/* Blanks, newlines and backslashes are written as three octal digits. */
static char *decode(char *word)
{
	char *to = word;

	for (const char *at = word; *at; to++) {
		const bool escaped = at[0] == '\\' && is_octal(at + 1);

		*to = escaped ? (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0')) : *at;
		at += escaped ? 4 : 1;
	}
	*to = '\0';
	return word;
}

static bool take_number(const char **at, uint32_t *ret_value)
{
	uint64_t value;

	if (!xray_number(at, 10, &value) || value > UINT32_MAX)
		return false;
	*ret_value = (uint32_t)value;
	return true;
}

static bool take_device(const char *word, struct xray_mount *mount)
{
	return word && take_number(&word, &mount->major) && *word++ == ':' && take_number(&word, &mount->minor);
}

static bool take_id(const char *word, uint64_t *ret_id)
{
	return word && xray_number(&word, 10, ret_id);
}

static void take_peers(const char *word, struct xray_mount *mount)
{
	static const char shared[] = "shared:", master[] = "master:";
	const char *at;

	if (!strncmp(word, shared, strlen(shared))) {
		at = word + strlen(shared);
		take_number(&at, &mount->shared);
	} else if (!strncmp(word, master, strlen(master))) {
		at = word + strlen(master);
		take_number(&at, &mount->master);
	} else if (!strcmp(word, "unbindable")) {
		mount->unbindable = true;
	}
}

static void take_options(struct xray_mount *mount)
{
	mount->readonly = xray_has_option(mount->options, "ro");
	mount->nosuid = xray_has_option(mount->options, "nosuid");
	mount->nodev = xray_has_option(mount->options, "nodev");
	mount->noexec = xray_has_option(mount->options, "noexec");
	mount->super_readonly = xray_has_option(mount->super, "ro");
}

static bool take_line(char *line, struct xray_mount *mount)
{
	char *root, *target, *word;

	*mount = (struct xray_mount){ 0 };
	if (!take_id(next_word(&line), &mount->id) || !take_id(next_word(&line), &mount->parent) ||
	    !take_device(next_word(&line), mount))
		return false;
	root = next_word(&line);
	target = next_word(&line);
	mount->options = next_word(&line);
	while ((word = next_word(&line)) && strcmp(word, "-") != 0)
		take_peers(word, mount);
	if (!word || !line)
		return false;
	mount->type = decode(next_word(&line));
	word = next_word(&line);
	mount->source = word ? decode(word) : "";
	mount->super = line ? decode(line) : "";
	mount->root = decode(root);
	mount->target = decode(target);
	take_options(mount);
	return true;
}

struct xray_mounts xray_parse_mounts(struct arena *arena, const char *text)
{
	struct xray_mounts mounts = { ARENA_ARRAY(arena, xray_count_lines(text), struct xray_mount), 0 };
	char *line;

	while ((line = xray_line(arena, &text)))
		mounts.count += take_line(line, &mounts.at[mounts.count]);
	return mounts;
}

bool xray_has_option(const char *options, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = options; *at; at += strspn(at, ",")) {
		const size_t size = strcspn(at, ",");

		if (size == length && !strncmp(at, word, length))
			return true;
		at += size;
	}
	return false;
}

const char *xray_option(struct arena *arena, const char *options, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = options; *at; at += strspn(at, ",")) {
		const size_t size = strcspn(at, ",");

		if (size > length && !strncmp(at, word, length) && at[length] == '=')
			return arena_copy(arena, at + length + 1, size - length - 1);
		at += size;
	}
	return NULL;
}
