/* test_commands.c - verbs whose answer this project can read back: `spec` writes what the spec
 * reader takes, `features` what the JSON reader takes, and `run` refuses what it cannot do. */
#include "base/file.h"
#include "base/json.h"
#include "base/sys.h"
#include "life/life.h"
#include "oci/command.h"
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
	f->log.fd = -1;
	f->command = (struct command){ .arena = &f->arena, .globals = &f->globals, .log = &f->log,
				       .problem = &f->problem };
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

	assert_int_equal(options_read(verb->options, verb->name, false, words, asked, &f->problem),
			 OPTIONS_READ);
	f->command.asked = asked;
	f->command.operand = words;
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
	assert_int_equal(json_get(json_get(root, "linux"), "namespaces")->count, 8);
	assert_true(json_get(json_get(json_get(json_get(root, "linux"), "mountExtensions"), "idmap"),
			     "enabled")->boolean);
	end_fixture(f);
}

static struct problem unsupported(const struct spec *spec, char *ret_warnings, size_t size)
{
	struct arena arena;
	struct text warnings;
	struct problem problem = { 0 };

	arena_init(&arena, NULL, 0);
	warnings = text_new(&arena);
	life_unsupported(spec, &warnings, &problem);
	snprintf(ret_warnings, size, "%s", warnings.at);
	arena_release(&arena);
	return problem;
}

static void hooks_are_refused_and_limits_are_told(void **state)
{
	struct device_rule deny = { .type = 'a', .read = true, .write = true, .mknod = true };
	struct spec spec = { .resources = { .asked = true, .device = &deny, .devices = 1 } };
	char warnings[256];

	assert_false(unsupported(&spec, warnings, sizeof(warnings)).found);
	assert_string_equal(warnings, "");
	spec.process.capabilities.bounding = 1ULL << 27;	/* CAP_MKNOD */
	spec.resources.pids_limit.set = true;
	unsupported(&spec, warnings, sizeof(warnings));
	assert_string_equal(warnings, "linux.resources: not applied by this version: devices, pids.limit");
	spec.hook[HOOK_POSTSTOP].count = 1;
	assert_string_equal(unsupported(&spec, warnings, sizeof(warnings)).text,
			    "hooks.poststop: hooks are not run by this version; remove them from the config");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_config_is_accepted),
		cmocka_unit_test(the_rootless_config_maps_the_caller),
		cmocka_unit_test(a_config_is_not_overwritten),
		cmocka_unit_test(features_are_json),
		cmocka_unit_test(hooks_are_refused_and_limits_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
