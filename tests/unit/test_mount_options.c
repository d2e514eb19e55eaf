/* test_mount_options.c - each word of the spec's table does what mount(8) says, the later one wins, and
 * what is not in the table goes to the file system unchanged. */
#include "spec/mount_options.h"
#include "base/text.h"
#include <linux/mount.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define RO MOUNT_ATTR_RDONLY
#define NOSUID MOUNT_ATTR_NOSUID
#define NODEV MOUNT_ATTR_NODEV
#define NOEXEC MOUNT_ATTR_NOEXEC
#define NOATIME MOUNT_ATTR_NOATIME
#define STRICT MOUNT_ATTR_STRICTATIME
#define ATIME MOUNT_ATTR__ATIME

struct fixture {
	struct arena arena;
	struct problem problem;
	struct mount mount;
};

enum { WORDS = 16 };

/* The words are divided by blanks here. */
static struct mount_options read_words(struct fixture *f, const char *words)
{
	char *text, *rest = NULL;

	*f = (struct fixture){ 0 };
	arena_init(&f->arena, NULL, 0);
	text = arena_copy(&f->arena, words, strlen(words));
	f->mount.option.at = ARENA_ARRAY(&f->arena, WORDS, char *);
	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		f->mount.option.at[f->mount.option.count++] = word;
	mount_options_read(&f->arena, &f->mount, 4, &f->problem);
	return f->mount.options;
}

static void test_attributes(void **state)
{
	static const struct { const char *words; uint64_t set, clear, set_all, clear_all; } cases[] = {
		{ "", 0, 0, 0, 0 },
		{ "ro", RO, 0, 0, 0 }, { "rw", 0, RO, 0, 0 },
		{ "ro rw", 0, RO, 0, 0 }, { "rw ro", RO, 0, 0, 0 },
		{ "nosuid nodev noexec", NOSUID | NODEV | NOEXEC, 0, 0, 0 },
		{ "suid dev exec", 0, NOSUID | NODEV | NOEXEC, 0, 0 },
		{ "nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0, 0, 0 },
		{ "symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW, 0, 0 },
		{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0, 0, 0 },
		{ "diratime", 0, MOUNT_ATTR_NODIRATIME, 0, 0 },
		{ "noatime", NOATIME, ATIME, 0, 0 }, { "relatime", 0, ATIME, 0, 0 },
		{ "strictatime", STRICT, ATIME, 0, 0 },
		{ "noatime strictatime", STRICT, ATIME, 0, 0 },
		{ "strictatime noatime", NOATIME, ATIME, 0, 0 },
		{ "atime", 0, ATIME, 0, 0 }, { "noatime atime", 0, ATIME, 0, 0 },
		{ "strictatime atime", STRICT, ATIME, 0, 0 },
		{ "nostrictatime", 0, ATIME, 0, 0 }, { "noatime nostrictatime", NOATIME, ATIME, 0, 0 },
		{ "norelatime", 0, 0, 0, 0 }, { "relatime norelatime", 0, 0, 0, 0 },
		{ "noatime norelatime", NOATIME, ATIME, 0, 0 },
		{ "rro rnosuid", 0, 0, RO | NOSUID, 0 }, { "rrw rsuid", 0, 0, 0, RO | NOSUID },
		{ "rnodev rnoexec rdev rexec", 0, 0, 0, NODEV | NOEXEC },
		{ "rnosymfollow", 0, 0, MOUNT_ATTR_NOSYMFOLLOW, 0 },
		{ "rsymfollow", 0, 0, 0, MOUNT_ATTR_NOSYMFOLLOW },
		{ "rnodiratime", 0, 0, MOUNT_ATTR_NODIRATIME, 0 },
		{ "rdiratime", 0, 0, 0, MOUNT_ATTR_NODIRATIME },
		{ "rnoatime", 0, 0, NOATIME, ATIME }, { "rrelatime", 0, 0, 0, ATIME },
		{ "rstrictatime", 0, 0, STRICT, ATIME }, { "ratime", 0, 0, 0, ATIME },
		{ "rnostrictatime", 0, 0, 0, ATIME }, { "rnorelatime", 0, 0, 0, 0 },
		{ "ro rrw", RO, 0, 0, RO },
		{ "defaults silent loud iversion noiversion x-systemd.automount", 0, 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;
		struct mount_options options = read_words(&f, cases[i].words);

		assert_int_equal(options.set, cases[i].set);
		assert_int_equal(options.clear, cases[i].clear);
		assert_int_equal(options.set_all, cases[i].set_all);
		assert_int_equal(options.clear_all, cases[i].clear_all);
		assert_int_equal(options.data.count, 0);
		assert_false(f.problem.found);
		/* What mount_setattr(2) demands of access times. */
		assert_true(!(options.clear & ATIME) || (options.clear & ATIME) == ATIME);
		assert_true(!(options.set & ATIME) || options.clear & ATIME);
		arena_release(&f.arena);
	}
}

static void test_kinds(void **state)
{
	struct fixture f;
	struct mount_options options = read_words(&f, "rbind rprivate idmap remount tmpcopyup");

	assert_true(options.bind && options.bind_all && options.remount && options.copy_up);
	assert_true(options.idmap && !options.idmap_all);
	assert_int_equal(options.propagation, MS_PRIVATE);
	assert_true(options.propagation_all);
	arena_release(&f.arena);

	options = read_words(&f, "bind rshared slave ridmap");
	assert_true(options.bind && !options.bind_all && options.idmap && options.idmap_all);
	assert_int_equal(options.propagation, MS_SLAVE);
	assert_false(options.propagation_all);
	arena_release(&f.arena);
}

/* key=value options are shown as "key=value", flags as "key", divided by blanks. */
static void test_data(void **state)
{
	static const struct { const char *words, *data; } cases[] = {
		{ "mode=755 size=65536k", "<mode=755><size=65536k>" },
		{ "ro newinstance gid=5", "<newinstance><gid=5>" },
		{ "sync async dirsync lazytime nolazytime mand nomand",
		  "<sync><async><dirsync><lazytime><nolazytime><mand><nomand>" },
		{ "a=b=c", "<a=b=c>" }, { "a=", "<a=>" }, { ",,", "" },
		{ "RO", "<RO>" },
		{ "mode=755,size=1k,flag", "<mode=755><size=1k><flag>" },
		{ "lowerdir=/a\\,b:/c,userxattr", "<lowerdir=/a\\,b:/c><userxattr>" },
		{ "context=\"u:r:t:s0:c1,c2\",x", "<context=u:r:t:s0:c1,c2><x>" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;
		struct mount_options options = read_words(&f, cases[i].words);
		struct text shown = text_new(&f.arena);

		for (size_t n = 0; n < options.data.count; n++) {
			const struct pair *pair = &options.data.at[n];

			text_printf(&shown, "<%s%s%s>", pair->key, pair->value ? "=" : "",
				    pair->value ? pair->value : "");
		}
		assert_string_equal(shown.at, cases[i].data);
		assert_false(f.problem.found);
		arena_release(&f.arena);
	}
}

static void test_option_without_a_name(void **state)
{
	struct fixture f;

	read_words(&f, "ro =x");
	assert_string_equal(f.problem.text, "mounts[4].options[1]: '=x' has nothing before its '='");
	arena_release(&f.arena);
}

/* The list for `features` is the table: sorted, so that it can be searched, and each word is known. */
static void test_list_is_the_table(void **state)
{
	size_t count = 0;

	for (const char *const *word = mount_option_words; *word; word++, count++) {
		struct fixture f;
		struct mount_options options = read_words(&f, *word);

		assert_true(word == mount_option_words || strcmp(word[-1], word[0]) < 0);
		if (options.data.count)	/* the file system's own words that the kernel always knows */
			assert_non_null(strstr("async sync dirsync lazytime nolazytime mand nomand", *word));
		arena_release(&f.arena);
	}
	assert_int_equal(count, 62);
}

static void test_words_of_attributes(void **state)
{
	struct fixture f;

	read_words(&f, "");
	assert_string_equal(mount_attr_words(&f.arena, 0, 0), "");
	assert_string_equal(mount_attr_words(&f.arena, RO | NOSUID | NODEV, 0), "nodev,nosuid,ro");
	assert_string_equal(mount_attr_words(&f.arena, 0, RO | NOEXEC), "exec,rw");
	assert_string_equal(mount_attr_words(&f.arena, NOATIME, ATIME), "noatime");
	assert_string_equal(mount_attr_words(&f.arena, 0, ATIME), "relatime");
	assert_string_equal(mount_attr_words(&f.arena, STRICT, ATIME), "strictatime");
	arena_release(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_option_without_a_name),
		cmocka_unit_test(test_list_is_the_table),
		cmocka_unit_test(test_words_of_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
