/* mount_options.c - see mount_options.h */
#include "spec/mount_options.h"
#include "base/text.h"
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>

/* What a word does. The _ALL ones are for the whole tree below the mount. */
enum effect {
	NOTHING,
	SET, SET_ALL,			/* attributes on */
	CLEAR, CLEAR_ALL,		/* attributes off */
	ATIME, ATIME_ALL,		/* one of the three ways to keep access times */
	NOT_ATIME, NOT_ATIME_ALL,	/* not this one of them */
	PROPAGATION, PROPAGATION_ALL,
	BIND, BIND_ALL, REMOUNT, IDMAP, IDMAP_ALL, COPY_UP,
	FLAG,				/* of the file system */
};

struct word { const char *word; enum effect effect; uint64_t value; };

/* In alphabetical order, for bsearch(3). */
static const struct word table[] = {
	{ "async", FLAG },
	{ "atime", NOT_ATIME, MOUNT_ATTR_NOATIME },
	{ "bind", BIND },
	{ "defaults", NOTHING },
	{ "dev", CLEAR, MOUNT_ATTR_NODEV },
	{ "diratime", CLEAR, MOUNT_ATTR_NODIRATIME },
	{ "dirsync", FLAG },
	{ "exec", CLEAR, MOUNT_ATTR_NOEXEC },
	{ "idmap", IDMAP },
	{ "iversion", NOTHING },
	{ "lazytime", FLAG },
	{ "loud", NOTHING },
	{ "mand", FLAG },
	{ "noatime", ATIME, MOUNT_ATTR_NOATIME },
	{ "nodev", SET, MOUNT_ATTR_NODEV },
	{ "nodiratime", SET, MOUNT_ATTR_NODIRATIME },
	{ "noexec", SET, MOUNT_ATTR_NOEXEC },
	{ "noiversion", NOTHING },
	{ "nolazytime", FLAG },
	{ "nomand", FLAG },
	{ "norelatime", NOT_ATIME, MOUNT_ATTR_RELATIME },
	{ "nostrictatime", NOT_ATIME, MOUNT_ATTR_STRICTATIME },
	{ "nosuid", SET, MOUNT_ATTR_NOSUID },
	{ "nosymfollow", SET, MOUNT_ATTR_NOSYMFOLLOW },
	{ "private", PROPAGATION, MS_PRIVATE },
	{ "ratime", NOT_ATIME_ALL, MOUNT_ATTR_NOATIME },
	{ "rbind", BIND_ALL },
	{ "rdev", CLEAR_ALL, MOUNT_ATTR_NODEV },
	{ "rdiratime", CLEAR_ALL, MOUNT_ATTR_NODIRATIME },
	{ "relatime", ATIME, MOUNT_ATTR_RELATIME },
	{ "remount", REMOUNT },
	{ "rexec", CLEAR_ALL, MOUNT_ATTR_NOEXEC },
	{ "ridmap", IDMAP_ALL },
	{ "rnoatime", ATIME_ALL, MOUNT_ATTR_NOATIME },
	{ "rnodev", SET_ALL, MOUNT_ATTR_NODEV },
	{ "rnodiratime", SET_ALL, MOUNT_ATTR_NODIRATIME },
	{ "rnoexec", SET_ALL, MOUNT_ATTR_NOEXEC },
	{ "rnorelatime", NOT_ATIME_ALL, MOUNT_ATTR_RELATIME },
	{ "rnostrictatime", NOT_ATIME_ALL, MOUNT_ATTR_STRICTATIME },
	{ "rnosuid", SET_ALL, MOUNT_ATTR_NOSUID },
	{ "rnosymfollow", SET_ALL, MOUNT_ATTR_NOSYMFOLLOW },
	{ "ro", SET, MOUNT_ATTR_RDONLY },
	{ "rprivate", PROPAGATION_ALL, MS_PRIVATE },
	{ "rrelatime", ATIME_ALL, MOUNT_ATTR_RELATIME },
	{ "rro", SET_ALL, MOUNT_ATTR_RDONLY },
	{ "rrw", CLEAR_ALL, MOUNT_ATTR_RDONLY },
	{ "rshared", PROPAGATION_ALL, MS_SHARED },
	{ "rslave", PROPAGATION_ALL, MS_SLAVE },
	{ "rstrictatime", ATIME_ALL, MOUNT_ATTR_STRICTATIME },
	{ "rsuid", CLEAR_ALL, MOUNT_ATTR_NOSUID },
	{ "rsymfollow", CLEAR_ALL, MOUNT_ATTR_NOSYMFOLLOW },
	{ "runbindable", PROPAGATION_ALL, MS_UNBINDABLE },
	{ "rw", CLEAR, MOUNT_ATTR_RDONLY },
	{ "shared", PROPAGATION, MS_SHARED },
	{ "silent", NOTHING },
	{ "slave", PROPAGATION, MS_SLAVE },
	{ "strictatime", ATIME, MOUNT_ATTR_STRICTATIME },
	{ "suid", CLEAR, MOUNT_ATTR_NOSUID },
	{ "symfollow", CLEAR, MOUNT_ATTR_NOSYMFOLLOW },
	{ "sync", FLAG },
	{ "tmpcopyup", COPY_UP },
	{ "unbindable", PROPAGATION, MS_UNBINDABLE },
};

const char *const mount_option_words[] = {
	"async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "idmap",
	"iversion", "lazytime", "loud", "mand", "noatime", "nodev", "nodiratime", "noexec",
	"noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid",
	"nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount",
	"rexec", "ridmap", "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime",
	"rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw",
	"rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared",
	"silent", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable",
	NULL
};

_Static_assert(sizeof(mount_option_words) / sizeof(mount_option_words[0]) ==
	       sizeof(table) / sizeof(table[0]) + 1, "a mount option is in one list only");

static int compare_word(const void *key, const void *entry)
{
	const struct word *known = entry;

	return strcmp(key, known->word);
}

/* Turns attributes on or off in a pair of set and clear: the last word wins. */
static void put(uint64_t *to, uint64_t *from, uint64_t attributes)
{
	*to |= attributes;
	*from &= ~attributes;
}

/* Access times are a number of two bits, not bits: mount_setattr(2) wants all of them cleared
 * whenever one is set, and relatime is 0. */
static void put_atime(uint64_t *set, uint64_t *clear, uint64_t way)
{
	*clear |= MOUNT_ATTR__ATIME;
	*set = (*set & ~(uint64_t)MOUNT_ATTR__ATIME) | way;
}

/* "atime", "nostrictatime": not this way, so the kernel's usual one, relatime; another way that
 * was asked for before stays. "norelatime" only takes back a "relatime", since nothing else
 * is said to come instead. */
static void put_not_atime(uint64_t *set, uint64_t *clear, uint64_t way)
{
	bool asked = *clear & MOUNT_ATTR__ATIME;

	if (asked && (*set & MOUNT_ATTR__ATIME) != way)
		return;
	*set &= ~(uint64_t)MOUNT_ATTR__ATIME;
	if (way == MOUNT_ATTR_RELATIME)
		*clear &= ~(uint64_t)MOUNT_ATTR__ATIME;
	else
		*clear |= MOUNT_ATTR__ATIME;
}

/* Room for as many options as there can be: one for each word and each comma. */
static struct pair *new_data(struct arena *arena, const struct texts *words)
{
	size_t room = words->count;

	for (size_t i = 0; i < words->count; i++)
		for (const char *comma = words->at[i]; (comma = strchr(comma, ',')); comma++)
			room++;
	return room ? ARENA_ARRAY(arena, room, struct pair) : NULL;
}

/* How long the option at the beginning of `text` is: up to a comma that divides. */
static size_t option_length(const char *text)
{
	bool quoted = false;
	size_t at = 0;

	for (; text[at] && (quoted || text[at] != ','); at++) {
		if (text[at] == '"')
			quoted = !quoted;
		else if (text[at] == '\\' && text[at + 1])
			at++;
	}
	return at;
}

/* Takes the double quotes off a value that has them around it: context="a:b:c:s0:c1,c2". */
static char *unquote(char *value)
{
	size_t length = strlen(value);

	if (length < 2 || value[0] != '"' || value[length - 1] != '"')
		return value;
	value[length - 1] = '\0';
	return value + 1;
}

/* A word that is not in the table. Returns whether each option in it has a name. */
static bool read_data(struct arena *arena, struct pairs *data, const char *word)
{
	while (*word) {
		size_t length = option_length(word);
		char *key = arena_copy(arena, word, length);
		char *value = strchr(key, '=');

		word += length + (word[length] == ',');
		if (value == key)
			return false;
		if (value)
			*value++ = '\0';
		if (*key)
			data->at[data->count++] = (struct pair){ key, value ? unquote(value) : NULL };
	}
	return true;
}

static void apply(struct arena *arena, struct mount_options *options, const struct word *known)
{
	uint64_t value = known->value;

	switch (known->effect) {
	case NOTHING: break;
	case SET: put(&options->set, &options->clear, value); break;
	case SET_ALL: put(&options->set_all, &options->clear_all, value); break;
	case CLEAR: put(&options->clear, &options->set, value); break;
	case CLEAR_ALL: put(&options->clear_all, &options->set_all, value); break;
	case ATIME: put_atime(&options->set, &options->clear, value); break;
	case ATIME_ALL: put_atime(&options->set_all, &options->clear_all, value); break;
	case NOT_ATIME: put_not_atime(&options->set, &options->clear, value); break;
	case NOT_ATIME_ALL: put_not_atime(&options->set_all, &options->clear_all, value); break;
	case PROPAGATION:
	case PROPAGATION_ALL:
		options->propagation = value;
		options->propagation_all = known->effect == PROPAGATION_ALL;
		break;
	case BIND: options->bind = true; break;
	case BIND_ALL: options->bind = options->bind_all = true; break;
	case REMOUNT: options->remount = true; break;
	case IDMAP: options->idmap = true; break;
	case IDMAP_ALL: options->idmap = options->idmap_all = true; break;
	case COPY_UP: options->copy_up = true; break;
	case FLAG: read_data(arena, &options->data, known->word); break;
	}
}

static bool asks_bind(const struct texts *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->at[i], "bind") || !strcmp(words->at[i], "rbind"))
			return true;
	return false;
}

/* "subpath=DIR", a word of ours: all of it is the path, commas too. */
static bool take_subpath(struct mount *mount, const char *word)
{
	static const char key[] = "subpath=";

	if (strncmp(word, key, sizeof(key) - 1) != 0 || !asks_bind(&mount->option))
		return false;
	mount->options.subpath = word + sizeof(key) - 1;
	return true;
}

void mount_options_read(struct arena *arena, struct mount *mount, size_t index,
			struct problem *problem)
{
	mount->options = (struct mount_options){ .data.at = new_data(arena, &mount->option) };
	for (size_t i = 0; i < mount->option.count; i++) {
		const char *word = mount->option.at[i];
		const struct word *known = bsearch(word, table, sizeof(table) / sizeof(table[0]),
						   sizeof(table[0]), compare_word);

		if (known)
			apply(arena, &mount->options, known);
		else if (!take_subpath(mount, word) && strncmp(word, "x-", 2) != 0 &&
			 !read_data(arena, &mount->options.data, word))
			problem_set(problem, "mounts[%zu].options[%zu]: '%s' has nothing before its '='",
				    index, i, word);
	}
}

static void add_word(struct text *text, const char *word)
{
	if (text->length)
		text_add(text, ",");
	text_add(text, word);
}

const char *mount_attr_words(struct arena *arena, uint64_t set, uint64_t clear)
{
	struct text words = text_new(arena);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint64_t value = table[i].value;

		if ((table[i].effect == SET && set & value) ||
		    (table[i].effect == CLEAR && clear & value) ||
		    (table[i].effect == ATIME && clear & MOUNT_ATTR__ATIME &&
		     (set & MOUNT_ATTR__ATIME) == value))
			add_word(&words, table[i].word);
	}
	return words.at;
}
