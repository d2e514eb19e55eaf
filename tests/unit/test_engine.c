/* test_engine.c - the engine without a container: records, names, who a user is, and what options become. */
#include "base/sys.h"
#include "engine/config.h"
#include "engine/limits_asked.h"
#include "engine/parts.h"
#include "engine/root.h"
#include "in_arena.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* --- ids --- */

static void the_begin_of_an_id_is_a_hostname_and_no_number(void **state)
{
	enum { TRIES = 5000, SHORT = 12 };

	for (int i = 0; i < TRIES; i++) {
		const char *id = engine_new_id(&arena);

		assert_true(is_container_id(id));
		assert_true(strspn(id, "0123456789") < SHORT);
	}
}

/* --- records --- */

static void a_record_is_read_as_it_was_written(void **state)
{
	char layer[] = "sha256:00", *layers[] = { layer, NULL };
	struct pair labels[] = { { "a", "b\"\n" }, { "", "x" } };
	struct made_mount mount = { "wine", "/store/wine", "/wine", { layers, 1 }, true };
	const struct made made = { .id = "12", .name = "one", .created = "2026-01-31T12:00:00.123456789Z",
				   .image = "box", .image_id = "", .command = { layers, 1 },
				   .layer = { layers, 1 }, .stop_signal = "SIGTERM",
				   .stop_timeout = 10, .remove = true, .labels = { labels, 2 },
				   .mount = &mount, .mounts = 1,
				   .asked = { .cap_add = { layers, 1 }, .dns_search = { layers, 1 },
					      .privileged = true, .publish_all = true, .cid_file = "/id" },
				   .upkeep = { .log_driver = "json-file", .restart = RESTART_ON_FAILURE,
					       .restart_max = 3, .interactive = true,
					       .health = { .test = { layers, 1 }, .interval = 7, .timeout = 8,
							   .start_period = 9, .start_interval = 10, .retries = 11,
							   .on_failure = "kill", .log_destination = "/logs",
							   .log_count = 12, .log_size = UINT32_MAX,
							   .startup = { { layers, 1 }, 13, 14, 15, 16 } } } };
	struct problem problem = { 0 };
	struct text text = text_new(&arena);
	struct made again;

	made_write(&text, &made);
	assert_true(made_read(&arena, text.at, text.length, &again, &problem));
	assert_string_equal(again.name, "one");
	assert_string_equal(again.image_id, "");
	assert_int_equal(again.layer.count, 1);
	assert_string_equal(again.command.at[0], layer);
	assert_string_equal(again.labels.at[0].value, "b\"\n");
	assert_int_equal(again.stop_timeout, 10);
	assert_int_equal(again.mounts, 1);
	assert_string_equal(again.mount[0].destination, "/wine");
	assert_string_equal(again.mount[0].options.at[0], layer);
	assert_true(again.mount[0].anonymous);
	assert_true(again.remove);
	assert_string_equal(again.upkeep.log_driver, "json-file");
	assert_int_equal(again.upkeep.restart, RESTART_ON_FAILURE);
	assert_int_equal(again.upkeep.restart_max, 3);
	assert_true(again.upkeep.interactive);
	assert_string_equal(again.upkeep.health.test.at[0], layer);
	assert_int_equal(again.upkeep.health.interval, 7);
	assert_int_equal(again.upkeep.health.retries, 11);
	assert_string_equal(again.upkeep.health.on_failure, "kill");
	assert_string_equal(again.upkeep.health.log_destination, "/logs");
	assert_int_equal(again.upkeep.health.log_count, 12);
	assert_int_equal(again.upkeep.health.log_size, UINT32_MAX);
	assert_string_equal(again.upkeep.health.startup.test.at[0], layer);
	assert_int_equal(again.upkeep.health.startup.timeout, 14);
	assert_int_equal(again.upkeep.health.startup.success, 16);
	assert_string_equal(again.asked.cap_add.at[0], layer);
	assert_int_equal(again.asked.cap_drop.count, 0);
	assert_string_equal(again.asked.dns_search.at[0], layer);
	assert_true(again.asked.privileged && again.asked.publish_all);
	assert_string_equal(again.asked.cid_file, "/id");
}

static void a_damaged_record_is_told(void **state)
{
	static const char *const texts[] = { "", "[]", "{}", "{\"taru\": 2}", "{\"taru\": 1, \"id\": 5}",
					     "{\"taru\": 1" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct problem problem = { 0 };
		struct made made;
		char *text = arena_copy(&arena, texts[i], strlen(texts[i]));

		assert_false(made_read(&arena, text, strlen(text), &made, &problem));
		assert_true(problem.found && problem.text[0]);
	}
}

static void names_are_those_of_docker(void **state)
{
	static const char *const good[] = { "ab", "a1", "Web_1.x-y" };
	static const char *const bad[] = { "", "a", ".ab", "-ab", "a/b", "a b", "a\nb", "\xc3\xa4" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(engine_check_name("name", good[i], &(struct problem){ 0 }));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(engine_check_name("name", bad[i], &(struct problem){ 0 }));
	for (uint64_t seed = 0; seed < 5000; seed++)
		assert_true(engine_check_name("name", name_make(&arena, seed * 0x9e3779b97f4a7c15),
					      &(struct problem){ 0 }));
}

/* --- the files of an image --- */

struct layered { char path[32]; struct container_root root; };

static void lists_of_processors_are_in_order(void **state)
{
	static const char *const good[] = { "", "0", "0-2,7", "3,1", "1-1", "8191", NULL };
	static const char *const bad[] = { ",", "1,", "-1", "1-", "2-1", "1--2", "1 ", "a", "0x1", "65536", NULL };

	for (size_t i = 0; good[i]; i++)
		assert_true(limits_check_set("--cpuset-cpus", good[i], &(struct problem){ 0 }));
	for (size_t i = 0; bad[i]; i++)
		assert_false(limits_check_set("--cpuset-cpus", bad[i], &(struct problem){ 0 }));
	assert_true(limits_check_set("--cpuset-cpus", NULL, &(struct problem){ 0 }));
}

static void write_in(const struct layered *layered, const char *path, const char *text)
{
	char whole[256];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", layered->path, path);
	file = fopen(whole, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* "upper" over "lower", with an etc/ each. */
static void begin(struct layered *layered)
{
	static char upper[] = "upper", lower[] = "lower", *directories[] = { upper, lower, NULL };
	static const char *const made[] = { "upper", "upper/etc", "lower", "lower/etc" };

	strcpy(layered->path, "/tmp/taru-unit.XXXXXX");
	assert_non_null(mkdtemp(layered->path));
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		char whole[256];

		snprintf(whole, sizeof(whole), "%s/%s", layered->path, made[i]);
		assert_int_equal(mkdir(whole, 0755), 0);
	}
	layered->root = (struct container_root){
		.arena = &arena, .directory = { directories, 2 },
		.from = open(layered->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};
}

static void end(struct layered *layered)
{
	char command[64];

	close(layered->root.from);
	snprintf(command, sizeof(command), "rm -r %s", layered->path);
	assert_int_equal(system(command), 0);
}

static int read_passwd(const struct layered *layered, char **ret_text)
{
	size_t length;

	return root_read_file(&layered->root, "etc/passwd", 4096, ret_text, &length);
}

static void the_uppermost_file_counts(void **state)
{
	struct layered layered;
	char *text;

	begin(&layered);
	assert_int_equal(read_passwd(&layered, &text), -ENOENT);
	write_in(&layered, "lower/etc/passwd", "below");
	assert_int_equal(read_passwd(&layered, &text), 0);
	assert_string_equal(text, "below");
	write_in(&layered, "upper/etc/passwd", "above");
	assert_int_equal(read_passwd(&layered, &text), 0);
	assert_string_equal(text, "above");
	end(&layered);
}

static void a_link_leads_nowhere_outside(void **state)
{
	struct layered layered;
	char *text;
	char link[256];

	begin(&layered);
	write_in(&layered, "secret", "outside");
	write_in(&layered, "lower/found", "inside");
	snprintf(link, sizeof(link), "%s/upper/etc/passwd", layered.path);
	assert_int_equal(symlink("../../secret", link), 0);
	assert_int_equal(read_passwd(&layered, &text), -ENOENT);
	unlink(link);
	assert_int_equal(symlink("/../.././found", link), 0);
	assert_int_equal(read_passwd(&layered, &text), 0);
	assert_string_equal(text, "inside");
	unlink(link);
	assert_int_equal(symlink("passwd", link), 0);
	assert_int_equal(read_passwd(&layered, &text), -ELOOP);
	unlink(link);
	assert_int_equal(mkfifo(link, 0600), 0);
	assert_int_equal(read_passwd(&layered, &text), -ENOENT);
	end(&layered);
}

static void users_are_found_by_name_and_number(void **state)
{
	static const struct { const char *given; uint32_t uid, gid; size_t groups; bool good; } rows[] = {
		{ "", 0, 0, 1, true },		      { "alice", 1000, 1001, 1, true },
		{ "1000", 1000, 1001, 1, true },      { "4242", 4242, 0, 0, true },
		{ "alice:audio", 1000, 29, 0, true }, { "1000:7", 1000, 7, 0, true },
		{ "alice:", 1000, 1001, 1, true },    { "nobody", 0, 0, 0, false },
		{ "4294967295", 0, 0, 0, false },     { "99999999999999999999", 0, 0, 0, false },
		{ "0x0", 0, 0, 0, false },	      { "-1", 0, 0, 0, false },
		{ "alice:none", 0, 0, 0, false },     { "odd", 0, 0, 0, false },
		{ "broken", 0, 0, 0, false },
	};
	const struct texts none = { 0 };
	struct layered layered;

	begin(&layered);
	write_in(&layered, "lower/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001::/:/bin/sh\n"
					       "odd:x:4294967295:0::/:\nbroken:x:\n:::\n7:x:0:0::/:\n");
	write_in(&layered, "lower/etc/group", "wheel:x:10:root\naudio:x:29:bob,alice\nalicex:x:30:alicex\n"
					      "odd:x:-1:alice\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem problem = { 0 };
		struct identity identity;
		bool good = root_find_user(&layered.root, "option '--user'", rows[i].given, &none, &identity, &problem);

		assert_int_equal(good, rows[i].good);
		if (!good)
			continue;
		assert_int_equal(identity.uid, rows[i].uid);
		assert_int_equal(identity.gid, rows[i].gid);
		assert_int_equal(identity.groups, rows[i].groups);
	}
	end(&layered);
}

/* --- the config --- */

static void a_config_is_one_that_the_runtime_takes(void **state)
{
	struct container_root root = { .arena = &arena, .from = -1 };
	const struct host host = { .capabilities = UINT64_MAX, .last_capability = 40, .cgroup = CGROUP_V2 };
	char word[] = "true", *words[] = { word, NULL }, *nothing[] = { NULL };
	char odd[] = "a\"b\n=c\\", *texts[] = { odd, NULL };
	const struct run_asked asked = { .env = { texts, 1 }, .annotations = { texts, 1 }, .labels = { texts, 1 },
					 .memory = { true, 1 << 20 }, .read_only = true, .cpus = "1.5" };
	const struct config_input input = { .asked = &asked, .words = words, .image_name = "box", .root = &root,
					    .host = &host, .id = "0123456789abcdef", .path = "/store/containers/0123",
					    .environment = nothing };
	struct problem problem = { 0 };
	struct text text = text_new(&arena);
	struct spec spec;

	config_make(&arena, &input, &text, &problem);
	assert_string_equal(problem.text, "");
	spec_read(&arena, text.at, text.length, &spec, &problem);
	assert_string_equal(problem.text, "");
	assert_string_equal(spec.process.args.at[0], "true");
	assert_true(spec.root_readonly);
	assert_int_equal(spec.resources.memory.limit.value, 1 << 20);
	assert_int_equal(spec.resources.cpu.quota.value, 150000);
	assert_string_equal(spec.process.env.at[spec.process.env.count - 1], odd);
	assert_true(spec.seccomp.asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_processors_are_in_order),
		cmocka_unit_test(the_begin_of_an_id_is_a_hostname_and_no_number),
		cmocka_unit_test(a_record_is_read_as_it_was_written),
		cmocka_unit_test(a_damaged_record_is_told),
		cmocka_unit_test(names_are_those_of_docker),
		cmocka_unit_test(the_uppermost_file_counts),
		cmocka_unit_test(a_link_leads_nowhere_outside),
		cmocka_unit_test(users_are_found_by_name_and_number),
		cmocka_unit_test(a_config_is_one_that_the_runtime_takes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
