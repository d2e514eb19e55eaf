/* test_show_draft.c - the script of a container that is not there yet: what is done to directories and secrets is done
 * by commands, and no path or name leaves its place in them.
 */
#include "show/show.h"
#include "show_sample.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct spec spec;
static const struct host user, root = { .capabilities = ~0ULL };

/* Runs the shell's parser over the text. */
static int parse(const char *shell, const char *script)
{
	FILE *pipe = popen(arena_printf(&arena, "%s -n", shell), "w");

	assert_non_null(pipe);
	fputs(script, pipe);
	return pclose(pipe);
}

/* What is done before a container is made: labels and owners of directories, and its secrets. */
static void nothing_of_a_draft_is_a_command(void **state)
{
	static char name[] = "NAME" EVIL;
	char *names[] = { name };
	const struct texts variables = { names, 1 };
	struct plan_change change[] = {
		{ .option = "--volume" EVIL, .path = "/source" EVIL, .owner = true, .uid = 7, .gid = 8,
		  .label = "system_u:object_r:container_file_t:s0:c1,c2" },
		{ .option = "--mount", .path = "/source" EVIL, .beneath = "part" EVIL, .label = "s0" },
	};
	const struct plan_secret secret[] = {
		{ "/store" EVIL, "/folder" EVIL, 0400 }, { "/store" EVIL, NULL, 0 },
	};
	const struct plan_draft draft = { .folder = "/folder" EVIL, .changes = { change, 2 }, .secret = secret,
					  .secrets = 2 };
	struct plan_request told = { .spec = &spec, .host = &user, .id = "box" EVIL, .bundle = "/b" EVIL };
	struct plan plan = { .arena = &arena, .slots = SLOT_SOURCES + 2 };
	struct text script = text_new(&arena);

	plan_add(&plan, show_sample(STEP_CLONE));
	plan_add(&plan, show_sample(STEP_PIVOT_ROOT));
	plan_add(&plan, show_sample(STEP_EXEC));
	told.draft = &draft;
	told.secret_variables = &variables;
	explain_script(&script, &plan, &told, "taru run");
	assert_int_equal(parse("sh", script.at), 0);
	assert_int_equal(parse("bash", script.at), 0);
	assert_non_null(strstr(script.at, "\nunshare --map-root-user chown -hR 0:0 -- '/source"));
	assert_non_null(strstr(script.at, "\nunshare --map-root-user chcon -hR s0 -- \"$beneath\" || "));
	assert_non_null(strstr(script.at, "\nTARU_SECRET_1=$(tail -n +2 '/store"));
	told.host = &root;
	script = text_new(&arena);
	explain_script(&script, &plan, &told, "taru run");
	assert_int_equal(parse("sh", script.at), 0);
	assert_non_null(strstr(script.at, "\nchown -hR 7:8 -- '/source"));
	assert_non_null(strstr(script.at, "\nchcon -hR system_u:object_r:container_file_t:s0:c1,c2 -- '/source"));
	assert_non_null(strstr(script.at, "\nchcon -hR s0 -- \"$beneath\" || "));
	/* One that is there is given it. */
	told.draft = NULL;
	script = text_new(&arena);
	explain_script(&script, &plan, &told, "taru start");
	assert_int_equal(parse("sh", script.at), 0);
	assert_non_null(strstr(script.at, "[ -n \"${TARU_SECRET_1+given}\" ] || {"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_a_draft_is_a_command),
	};
	int failed;

	arena_init(&arena, NULL, 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
