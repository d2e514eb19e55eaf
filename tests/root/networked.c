/* networked.c - a container with networks, for network_plan.bats: what the engine hands over, without an engine.
 *
 *	networked run ROOT BUNDLE ID [TRACE] [WORD…]
 *	networked explain ROOT BUNDLE ID - [WORD…]
 *
 * The words are those of tests/golden/network_words.h. TRACE is a file for the trace, "-": none is made.
 */
#include "life/life.h"
#include "network_words.h"
#include <stdio.h>
#include <string.h>

static int fail(const struct problem *problem)
{
	fprintf(stderr, "networked: %s\n", problem->text);
	return 125;
}

static int explain(struct arena *arena, struct bundle *bundle, struct problem *problem)
{
	struct text script = text_new(arena);

	bundle_plan(arena, bundle, problem);
	if (problem->found)
		return fail(problem);
	explain_script(&script, &bundle->plan, &bundle->request, "networked");
	fputs(script.at, stdout);
	return 0;
}

static int run(struct arena *arena, struct bundle *bundle, const struct start_options *options, struct problem *problem)
{
	struct text warnings = text_new(arena);
	int status = 125;

	life_run(arena, bundle, options, &warnings, &status, problem);
	fputs(warnings.length ? warnings.at : "", stderr);
	return problem->found ? fail(problem) : status;
}

int main(int argc, char **argv)
{
	struct plan_network *network = NULL;
	struct problem problem = { 0 };
	struct start_options options = { 0 };
	struct bundle bundle = { 0 };
	struct arena arena;
	int status;

	if (argc < 6)
		return 2;
	arena_init(&arena, NULL, 0);
	options.root = argv[2];
	options.trace = strcmp(argv[5], "-") == 0 ? TRACE_NONE : TRACE_FILE;
	options.trace_file = argv[5];
	bundle_read(&arena, argv[3], NULL, MANAGER_CGROUPFS, &bundle, &problem);
	for (int i = 6; i < argc && !problem.found; i++)
		if (!network_take(&arena, &network, argv[i]))
			problem_set(&problem, "'%s' is no word of a network", argv[i]);
	if (problem.found)
		return fail(&problem);
	bundle.request.id = argv[4];
	bundle.request.network = network;
	status = strcmp(argv[1], "run") == 0 ? run(&arena, &bundle, &options, &problem) :
					       explain(&arena, &bundle, &problem);
	arena_release(&arena);
	return status;
}
