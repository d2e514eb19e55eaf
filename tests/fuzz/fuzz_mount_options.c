/* fuzz_mount_options.c - any lines as the options of a mount.
 *
 * Whatever the words: only bits that mount_setattr(2) knows come out, an atime mode is
 * replaced as a whole, and the words that show the attributes mean the same attributes again.
 */
#include "spec/mount_options.h"
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const uint64_t known = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			      MOUNT_ATTR_NOEXEC | MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME |
			      MOUNT_ATTR_NOSYMFOLLOW;

static void read_words(struct arena *arena, char *text, char separator, struct mount *mount,
		       struct problem *problem)
{
	mount->destination = "/target";
	mount->type = "tmpfs";
	mount->source = "tmpfs";
	mount->option.at = ARENA_ARRAY(arena, strlen(text) + 2, char *);
	while (text) {
		char *next = strchr(text, separator);

		if (next)
			*next++ = '\0';
		mount->option.at[mount->option.count++] = text;
		text = next;
	}
	mount_options_read(arena, mount, 3, problem);
}

static void check_bits(uint64_t set, uint64_t clear)
{
	if ((set | clear) & ~known)
		abort();
	if (set & clear & ~(uint64_t)MOUNT_ATTR__ATIME)
		abort();
	if ((set & MOUNT_ATTR__ATIME) && (clear & MOUNT_ATTR__ATIME) != MOUNT_ATTR__ATIME)
		abort();
}

/* The words for the attributes, read again. */
static void check_words(struct arena *arena, const struct mount_options *options)
{
	char *words = arena_printf(arena, "%s", mount_attr_words(arena, options->set, options->clear));
	struct problem problem = { 0 };
	struct mount again = { 0 };

	read_words(arena, words, ',', &again, &problem);
	if (problem.found || again.options.set != options->set)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena;
	struct problem problem = { 0 };
	struct mount mount = { 0 };

	arena_init(&arena, NULL, 0);
	read_words(&arena, arena_copy(&arena, (const char *)bytes, size), '\n', &mount, &problem);
	if (!problem.found) {
		check_bits(mount.options.set, mount.options.clear);
		check_bits(mount.options.set_all, mount.options.clear_all);
		check_words(&arena, &mount.options);
		for (size_t i = 0; i < mount.options.data.count; i++)
			if (!mount.options.data.at[i].key)
				abort();
	}
	arena_release(&arena);
	return 0;
}
