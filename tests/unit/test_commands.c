/* test_commands.c - verbs whose answer this project can read back: `spec` writes what the spec
 * reader takes, `features` what the JSON reader takes; and that the verbs take what engines say. */
#include "base/file.h"
#include "base/json.h"
#include "base/sys.h"
#include "life/life.h"
#include "oci/globals.h"
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
	struct globals globals;
	struct log log;
	struct command command;
	char folder[32];
};

static struct fixture *new_fixture(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena, NULL, 0);
	f->log = (struct log){ .fd = -1, .program = "taru-oci" };
	f->command = (struct command){ .arena = &f->arena, .program = "taru-oci", .globals = &f->globals,
				       .log = &f->log, .problem = &f->problem };
	strcpy(f->folder, "/tmp/taru-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	return f;
}

static void end_fixture(struct fixture *f)
{
	unlink(arena_printf(&f->arena, "%s/config.json", f->folder));
	rmdir(f->folder);
	arena_release(&f->arena);
	free(f);
}

/* Runs a verb with options as they stand on the command line (NULL: none). */
static void run_verb(struct fixture *f, const struct verb *verb, const char *one, const char *two)
{
	char *words[] = { one ? strdup(one) : NULL, two ? strdup(two) : NULL, NULL };
	char *first = words[0], *second = words[1];
	void *asked = calloc(1, verb->asked_size + 1);

	assert_true(command_read(&f->command, verb, words, asked));
	verb->run(&f->command);
	free(asked);
	free(first);
	free(second);
}

static struct spec read_written(struct fixture *f)
{
	struct spec spec = { 0 };
	char *text;
	size_t length;

	assert_int_equal(file_read(&f->arena, AT_FDCWD, arena_printf(&f->arena, "%s/config.json", f->folder),
				   CONFIG_LIMIT, &text, &length), 0);
	spec_read(&f->arena, text, length, &spec, &f->problem);
	assert_string_equal(f->problem.text, "");
	return spec;
}

static const char *bundle_option(struct fixture *f)
{
	return arena_printf(&f->arena, "--bundle=%s", f->folder);
}

static void the_default_config_is_accepted(void **state)
{
	struct fixture *f = new_fixture();
	struct spec spec;

	run_verb(f, &verb_spec, bundle_option(f), NULL);
	spec = read_written(f);
	assert_string_equal(spec.oci_version, "1.3.0");
	assert_string_equal(spec.root_path, "rootfs");
	assert_true(spec.root_readonly && spec.process.terminal && spec.process.no_new_privileges);
	assert_int_equal(spec.mounts, 7);
	assert_int_equal(spec.masked_paths.count, 10);
	assert_int_equal(spec.readonly_paths.count, 5);
	assert_int_equal(spec.process.capabilities.bounding, 1ULL << 29 | 1ULL << 5 | 1ULL << 10);
	assert_int_equal(spec.process.capabilities.ambient, 0);
	assert_int_equal(spec.resources.devices, 1);
	assert_true(spec_new_namespace(&spec, NAMESPACE_NETWORK));
	assert_false(spec_new_namespace(&spec, NAMESPACE_USER));
	end_fixture(f);
}

static void the_rootless_config_maps_the_caller(void **state)
{
	struct fixture *f = new_fixture();
	struct spec spec;

	run_verb(f, &verb_spec, bundle_option(f), "--rootless");
	spec = read_written(f);
	assert_true(spec_new_namespace(&spec, NAMESPACE_USER));
	assert_false(spec_new_namespace(&spec, NAMESPACE_NETWORK));
	assert_int_equal(spec.uid_map.count, 1);
	assert_int_equal(spec.uid_map.at[0].outside, geteuid());
	assert_int_equal(spec.gid_map.at[0].outside, getegid());
	assert_false(spec.resources.asked);
	for (size_t i = 0; i < spec.mounts; i++)
		if (!strcmp(spec.mount[i].destination, "/sys"))
			assert_true(spec.mount[i].options.bind_all);
	end_fixture(f);
}

static void a_config_is_not_overwritten(void **state)
{
	struct fixture *f = new_fixture();

	run_verb(f, &verb_spec, bundle_option(f), NULL);
	run_verb(f, &verb_spec, bundle_option(f), "--rootless");
	assert_true(f->problem.found);
	assert_non_null(strstr(f->problem.text, "exists: remove it first"));
	f->problem = (struct problem){ 0 };
	assert_false(read_written(f).uid_map.count);
	end_fixture(f);
}

/* Standard output into a file of the fixture. */
static void features_are_json(void **state)
{
	struct fixture *f = new_fixture();
	const char *path = arena_printf(&f->arena, "%s/config.json", f->folder);
	int saved = dup(STDOUT_FILENO);
	const struct json *root;
	char *text;
	size_t length;

	fflush(stdout);
	assert_non_null(freopen(path, "w", stdout));
	run_verb(f, &verb_features, NULL, NULL);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	assert_int_equal(file_read(&f->arena, AT_FDCWD, path, CONFIG_LIMIT, &text, &length), 0);
	root = json_read(&f->arena, text, length, "features", &f->problem);
	assert_non_null(root);
	assert_string_equal(json_get(root, "ociVersionMax")->text, "1.3.0");
	assert_int_equal(json_get(root, "hooks")->count, HOOKS);
	assert_int_equal(json_get(json_get(root, "linux"), "namespaces")->count, 8);
	assert_true(json_get(json_get(json_get(json_get(root, "linux"), "mountExtensions"), "idmap"),
			     "enabled")->boolean);
	end_fixture(f);
}

/* What a verb without its operands, or with too many, says. */
static void operands_are_counted(void **state)
{
	static const struct { const struct verb *verb; const char *words[4], *message; } wrong[] = {
		{ &verb_create, { NULL }, "create: missing ID; see 'taru-oci create --help'" },
		{ &verb_state, { "a", "b", NULL }, "state: unexpected 'b'; see 'taru-oci state --help'" },
		{ &verb_kill, { "a", "9", "c", NULL }, "kill: unexpected 'c'; see 'taru-oci kill --help'" },
		{ &verb_list, { "a", NULL }, "list: unexpected 'a'; see 'taru-oci list --help'" },
		{ &verb_exec, { "-t", NULL }, "exec: missing ID COMMAND [ARGUMENT...]; see 'taru-oci exec --help'" },
		{ &verb_start, { "--now", "a", NULL }, "unknown option '--now'; see 'taru-oci start --help'" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct fixture *f = new_fixture();
		char *words[4] = { NULL };

		for (size_t n = 0; wrong[i].words[n]; n++)
			words[n] = arena_copy(&f->arena, wrong[i].words[n], strlen(wrong[i].words[n]));
		assert_false(command_read(&f->command, wrong[i].verb, words,
					  arena_alloc(&f->arena, wrong[i].verb->asked_size + 1)));
		assert_string_equal(f->problem.text, wrong[i].message);
		end_fixture(f);
	}
}

/* What engines call, as their callers wrote it down. */
static void engines_are_understood(void **state)
{
	static const struct { const struct verb *verb; const char *line; size_t operands; } lines[] = {
		{ &verb_create, "--bundle B --pid-file B/init.pid ID", 1 },
		{ &verb_create, "--bundle B --pid-file P --console-socket S --no-pivot --no-new-keyring ID", 1 },
		{ &verb_create, "-b B -f F --preserve-fds 2 --no-subreaper --pidfd-socket S ID", 1 },
		{ &verb_run, "-d --keep --trace=F -bB ID", 1 },
		{ &verb_exec, "--process F --detach --pid-file P --console-socket S --preserve-fds=1 ID", 1 },
		{ &verb_exec, "-e A=1 -u 1:2 -g 3 -c CAP_KILL -tc KILL --cwd / --cgroup x ID sh -c x -t", 5 },
		{ &verb_ps, "--format json ID", 1 },
		{ &verb_ps, "ID -e -o pid,comm", 4 },
		{ &verb_kill, "--all ID 9", 2 },
		{ &verb_kill, "-r ^a SIGKILL", 2 },
		{ &verb_delete, "--force ID", 1 },
		{ &verb_delete, "-fr a.*", 1 },
		{ &verb_list, "-qf json", 0 },
		{ &verb_update, "--resources=- ID", 1 },
		{ &verb_update, "--memory 1g --memory-swap -1 --cpu-quota -1 --cpu-share 512 --pids-limit 9 ID", 1 },
		{ &verb_events, "--interval 5s --stats ID", 1 },
		{ &verb_explain, "--format json exec -t ID sh -x", 5 },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct fixture *f = new_fixture();
		char *words[32] = { NULL };
		char *line = arena_copy(&f->arena, lines[i].line, strlen(lines[i].line));
		size_t count = 0;

		for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
			words[count++] = word;
		command_read(&f->command, lines[i].verb, words,
			     arena_alloc(&f->arena, lines[i].verb->asked_size + 1));
		assert_string_equal(f->problem.text, "");
		for (count = 0; words[count];)
			count++;
		assert_int_equal(count, lines[i].operands);
		end_fixture(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_config_is_accepted),
		cmocka_unit_test(the_rootless_config_maps_the_caller),
		cmocka_unit_test(a_config_is_not_overwritten),
		cmocka_unit_test(features_are_json),
		cmocka_unit_test(operands_are_counted),
		cmocka_unit_test(engines_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
