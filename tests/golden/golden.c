/* golden.c - the plans of known containers on known machines, as text in git.
 *
 *	golden [--update] DIR
 *
 * Each folder of DIR is a case: config.json is what is asked, `host` is the machine (lines as in
 * host/host_parse.c), `request`, where it is there, holds words of the command line: "no-pivot",
 * "no-new-keyring", "preserve-fds=2". What is told about the plan is compared with plan.sh, plan.txt and
 * plan.json there; a container that is refused is compared with `problem`. --update writes these files
 * instead, and git shows what a change of the planner changes. The last test is that each kind of step
 * is in some plan.
 */
#include "base/file.h"
#include "plan/plan.h"
#include "show/show.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_LIMIT = 16 << 20 };

struct golden {
	struct arena *arena;
	const char *dir;		/* of all cases */
	bool update;
	unsigned tests, failures;
	bool seen[STEP_KINDS];
};

struct planned {
	struct spec spec;
	struct host host;
	struct plan_request request;
	struct plan plan;
	struct problem problem;
};

static void result(struct golden *golden, bool good, const char *name, const char *what)
{
	printf("%sok %u - %s%s%s\n", good ? "" : "not ", ++golden->tests, name, *what ? ": " : "", what);
	golden->failures += !good;
}

static char *read_case(struct golden *golden, const char *name, const char *file, size_t *ret_length)
{
	const char *path = arena_printf(golden->arena, "%s/%s/%s", golden->dir, name, file);
	char *text;

	return file_read(golden->arena, AT_FDCWD, path, FILE_LIMIT, &text, ret_length) ? NULL : text;
}

static bool write_case(struct golden *golden, const char *name, const char *file, const char *text)
{
	const char *path = arena_printf(golden->arena, "%s/%s/%s", golden->dir, name, file);
	FILE *out;
	bool written;

	if (!text)
		return unlink(path) == 0 || errno == ENOENT;
	out = fopen(path, "we");
	if (!out)
		return false;
	written = fputs(text, out) >= 0;
	return fclose(out) == 0 && written;
}

static void show_difference(const char *want, const char *have)
{
	unsigned line = 1;
	size_t begin = 0, i = 0;

	for (; want[i] && want[i] == have[i]; i++)
		if (want[i] == '\n') {
			line++;
			begin = i + 1;
		}
	printf("# line %u is\n#   %.*s\n# and should be\n#   %.*s\n", line,
	       (int)strcspn(have + begin, "\n"), have + begin, (int)strcspn(want + begin, "\n"),
	       want + begin);
}

/* `text` is what is told now, NULL: there should be no such file. */
static void compare(struct golden *golden, const char *name, const char *file, const char *text)
{
	size_t length;
	const char *want;

	if (golden->update) {
		result(golden, write_case(golden, name, file, text), name, file);
		return;
	}
	want = read_case(golden, name, file, &length);
	if (!want && !text)
		return;
	if (want && text && strcmp(want, text) == 0) {
		result(golden, true, name, file);
		return;
	}
	if (want && text)
		show_difference(want, text);
	else
		printf("# %s\n", text ? "there is no such file in git" : "the container is refused now");
	result(golden, false, name, file);
}

static void read_request(struct golden *golden, const char *name, struct plan_request *request)
{
	size_t length;
	char *text = read_case(golden, name, "request", &length);

	for (char *word = text ? strtok(text, " \n") : NULL; word; word = strtok(NULL, " \n"))
		if (strcmp(word, "no-pivot") == 0)
			request->no_pivot = true;
		else if (strcmp(word, "no-new-keyring") == 0)
			request->no_new_keyring = true;
		else if (strncmp(word, "preserve-fds=", 13) == 0)
			request->preserve_fds = (unsigned)strtoul(word + 13, NULL, 10);
}

static void make_plan(struct golden *golden, const char *name, struct planned *planned)
{
	size_t config_length, host_length;
	char *config = read_case(golden, name, "config.json", &config_length);
	const char *host = read_case(golden, name, "host", &host_length);
	const char *broken;

	if (!config || !host) {
		problem_set(&planned->problem, "config.json or host: cannot be read");
		return;
	}
	spec_read(golden->arena, config, config_length, &planned->spec, &planned->problem);
	host_parse(golden->arena, host, &planned->host, &planned->problem);
	planned->request = (struct plan_request){
		.spec = &planned->spec, .host = &planned->host, .id = name, .bundle = "/bundle",
	};
	read_request(golden, name, &planned->request);
	if (planned->problem.found)
		return;
	plan_build(golden->arena, &planned->request, &planned->plan, &planned->problem);
	if (planned->problem.found)
		return;
	broken = plan_check(&planned->plan);
	if (broken)
		problem_set(&planned->problem, "plan_check: %s", broken);
	for (size_t i = 0; i < planned->plan.count; i++)
		golden->seen[planned->plan.step[i].kind] = true;
}

static void run_case(struct golden *golden, const char *name)
{
	struct planned *planned = ARENA_NEW(golden->arena, struct planned);
	struct text script = text_new(golden->arena), prose = text_new(golden->arena),
		    json = text_new(golden->arena);
	const char *problem;

	make_plan(golden, name, planned);
	problem = planned->problem.found
			  ? arena_printf(golden->arena, "%s\n", planned->problem.text) : NULL;
	if (!problem) {
		explain_script(&script, &planned->plan, &planned->request,
			       arena_printf(golden->arena, "taru-oci run -b /bundle %s", name));
		explain_prose(&prose, &planned->plan, &planned->request);
		explain_json(&json, &planned->plan, &planned->request);
	}
	compare(golden, name, "problem", problem);
	compare(golden, name, "plan.sh", problem ? NULL : script.at);
	compare(golden, name, "plan.txt", problem ? NULL : prose.at);
	compare(golden, name, "plan.json", problem ? NULL : json.at);
}

static void check_kinds(struct golden *golden)
{
	for (int kind = 0; kind < STEP_KINDS; kind++)
		result(golden, golden->seen[kind], "some plan has the step", step_name((enum step_kind)kind));
}

static int is_case(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct golden golden = { .arena = &arena };
	struct dirent **entry;
	int cases;

	golden.update = argc == 3 && strcmp(argv[1], "--update") == 0;
	if (argc != 2 && !golden.update) {
		fputs("usage: golden [--update] DIR\n", stderr);
		return 2;
	}
	golden.dir = argv[argc - 1];
	arena_init(&arena, NULL, 0);
	cases = scandir(golden.dir, &entry, is_case, alphasort);
	if (cases <= 0) {
		fprintf(stderr, "golden: no cases in '%s'\n", golden.dir);
		return 2;
	}
	for (int i = 0; i < cases; i++) {
		run_case(&golden, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	check_kinds(&golden);
	printf("1..%u\n", golden.tests);
	arena_release(&arena);
	return golden.failures != 0;
}
