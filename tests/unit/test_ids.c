/* test_ids.c - which ids a container gets, and names of devices: reading, without a container. */
#include "base/text.h"
#include "engine/cdi.h"
#include "engine/ids.h"
#include "in_arena.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct texts texts_of(char *one, char *other)
{
	struct texts texts = { ARENA_ARRAY(&arena, 3, char *), 0 };

	if (one)
		texts.at[texts.count++] = one;
	if (other)
		texts.at[texts.count++] = other;
	return texts;
}

/* "0:1:5 5:10:1" */
static const char *map_text(const struct id_maps *maps)
{
	struct text text = text_new(&arena);

	for (size_t i = 0; i < maps->count; i++)
		text_printf(&text, "%s%u:%u:%u", i ? " " : "", maps->at[i].inside, maps->at[i].outside,
			    maps->at[i].count);
	return text.at;
}

static void lines_that_go_on_are_one(void **state)
{
	struct id_map room[IDS_MAX];
	struct id_maps maps = { room, 0 };

	ids_add(&maps, 0, 100, 5);
	ids_add(&maps, 5, 105, 5);
	ids_add(&maps, 10, 0, 0);
	ids_add(&maps, 10, 0, 1);
	assert_string_equal(map_text(&maps), "0:100:10 10:0:1");
}

static void ids_of_a_container_stay_and_others_are_where_it_has_none(void **state)
{
	/* auto, nomap, keep-id, lines in another order; and maps that end with the last id, or before it. */
	static const struct { struct id_map map[2]; size_t count; const char *all; } cases[] = {
		{ { { 0, 100100, 10 } }, 1, "0:100100:10 10:1234:1 11:100000:100 111:100110:890" },
		{ { { 0, 100000, 1000 } }, 1, "0:100000:1000 1000:1234:1" },
		{ { { 0, 100000, 500 }, { 500, 1234, 1 } }, 2, "0:100000:500 500:1234:1 501:100500:500" },
		{ { { 5, 1234, 1 }, { 0, 100000, 2 } }, 2, "5:1234:1 0:100000:5 6:100005:995" },
		{ { { UINT32_MAX - 10, 1234, 1 }, { 0, 100000, 1 } }, 2, "4294967285:1234:1 0:100000:1000" },
		{ { { UINT32_MAX - 10, 100000, 10 }, { 1, 100010, 990 } }, 2,
		  "4294967285:100000:10 1:100010:990 0:1234:1" },
	};
	const struct id_ranges ranges = { { { 100000, 1000 } }, 1 };
	const struct id_maps store = ids_of_store(&arena, 1234, &ranges);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct id_map room[2] = { cases[i].map[0], cases[i].map[1] };
		const struct id_maps maps = { room, cases[i].count };
		const struct id_maps all = ids_with_others(&arena, &maps, &store);

		assert_string_equal(map_text(&all), cases[i].all);
	}
}

static void ids_of_the_store_become_those_of_the_host(void **state)
{
	const struct id_ranges ranges = { { { 100000, 1000 }, { 300000, 500 } }, 2 };
	struct id_maps store = ids_of_store(&arena, 1234, &ranges), maps, found;
	struct problem problem = { 0 };
	char low[] = "0:1:1200", own[] = "1200:0:1";
	struct texts given = texts_of(low, own);

	assert_string_equal(map_text(&store), "0:1234:1 1:100000:1000 1001:300000:500");
	assert_int_equal(ids_count(&store), 1501);
	maps = ids_read(&arena, "--uidmap", &given, &problem);
	found = ids_on_host(&arena, "--uidmap", &maps, &store, &problem);
	assert_false(problem.found);
	assert_string_equal(map_text(&found), "0:100000:1000 1000:300000:200 1200:1234:1");
}

static void an_id_that_is_not_there_is_told(void **state)
{
	const struct id_ranges ranges = { { { 100000, 10 } }, 1 };
	struct id_maps store = ids_of_store(&arena, 1234, &ranges), maps;
	struct problem problem = { 0 };
	char line[] = "0:1:11";
	struct texts given = texts_of(line, NULL);

	maps = ids_read(&arena, "--uidmap", &given, &problem);
	ids_on_host(&arena, "--uidmap", &maps, &store, &problem);
	assert_true(problem.found);
	assert_non_null(strstr(problem.text, "'--uidmap': there is no id 11 "));
}

static void maps_are_read_whole_or_refused(void **state)
{
	static const char *const bad[] = { "", ":", "0", "0:", "0:1:", "0:1:0", "a:1:1", "0:1:1:1", "-1:0:1",
					   "0:4294967295:1", "4294967290:0:10", "0:1:99999999999", NULL };

	for (size_t i = 0; bad[i]; i++) {
		struct problem problem = { 0 };
		struct texts given = texts_of(arena_copy(&arena, bad[i], strlen(bad[i])), NULL);

		ids_read(&arena, "--gidmap", &given, &problem);
		assert_true(problem.found);
		assert_non_null(strstr(problem.text, "'--gidmap'"));
	}
}

static void an_id_has_one_place(void **state)
{
	char one[] = "0:100:10", inside[] = "9:500:1", outside[] = "50:95:10", beside[] = "10:110:1";
	char *bad[] = { inside, outside, NULL };
	struct problem problem = { 0 };
	struct texts given;

	for (size_t i = 0; bad[i]; i++) {
		given = texts_of(one, bad[i]);
		ids_read(&arena, "--uidmap", &given, &problem);
		assert_true(problem.found);
		problem.found = false;
	}
	given = texts_of(one, beside);
	ids_read(&arena, "--uidmap", &given, &problem);
	assert_false(problem.found);
}

static void userns_is_read(void **state)
{
	struct problem problem = { 0 };
	struct userns_asked asked;

	userns_read(&arena, NULL, &asked, &problem);
	assert_int_equal(asked.kind, USERNS_HOST);
	userns_read(&arena, "keep-id:uid=5,gid=6", &asked, &problem);
	assert_int_equal(asked.kind, USERNS_KEEP_ID);
	assert_true(asked.uid.set && asked.uid.value == 5 && asked.gid.set && asked.gid.value == 6);
	userns_read(&arena, "auto:size=2000", &asked, &problem);
	assert_int_equal(asked.kind, USERNS_AUTO);
	assert_int_equal(asked.size, 2000);
	assert_false(problem.found);
}

static void names_of_devices(void **state)
{
	assert_true(cdi_is_name("vendor.com/class=name"));
	assert_true(cdi_is_name("nvidia.com/gpu=0"));
	assert_false(cdi_is_name("/dev/null"));
	assert_false(cdi_is_name("/dev/a=b"));
	assert_false(cdi_is_name("vendor.com=name"));
	assert_false(cdi_is_name("vendor.com/class="));
	assert_false(cdi_is_name("vendor.com/a/b=c"));
	assert_false(cdi_is_name("1.com/a=c"));
}

static void gpus_are_names(void **state)
{
	struct problem problem = { 0 };
	struct texts gpus = cdi_gpus(&arena, "\"device=0,GPU-1\"", &problem);

	assert_int_equal(gpus.count, 2);
	assert_string_equal(gpus.at[1], "nvidia.com/gpu=GPU-1");
	gpus = cdi_gpus(&arena, "2", &problem);
	assert_int_equal(gpus.count, 2);
	assert_string_equal(gpus.at[0], "nvidia.com/gpu=0");
	gpus = cdi_gpus(&arena, "all", &problem);
	assert_string_equal(gpus.at[0], "nvidia.com/gpu=all");
	assert_false(problem.found);
	cdi_gpus(&arena, "65", &problem);
	assert_true(problem.found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_go_on_are_one),
		cmocka_unit_test(ids_of_a_container_stay_and_others_are_where_it_has_none),
		cmocka_unit_test(ids_of_the_store_become_those_of_the_host),
		cmocka_unit_test(an_id_that_is_not_there_is_told),
		cmocka_unit_test(maps_are_read_whole_or_refused),
		cmocka_unit_test(an_id_has_one_place),
		cmocka_unit_test(userns_is_read),
		cmocka_unit_test(names_of_devices),
		cmocka_unit_test(gpus_are_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
