/* test_volumes.c - what --volume, --mount and --tmpfs mean, and the records of volumes. */
#include "base/sys.h"
#include "engine/volume_asked.h"
#include "engine/volume_long.h"
#include "engine/volume_parts.h"
#include "in_arena.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct store store;
static struct engine engine = { .arena = &arena, .store = &store, .run = "" };

static struct texts texts(const char *const *words)
{
	struct texts list = { ARENA_ARRAY(&arena, 8, char *), 0 };

	for (; words[list.count]; list.count++)
		list.at[list.count] = arena_copy(&arena, words[list.count], strlen(words[list.count]));
	return list;
}

static const struct json *json(const char *text)
{
	return json_read(&arena, arena_copy(&arena, text, strlen(text)), strlen(text), "test", &(struct problem){ 0 });
}

/* --- --volume --- */

static void a_volume_has_up_to_three_parts(void **state)
{
	static const char *const given[] = { "/one", "wine:/two:ro,nocopy", "/etc:/three:rshared:noexec",
					     "wine:/4:U,O,Z", NULL };
	const struct run_asked asked = { .volumes = texts(given) };
	struct problem problem = { 0 };
	struct volumes_asked got;

	store.fd = -1;
	assert_true(volumes_read(&engine, &asked, NULL, &got, &problem));
	assert_int_equal(got.count, 4);
	assert_true(got.at[0].kind == VOLUME_STORED && got.at[0].anonymous && !got.at[0].source && got.at[0].copies);
	assert_true(got.at[1].kind == VOLUME_STORED && !got.at[1].anonymous && got.at[1].readonly && !got.at[1].copies);
	assert_string_equal(got.at[1].source, "wine");
	assert_string_equal(got.at[1].words.at[0], "ro");
	assert_true(got.at[2].kind == VOLUME_BIND && got.at[2].words.count == 2);
	assert_true(got.at[3].chown && got.at[3].overlay && got.at[3].label == 'Z');
}

static void places_are_cleaned(void **state)
{
	static const struct { const char *path, *clean; } rows[] = {
		{ "/a", "/a" }, { "/a/", "/a" }, { "//a///b/", "/a/b" }, { "/a/./b/../c", "/a/c" }, { "/..", "/" },
		{ "/a/..", "/" }, { "/a/../../b", "/b" }, { "/.../..b", "/.../..b" }, { "/", "/" }, { "", "/" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(volume_clean_path(&arena, rows[i].path), rows[i].clean);
}

static void what_makes_no_sense_is_told(void **state)
{
	static const char *const bad[] = { "", ":", "x", "wine:", "wine:x", "wine:/", "wine:/..", "a:/x", "a/b:/x",
					   "wine:/x:odd", "wine:/proc/x", "wine:/sys", "wine:/dev", ":/x", "..a:" };

	store.fd = -1;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const given[] = { bad[i], NULL };
		const struct run_asked asked = { .volumes = texts(given) };
		struct problem problem = { 0 };
		struct volumes_asked got;

		assert_false(volumes_read(&engine, &asked, NULL, &got, &problem));
		assert_true(problem.found && problem.text[0]);
	}
}

/* --- --mount --- */

static void a_mount_is_a_line_of_csv(void **state)
{
	static const char line[] = "type=volume,src=wine,dst=/x/,readonly,volume-nocopy=true,volume-opt=type=tmpfs,"
				   "volume-opt=device=tmpfs,\"volume-opt=o=size=1m,mode=\"\"7\",volume-label=a=b=c,"
				   "volume-label=a=d";
	struct problem problem = { 0 };
	struct volume_asked got;

	assert_true(volume_read_long(&arena, line, &got, &problem));
	assert_string_equal(got.source, "wine");
	assert_string_equal(got.destination, "/x");
	assert_true(got.readonly && !got.copies && !got.anonymous);
	assert_int_equal(got.options.count, 3);
	assert_string_equal(got.options.at[2].value, "size=1m,mode=\"7");
	assert_int_equal(got.labels.count, 1);
	assert_string_equal(got.labels.at[0].value, "d");
}

static void a_part_of_a_volume_is_a_word_of_it(void **state)
{
	struct problem problem = { 0 };
	struct volume_asked got;

	assert_true(volume_read_long(&arena, "source=wine,target=/x,\"volume-subpath=a,b/c\"", &got, &problem));
	assert_string_equal(got.subpath, "a,b/c");
	assert_false(got.copies);
	assert_int_equal(got.words.count, 1);
	assert_string_equal(got.words.at[0], "subpath=a,b/c");
	assert_true(volume_read_long(&arena, "source=wine,target=/x,subpath=a", &got, &problem));
	assert_string_equal(got.subpath, "a");
}

static void a_mount_that_makes_no_sense_is_told(void **state)
{
	static const char *const bad[] = {
		"", ",", "type", "target=/x,odd", "target=/x,type=odd", "target=x", "source=wine",
		"target=/x,source=a",
		"target=/x,volume-opt=odd=1", "target=/x,volume-opt=type=tmpfs", "type=bind,target=/x",
		"type=bind,target=/x,source=rel", "type=tmpfs,target=/x,tmpfs-size=-1",
		"type=tmpfs,target=/x,source=/y",
		"source=wine,target=/x,volume-subpath=/a", "source=wine,target=/x,subpath=", "target=/x,subpath=a",
		"type=ramfs,target=/x,tmpfs-size=1m", "type=ramfs,target=/x,source=/y",
		"type=devpts,target=/x,source=/y",
		"type=devpts,target=/x,uid=root", "type=devpts,target=/x,mode=8", "type=devpts,target=/x,max=",
		"type=tmpfs,target=/x,uid=0", "type=glob,target=/x", "type=glob,source=*,target=/x",
		"type=glob,source=/*,target=x", "type=image,target=/x", "type=image,source=box,target=/x,U",
		"type=image,source=box,target=/x,relabel=shared", "type=image,source=box,target=/x,subpath=",
		"type=tmpfs,target=/x,rw=true", "type=image,source=box,target=/x,rw=maybe",
		"target=/x,readonly=maybe", "target=/x,relabel=odd", "type=bind,source=/,target=/x,volume-nocopy",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };
		struct volume_asked got;

		assert_false(volume_read_long(&arena, bad[i], &got, &problem));
		assert_true(problem.found && problem.text[0]);
	}
}

/* --- several for one place --- */

static void what_the_image_calls_a_volume_gives_way(void **state)
{
	static const char *const volumes[] = { "wine:/a/", NULL }, *const tmpfs[] = { "/b:size=1m", NULL };
	const struct run_asked asked = { .volumes = texts(volumes), .tmpfs = texts(tmpfs) };
	const struct json *image = json("{\"/a\": {}, \"/b/.\": {}, \"/c\": {}}");
	struct problem problem = { 0 };
	struct volumes_asked got;

	store.fd = -1;
	assert_true(volumes_read(&engine, &asked, image, &got, &problem));
	assert_int_equal(got.count, 3);
	assert_string_equal(got.at[2].destination, "/c");
	assert_true(got.at[2].anonymous);
	assert_false(volumes_read(&engine, &asked, json("{\"relative\": {}}"), &got, &problem));
}

static void two_of_the_command_line_are_a_problem(void **state)
{
	static const char *const volumes[] = { "wine:/a", "/a/", NULL };
	const struct run_asked asked = { .volumes = texts(volumes) };
	struct problem problem = { 0 };
	struct volumes_asked got;

	store.fd = -1;
	assert_false(volumes_read(&engine, &asked, NULL, &got, &problem));
	assert_non_null(strstr(problem.text, "duplicate mount point: /a"));
}

/* --- records --- */

static void a_record_is_read_as_it_was_written(void **state)
{
	struct pair labels[] = { { "a", "b\"\n" } }, options[] = { { "type", "tmpfs" }, { "device", "x" } };
	const struct volume volume = { .created = "2026-01-31T12:00:00.123456789Z", .labels = { labels, 1 },
				       .options = { options, 2 }, .anonymous = true };
	static const char *const bad[] = { "", "[]", "{}", "{\"taru\": 2, \"created\": \"x\"}", "{\"taru\": 1}" };
	struct problem problem = { 0 };
	struct text text = text_new(&arena);
	struct volume again;

	volume_write(&text, &volume);
	assert_true(volume_read(&arena, text.at, text.length, &again, &problem));
	assert_string_equal(again.labels.at[0].value, "b\"\n");
	assert_string_equal(volume_option(&again, "device"), "x");
	assert_null(volume_option(&again, "o"));
	assert_true(again.anonymous);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *copy = arena_copy(&arena, bad[i], strlen(bad[i]));
		struct problem told = { 0 };

		assert_false(volume_read(&arena, copy, strlen(copy), &again, &told));
		assert_true(told.found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_volume_has_up_to_three_parts),
		cmocka_unit_test(places_are_cleaned),
		cmocka_unit_test(what_makes_no_sense_is_told),
		cmocka_unit_test(a_mount_is_a_line_of_csv),
		cmocka_unit_test(a_part_of_a_volume_is_a_word_of_it),
		cmocka_unit_test(a_mount_that_makes_no_sense_is_told),
		cmocka_unit_test(what_the_image_calls_a_volume_gives_way),
		cmocka_unit_test(two_of_the_command_line_are_a_problem),
		cmocka_unit_test(a_record_is_read_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
