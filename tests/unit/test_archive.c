/* test_archive.c - where archives go, and which files were written before. */
#include "base/fd.h"
#include "base/file.h"
#include "image/archive_file.h"
#include "image/compression.h"
#include "image/export_parts.h"
#include "base/tree.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct problem problem;
	char folder[32];
	const char *path;		/* of a file in it that is not there */
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	arena_init(&fixture->arena, NULL, 0);
	(void)snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/taru-archive-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	fixture->path = arena_printf(&fixture->arena, "%s/out", fixture->folder);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	closes int above = sys_openat(AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY, 0);

	assert_int_equal(tree_remove(above, fixture->folder + strlen("/tmp/")), 0);
	arena_release(&fixture->arena);
	free(fixture);
	return 0;
}

static const char *content(struct fixture *fixture, size_t *ret_length)
{
	char *text = NULL;

	*ret_length = 0;
	return file_read(&fixture->arena, AT_FDCWD, fixture->path, 1 << 24, &text, ret_length) ? NULL : text;
}

static void a_file_has_its_name_when_it_is_whole(void **state)
{
	struct fixture *fixture = *state;
	struct archive_file file;
	struct tar_sink sink;
	size_t length;

	assert_true(archive_file_open(&fixture->arena, fixture->path, &file, &fixture->problem));
	sink = archive_file_sink(&file);
	assert_int_equal(sink.write(sink.context, "abc", 3), 0);
	assert_null(content(fixture, &length));
	assert_true(archive_file_finish(&file, &fixture->problem));
	assert_string_equal(content(fixture, &length), "abc");
}

static void nothing_is_left_of_a_file_that_is_abandoned(void **state)
{
	struct fixture *fixture = *state;
	struct archive_file file;
	struct tar_sink sink;

	assert_true(archive_file_open(&fixture->arena, fixture->path, &file, &fixture->problem));
	sink = archive_file_sink(&file);
	sink.write(sink.context, "abc", 3);
	assert_int_equal(archive_file_flush(&file), 0);
	archive_file_abandon(&file);
	/* An empty folder alone can be removed so. */
	assert_int_equal(rmdir(fixture->folder), 0);
	assert_int_equal(mkdir(fixture->folder, 0700), 0);
}

static void pieces_of_any_size_come_out_in_their_order(void **state)
{
	enum { SIZE = 3 << 20 };
	struct fixture *fixture = *state;
	unsigned char *bytes = arena_alloc(&fixture->arena, SIZE);
	struct archive_file file;
	struct tar_sink sink;
	size_t length, at = 0;
	const char *got;

	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)(i * 2654435761U >> 24);
	assert_true(archive_file_open(&fixture->arena, fixture->path, &file, &fixture->problem));
	sink = archive_file_sink(&file);
	for (size_t piece = 1; at < SIZE; piece = piece * 3 + 1) {
		size_t part = piece < SIZE - at ? piece : SIZE - at;

		assert_int_equal(sink.write(sink.context, bytes + at, part), 0);
		at += part;
	}
	assert_true(archive_file_finish(&file, &fixture->problem));
	got = content(fixture, &length);
	assert_int_equal(length, SIZE);
	assert_memory_equal(got, bytes, SIZE);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
	struct fixture *fixture = *state;
	struct archive_file file;

	assert_false(archive_file_open(&fixture->arena, "/nowhere/at/all", &file, &fixture->problem));
	assert_non_null(strstr(fixture->problem.text, "/nowhere/at"));
}

static void a_file_that_was_seen_has_its_first_name_among_many(void **state)
{
	enum { FILES = 20000 };
	struct fixture *fixture = *state;
	struct export_links links = { .arena = &fixture->arena };
	char name[32];

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < FILES; i++) {
			struct stat info = { .st_dev = i % 7, .st_ino = i / 7 };
			const char *before;

			(void)snprintf(name, sizeof(name), "%u", i);
			before = export_links_add(&links, &info, round ? "again" : name);
			if (round)
				assert_string_equal(before, name);
			else
				assert_null(before);
		}
	}
}

/* A file of these bytes, without a name. */
static int holding(struct fixture *fixture, const void *bytes, size_t size)
{
	int fd = sys_memfd_create("test", 0);

	assert_int_equal(file_write_all(fd, bytes, size), 0);
	return fd;
}

static void what_is_compressed_is_known_by_its_first_bytes(void **state)
{
	static const struct { const char *bytes; size_t size; enum compression compression; } cases[] = {
		{ "\x1f\x8b\x08\x00", 4, COMPRESSION_GZIP }, { "\x28\xb5\x2f\xfd", 4, COMPRESSION_ZSTD },
		{ "\x28\xb5\x2f", 3, COMPRESSION_NONE }, { "\x1f", 1, COMPRESSION_NONE }, { "", 0, COMPRESSION_NONE },
		{ "etc/", 4, COMPRESSION_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		closes int fd = holding(*state, cases[i].bytes, cases[i].size);

		assert_int_equal(compression_of_file(fd), cases[i].compression);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_has_its_name_when_it_is_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_left_of_a_file_that_is_abandoned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pieces_of_any_size_come_out_in_their_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_was_seen_has_its_first_name_among_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_compressed_is_known_by_its_first_bytes, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
