/* test_prose.c - the sentences for newcomers: what each kind of step does, what that is for, and what to read. */
#include "base/json.h"
#include "show/show.h"
#include "show/words.h"
#include "show_sample.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

/* "namespaces(7)": a name, and the section of a manual page. */
static bool names_a_page(const char *words)
{
	const char *open = strchr(words, '(');

	return open && open > words && open[1] >= '1' && open[1] <= '8' && open[2] == ')';
}

static void each_kind_has_what_it_is_for_and_what_to_read(void **state)
{
	for (int kind = 0; kind < STEP_KINDS; kind++) {
		struct step step = show_sample((enum step_kind)kind);
		struct text words = text_new(&arena);
		const char *what_for, *see;

		prose_sentence(&words, &step, false);
		what_for = strstr(words.at, ": ");
		see = strstr(words.at, ". See ");
		assert_true(what_for && see && see - what_for > 10);
		assert_true(names_a_page(see + strlen(". See ")));
	}
}

static struct plan_request shared_request(struct spec *spec, struct host *host, struct plan_network *network)
{
	return (struct plan_request){ .spec = spec, .host = host, .id = "box", .bundle = "/b", .network = network };
}

static void the_namespace_of_an_ordinary_users_networks_is_named(void **state)
{
	static struct spec spec;
	static struct host host;
	struct plan_network network = { .holder = "/run/holder", .enter = "/bin/enter", .ports = "serve it" };
	struct plan_request request = shared_request(&spec, &host, &network);
	struct plan plan = { .arena = &arena };
	struct text prose = text_new(&arena), data = text_new(&arena);

	plan_add(&plan, show_sample(STEP_CLONE));
	plan_add(&plan, show_sample(STEP_EXEC));
	explain_prose(&prose, &plan, &request);
	assert_non_null(strstr(prose.at, "/run/holder"));
	assert_non_null(strstr(prose.at, "serve it"));
	assert_non_null(strstr(prose.at, "network_namespaces(7)"));
	explain_json(&data, &plan, &request);
	assert_non_null(strstr(data.at, "\"holder\": \"/run/holder\""));
	network.holder = NULL;
	text_clear(&prose);
	explain_prose(&prose, &plan, &request);
	assert_null(strstr(prose.at, "network_namespaces(7)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_what_it_is_for_and_what_to_read),
		cmocka_unit_test(the_namespace_of_an_ordinary_users_networks_is_named),
	};

	arena_init(&arena, NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
