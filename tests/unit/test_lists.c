/* test_lists.c - lists of texts, pairs and id maps: empty ones, one entry, several. */
#include "spec/lists.h"
#include <setjmp.h>
#include <stdarg.h>
#include "in_arena.h"

#include <cmocka.h>

/* With the NULL behind the last, so that it can be an argv. */
static void test_add(void **state)
{
	struct texts texts = { 0 };

	texts_add(&arena, &texts, "one");
	assert_int_equal(texts.count, 1);
	assert_null(texts.at[1]);
	texts_add(&arena, &texts, "two");
	texts_add(&arena, &texts, "three");
	assert_int_equal(texts.count, 3);
	assert_string_equal(texts.at[0], "one");
	assert_string_equal(texts.at[2], "three");
	assert_null(texts.at[3]);
}

static void test_have(void **state)
{
	struct texts texts = { 0 };

	assert_false(texts_have(&texts, ""));
	texts_add(&arena, &texts, "ro");
	texts_add(&arena, &texts, "nodev");
	assert_true(texts_have(&texts, "nodev"));
	assert_false(texts_have(&texts, "no"));
	assert_false(texts_have(&texts, "NODEV"));
}

static void test_join(void **state)
{
	struct pair pair[] = { { "a", "b" }, { "c", "" } };
	struct texts texts = { 0 };

	assert_string_equal(texts_join(&arena, &texts, ","), "");
	texts_add(&arena, &texts, "ro");
	assert_string_equal(texts_join(&arena, &texts, ","), "ro");
	texts_add(&arena, &texts, "nodev");
	assert_string_equal(texts_join(&arena, &texts, ", "), "ro, nodev");
	assert_string_equal(pairs_join(&arena, &(struct pairs){ pair, 0 }), "");
	assert_string_equal(pairs_join(&arena, &(struct pairs){ pair, 2 }), "a=b,c=");
}

static void test_json(void **state)
{
	struct id_map map = { .inside = 0, .outside = 100000, .count = 65536 };
	struct pair pair[] = { { "a", "b" }, { "c", "" } };
	struct text text = text_new(&arena);
	struct json_writer json = json_writer_new(&text, NULL);
	struct texts texts = { 0 };

	texts_add(&arena, &texts, "ro");
	texts_add(&arena, &texts, "\"");
	json_open_object(&json, NULL);
	texts_put(&json, "none", &(struct texts){ 0 });
	texts_put(&json, "texts", &texts);
	pairs_put(&json, "pairs", &(struct pairs){ pair, 2 });
	id_maps_put(&json, "maps", &(struct id_maps){ &map, 1 });
	id_maps_put(&json, "unmapped", NULL);
	json_close(&json);
	assert_string_equal(text.at, "{\"none\":[],\"texts\":[\"ro\",\"\\\"\"],\"pairs\":{\"a\":\"b\",\"c\":\"\"},"
			    "\"maps\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],\"unmapped\":[]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_have),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
