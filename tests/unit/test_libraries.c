/* test_libraries.c - which shared libraries a program lacks: on small files that the test makes, below a folder. */
#include "elf/cache.h"
#include "elf/elf_file.h"
#include "elf/libraries.h"
#include "in_arena.h"
#include "made_elf.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define GLIBC "/lib64/ld-linux-x86-64.so.2"
#define MUSL "/lib/ld-musl-x86_64.so.1"
#define NAMES(...) (const char *const[]){ __VA_ARGS__, NULL }

static unsigned char bytes[MADE_SIZE];
static char top[] = "/tmp/taru-test-XXXXXX";
static int root = -1;

/* --- a tree --- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	return remove(path);
}

static int begin(void **state)
{
	strcpy(top + strlen(top) - 6, "XXXXXX");
	assert_non_null(mkdtemp(top));
	root = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return root < 0;
}

static int end(void **state)
{
	close(root);
	return nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *path_of(const char *name)
{
	char *path = arena_printf(&arena, "%s/%s", top, name);

	for (char *slash = path + strlen(top) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	return path;
}

static void put_bytes(const char *name, const void *from, size_t size)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);

	assert_true(fd >= 0 && write(fd, from, size) == (ssize_t)size);
	close(fd);
}

static void put_elf(const char *name, struct made_elf elf)
{
	put_bytes(name, bytes, made_elf(&elf, bytes));
}

static void put_link(const char *name, const char *to)
{
	assert_int_equal(symlink(to, path_of(name)), 0);
}

/* A program that needs these, and glibc's loader, which needs nothing. */
static void put_program(const char *const *needed)
{
	put_elf("lib64/ld-linux-x86-64.so.2", (struct made_elf){ .name = "ld-linux-x86-64.so.2" });
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC, .needed = needed });
}

static struct libraries find_with(const char *library_path)
{
	const struct libraries_asked asked = { root, "program", "/sbin::/bin", "/", library_path };
	struct libraries libraries;

	libraries_find(&arena, &asked, &libraries);
	return libraries;
}

/* What is missing: "WHO/needs/WHAT …"; '!' where there is one that does not fit. */
static const char *missing(const char *library_path)
{
	struct libraries libraries = find_with(library_path);
	char *text = arena_printf(&arena, "%s", libraries.state == LIBRARIES_LACKING ||
				  libraries.state == LIBRARIES_WHOLE ? "" : "(not looked)");

	for (size_t i = 0; i < libraries.count; i++)
		text = arena_printf(&arena, "%s%s%s:%s%s", text, i ? " " : "", libraries.missing[i].by,
				    libraries.missing[i].name, libraries.missing[i].other ? "!" : "");
	return text;
}

/* --- glibc --- */

static void what_is_in_the_usual_folders_is_found(void **state)
{
	put_program(NAMES("liba.so", "ld-linux-x86-64.so.2"));
	put_elf("usr/lib/x86_64-linux-gnu/liba.so", (struct made_elf){ .needed = NAMES("libb.so") });
	put_elf("lib64/libb.so", (struct made_elf){ .name = "libb.so", .needed = NAMES("liba.so") });
	assert_string_equal(missing(NULL), "");
	assert_int_equal(find_with(NULL).state, LIBRARIES_WHOLE);
	assert_string_equal(find_with(NULL).program, "/bin/program");
}

static void what_is_nowhere_is_told_with_who_needs_it(void **state)
{
	put_program(NAMES("liba.so", "libx.so"));
	put_elf("lib/liba.so", (struct made_elf){ .needed = NAMES("liby.so", "libx.so") });
	assert_string_equal(missing(NULL), "/bin/program:libx.so /lib/liba.so:liby.so");
	/* A path is no name to look for. */
	put_program(NAMES("/opt/libz.so"));
	assert_string_equal(missing(NULL), "/bin/program:/opt/libz.so");
	put_elf("opt/libz.so", (struct made_elf){ 0 });
	assert_string_equal(missing(NULL), "");
}

static void folders_that_files_name(void **state)
{
	put_program(NULL);
	put_elf("opt/own/liba.so", (struct made_elf){ .needed = NAMES("libb.so") });
	put_elf("opt/own/libb.so", (struct made_elf){ 0 });
	/* DT_RUNPATH is of the file that has it alone, DT_RPATH also of what that needs. */
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC, .needed = NAMES("liba.so"),
						  .runpath = "/nowhere:$ORIGIN/../opt/own" });
	assert_string_equal(missing(NULL), "/bin/../opt/own/liba.so:libb.so");
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC, .needed = NAMES("liba.so"),
						  .rpath = "${ORIGIN}/../opt/own" });
	assert_string_equal(missing(NULL), "");
	/* Where there are both, the first counts; and it ends the other's reach. */
	put_elf("opt/own/liba.so", (struct made_elf){ .needed = NAMES("libb.so"), .runpath = "/nowhere" });
	assert_string_equal(missing(NULL), "/bin/../opt/own/liba.so:libb.so");
	assert_string_equal(missing("/usr/games;/opt/own"), "");
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC, .needed = NAMES("libc64.so"),
						  .runpath = "/opt/$LIB/$PLATFORM" });
	put_elf("opt/lib64/x86_64/libc64.so", (struct made_elf){ 0 });
	assert_string_equal(missing(NULL), "");
}

/* Tried with both loaders: the kernel tells where the program is, and a library is where it was found. */
static void links_count_for_the_folder_of_a_program_alone(void **state)
{
	put_program(NULL);
	put_elf("opt/own/tool", (struct made_elf){ .interpreter = GLIBC, .needed = NAMES("liba.so"),
						   .runpath = "$ORIGIN/../lib" });
	put_elf("opt/lib/liba.so", (struct made_elf){ .needed = NAMES("libb.so"), .runpath = "$ORIGIN" });
	put_elf("opt/lib/libb.so", (struct made_elf){ 0 });
	remove(path_of("bin/program"));
	put_link("bin/program", "../usr/tool");
	put_link("usr/tool", "/opt/own/tool");
	assert_string_equal(missing(NULL), "");
	assert_string_equal(find_with(NULL).program, "/bin/program");
	put_elf("real/libc.so", (struct made_elf){ .needed = NAMES("libd.so"), .runpath = "$ORIGIN" });
	put_elf("real/libd.so", (struct made_elf){ 0 });
	put_link("opt/lib/libc.so", "../../real/libc.so");
	put_elf("opt/own/tool", (struct made_elf){ .interpreter = GLIBC, .needed = NAMES("libc.so"),
						   .runpath = "$ORIGIN/../lib" });
	assert_string_equal(missing(NULL), "/opt/own/../lib/libc.so:libd.so");
}

static void a_long_list_of_folders_is_no_damage(void **state)
{
	char folders[ELF_FOLDERS_MAX + 100];

	memset(folders, ':', sizeof(folders) - 1);
	folders[sizeof(folders) - 1] = '\0';
	memcpy(folders + 20000, ":/opt/own:", 10);
	folders[30000] = '\0';
	put_program(NULL);
	put_elf("opt/own/liba.so", (struct made_elf){ 0 });
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC, .needed = NAMES("liba.so"),
						  .runpath = folders });
	assert_string_equal(missing(NULL), "");
	/* What is behind the end is not looked at, and nothing to complain of. */
	folders[30000] = ':';
	memcpy(folders + 20000, ":::::::::/", 10);
	memcpy(folders + ELF_FOLDERS_MAX + 10, ":/opt/own:", 11);
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC, .needed = NAMES("liba.so"),
						  .runpath = folders });
	assert_string_equal(missing(NULL), "/bin/program:liba.so");
}

static void the_cache_of_glibc(void **state)
{
	put_program(NAMES("liba.so"));
	put_elf("odd/wide.so", (struct made_elf){ 0 });
	put_elf("odd/narrow.so", (struct made_elf){ .narrow = true, .machine = EM_386 });
	assert_string_equal(missing(NULL), "/bin/program:liba.so");
	for (int old = 0; old < 2; old++) {
		put_bytes("etc/ld.so.cache", bytes, made_cache(NAMES("liba.so", "/odd/narrow.so", "liba.so",
								     "/odd/wide.so"), old, bytes));
		assert_string_equal(missing(NULL), "");
	}
	put_bytes("etc/ld.so.cache", bytes, made_cache(NAMES("liba.so", "/odd/narrow.so"), false, bytes));
	assert_string_equal(missing(NULL), "/bin/program:liba.so!");
}

static void a_library_for_another_processor_does_not_fit(void **state)
{
	put_program(NAMES("liba.so", "libb.so"));
	put_elf("lib/liba.so", (struct made_elf){ .machine = EM_AARCH64 });
	put_bytes("lib/libb.so", "INPUT(x)\n", 9);
	assert_string_equal(missing(NULL), "/bin/program:liba.so! /bin/program:libb.so!");
	put_elf("usr/lib/liba.so", (struct made_elf){ 0 });
	assert_string_equal(missing(NULL), "/bin/program:libb.so!");
}

/* --- musl --- */

static void musl_has_folders_of_its_own(void **state)
{
	put_elf("lib/ld-musl-x86_64.so.1", (struct made_elf){ .name = "libc.musl-x86_64.so.1" });
	put_elf("bin/program", (struct made_elf){ .interpreter = MUSL, .needed = NAMES("libc.so", "libpthread.so.0",
						  "libc.musl-x86_64.so.1", "liba.so") });
	put_elf("lib64/liba.so", (struct made_elf){ 0 });
	assert_string_equal(missing(NULL), "/bin/program:liba.so");
	assert_true(find_with(NULL).musl);
	put_bytes("etc/ld-musl-x86_64.path", "/lib\n/lib64\n", 12);
	assert_string_equal(missing(NULL), "");
	/* What needs something has its folders from who needed it. */
	put_elf("bin/program", (struct made_elf){ .interpreter = MUSL, .needed = NAMES("libb.so"),
						  .runpath = "/opt/own" });
	put_elf("opt/own/libb.so", (struct made_elf){ .needed = NAMES("libc.so", "libd.so") });
	put_elf("opt/own/libd.so", (struct made_elf){ 0 });
	assert_string_equal(missing(NULL), "");
}

/* --- the program --- */

static void programs_that_cannot_be_looked_into(void **state)
{
	assert_int_equal(find_with(NULL).state, LIBRARIES_NO_PROGRAM);
	put_elf("bin/program", (struct made_elf){ 0 });
	assert_int_equal(find_with(NULL).state, LIBRARIES_NONE);
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC });
	assert_int_equal(find_with(NULL).state, LIBRARIES_NO_LOADER);
	assert_string_equal(find_with(NULL).loader, GLIBC);
	put_bytes("bin/program", "\177ELF", 4);
	assert_int_equal(find_with(NULL).state, LIBRARIES_DAMAGED);
	put_bytes("bin/program", "echo\n", 5);
	assert_int_equal(find_with(NULL).state, LIBRARIES_DAMAGED);
}

static void scripts_are_what_runs_them(void **state)
{
	put_program(NAMES("liba.so"));
	put_bytes("bin/one", "#! /bin/two -x\r\n", 16);
	put_bytes("bin/two", "#!/bin/program", 14);
	put_link("sbin/program", "../bin/one");
	assert_string_equal(missing(NULL), "/bin/program:liba.so");
	assert_string_equal(find_with(NULL).windows, "/sbin/program");
	put_bytes("bin/one", "#!/bin/two a\nb\r\n", 16);
	assert_string_equal(find_with(NULL).windows, "");
	put_bytes("bin/two", "#!/bin/no\033where\n", 17);
	assert_int_equal(find_with(NULL).state, LIBRARIES_NO_LOADER);
	assert_string_equal(find_with(NULL).loader, "/bin/no?where");
	/* One that is its own interpreter has an end. */
	put_bytes("bin/two", "#!/bin/two\n", 11);
	assert_int_equal(find_with(NULL).state, LIBRARIES_DAMAGED);
}

/* --- what images could do to us --- */

static void links_stay_in_the_root(void **state)
{
	put_program(NAMES("liba.so", "libb.so", "libc6.so"));
	put_link("lib/liba.so", "/real/../../../../real/file");
	put_elf("real/file", (struct made_elf){ 0 });
	put_link("lib/libb.so", "libb.so");
	put_link("lib/libc6.so", "/proc/self/exe");
	assert_string_equal(missing(NULL), "/bin/program:libb.so /bin/program:libc6.so");
}

static void what_is_no_file_is_not_opened(void **state)
{
	put_program(NAMES("liba.so", "libb.so"));
	assert_int_equal(mkfifo(path_of("lib/liba.so"), 0644), 0);
	path_of("lib/libb.so/x");
	assert_string_equal(missing(NULL), "/bin/program:liba.so /bin/program:libb.so");
}

static void a_program_of_four_gigabytes_is_read_in_places(void **state)
{
	put_program(NAMES("liba.so"));
	assert_int_equal(truncate(path_of("bin/program"), 4LL << 30), 0);
	put_bytes("etc/ld.so.cache", "", 0);
	assert_int_equal(truncate(path_of("etc/ld.so.cache"), 4LL << 30), 0);
	assert_string_equal(missing(NULL), "/bin/program:liba.so");
}

static void a_program_that_asks_for_too_much_is_given_up(void **state)
{
	char folders[4000], *needed[ELF_NEEDED_MAX + 1] = { 0 };

	for (size_t i = 0; i < sizeof(folders) - 1; i++)
		folders[i] = i % 2 ? ':' : 'a';
	folders[sizeof(folders) - 1] = '\0';
	for (int i = 0; i < ELF_NEEDED_MAX; i++)
		needed[i] = arena_printf(&arena, "lib%d.so", i);
	put_program(NULL);
	put_elf("bin/program", (struct made_elf){ .interpreter = GLIBC, .runpath = folders,
						  .needed = (const char *const *)needed });
	assert_int_equal(find_with(NULL).state, LIBRARIES_TOO_MANY);
}

/* --- bytes --- */

struct memory { const unsigned char *at; size_t size; };

static ssize_t read_memory(void *context, void *to, size_t size, uint64_t offset)
{
	const struct memory *memory = context;

	if (offset >= memory->size)
		return 0;
	if (size > memory->size - offset)
		size = memory->size - offset;
	memcpy(to, memory->at + offset, size);
	return (ssize_t)size;
}

static int read_elf(const unsigned char *from, size_t size, struct elf *ret_elf)
{
	struct memory memory = { from, size };

	return elf_read(&arena, &(struct elf_source){ read_memory, &memory }, ret_elf);
}

static void both_widths_say_the_same(void **state)
{
	struct made_elf made = { .interpreter = GLIBC, .name = "self", .rpath = "r", .runpath = "u",
				 .needed = NAMES("one", "two") };
	struct elf elf;

	for (int narrow = 0; narrow < 2; narrow++) {
		made.narrow = narrow;
		assert_int_equal(read_elf(bytes, made_elf(&made, bytes), &elf), 0);
		assert_true(elf.wide == !narrow && elf.machine == EM_X86_64 && elf.needed.count == 2);
		assert_string_equal(elf.interpreter, GLIBC);
		assert_string_equal(elf.name, "self");
		assert_string_equal(elf.rpath, "r");
		assert_string_equal(elf.runpath, "u");
		assert_string_equal(elf.needed.at[1], "two");
	}
}

static void what_is_cut_off_is_damaged(void **state)
{
	struct made_elf made = { .interpreter = GLIBC, .needed = NAMES("one") };
	size_t size = made_elf(&made, bytes);
	struct elf elf;

	for (size_t cut = 0; cut < size - sizeof(Elf64_Dyn); cut++) {
		unsigned char *copy = malloc(cut + 1);
		int error;

		assert_non_null(copy);
		memcpy(copy, bytes, cut);
		error = read_elf(copy, cut, &elf);
		assert_true(error == -EBADMSG || error == -ENOEXEC);
		free(copy);
	}
}

static void a_cache_that_is_damaged_ends(void **state)
{
	size_t size = made_cache(NAMES("a", "/a", "b", "/b"), true, bytes), at = 0;
	uint32_t most = UINT32_MAX;

	assert_string_equal(cache_find(bytes, size, "b", &at), "/b");
	assert_null(cache_find(bytes, size, "b", &at));
	at = 0;
	assert_null(cache_find(bytes, size - 1, "b", &at));
	memcpy(bytes + 16 + 20, &most, sizeof(most));
	at = 0;
	assert_string_equal(cache_find(bytes, size, "a", &at), "/a");
	assert_null(cache_find(bytes, size, "a", &at));
	memcpy(bytes + 12, &most, sizeof(most));
	at = 0;
	assert_null(cache_find(bytes, size, "a", &at));
	assert_null(cache_find(bytes, 0, "a", &at));
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TREE(what_is_in_the_usual_folders_is_found),
		IN_TREE(what_is_nowhere_is_told_with_who_needs_it),
		IN_TREE(folders_that_files_name),
		IN_TREE(links_count_for_the_folder_of_a_program_alone),
		IN_TREE(a_long_list_of_folders_is_no_damage),
		IN_TREE(the_cache_of_glibc),
		IN_TREE(a_library_for_another_processor_does_not_fit),
		IN_TREE(musl_has_folders_of_its_own),
		IN_TREE(programs_that_cannot_be_looked_into),
		IN_TREE(scripts_are_what_runs_them),
		IN_TREE(links_stay_in_the_root),
		IN_TREE(what_is_no_file_is_not_opened),
		IN_TREE(a_program_of_four_gigabytes_is_read_in_places),
		IN_TREE(a_program_that_asks_for_too_much_is_given_up),
		cmocka_unit_test(both_widths_say_the_same),
		cmocka_unit_test(what_is_cut_off_is_damaged),
		cmocka_unit_test(a_cache_that_is_damaged_ends),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
