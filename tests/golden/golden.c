/* golden.c - the plans of known containers on known machines, as text in git.
 *
 *	golden [--update] DIR
 *
 * Each folder of DIR is a case: config.json is what is asked, `host` is the machine (lines as in
 * host/host_parse.c), `request`, where it is there, holds words for what the command line asks (see
 * `words`): with "exec" the plan is of one more process, which is the config's, in a container whose first
 * process is described by "process=PID:START" and "namespaces=mount,pid". What is told about the plan is
 * compared with plan.sh, plan.txt and plan.json there, and with the word "html" plan.html; a container that
 * is refused is compared with `problem`. --update writes these files instead, and git shows what a change of
 * the planner changes. The last test is that each kind of step is in some plan.
 */
#include "base/file.h"
#include "net/firewall.h"
#include "plan/plan.h"
#include "show/show.h"
#include "spec/names.h"
#include "network_words.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
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
	const char *verb;		/* of the command line */
	bool exec;			/* plan_build_exec() */
	bool connect;			/* plan_build_connect() */
	bool html;			/* the page is compared too */
	struct arena *arena;
	struct plan_network *network;	/* NULL: no word about one */
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

/* --- what the command line asks --- */

static void take_no_pivot(struct planned *planned, const char *value)
{
	planned->request.no_pivot = true;
}

static void take_no_new_keyring(struct planned *planned, const char *value)
{
	planned->request.no_new_keyring = true;
}

static void take_preserve_fds(struct planned *planned, const char *value)
{
	planned->request.preserve_fds = (unsigned)strtoul(value, NULL, 10);
}

static void take_create(struct planned *planned, const char *value)
{
	planned->request.end = END_CREATED;
	planned->verb = "create";
}

static void take_detach(struct planned *planned, const char *value)
{
	planned->request.end = END_DETACHED;
}

/* The default network with one published port, on a machine that has no table yet. */
static void take_firewall(struct planned *planned, const char *value)
{
	static const struct firewall_network network = { .bridge = "taru0", .isolated = true, .masquerade = true };
	static const struct firewall_port port = { .protocol = IPPROTO_TCP, .host_port = 8080, .container_port = 80,
						   .container = { AF_INET, { 10, 88, 0, 2 }, 16 } };
	struct arena *arena = planned->arena;
	struct plan_network *asked = arena_alloc(arena, sizeof(*asked));
	struct firewall_elements elements = { 0 };

	firewall_add_network(arena, &elements, &network);
	firewall_add_port(arena, &elements, &port);
	*asked = (struct plan_network){ .rules = firewall_rules(arena, NULL, 0), .element = elements.at,
					.elements = elements.count };
	planned->request.network = asked;
}

static void take_state(struct planned *planned, const char *value)
{
	planned->request.state = value;
}

static void take_console_socket(struct planned *planned, const char *value)
{
	planned->request.console_socket = value;
}

static void take_pid_file(struct planned *planned, const char *value)
{
	planned->request.pid_file = value;
}

static void take_pidfd_socket(struct planned *planned, const char *value)
{
	planned->request.pidfd_socket = value;
}

static void take_exec(struct planned *planned, const char *value)
{
	planned->verb = "exec";
	planned->exec = true;
}

static void take_connect(struct planned *planned, const char *value)
{
	planned->connect = true;
}

static void take_html(struct planned *planned, const char *value)
{
	planned->html = true;
}

static void take_process(struct planned *planned, const char *value)
{
	char *start;

	planned->request.process.pid = (pid_t)strtol(value, &start, 10);
	planned->request.process.start_time = *start ? strtoull(start + 1, NULL, 10) : 0;
}

/* As the spec names them: "mount,network". */
static void take_namespaces(struct planned *planned, const char *value)
{
	for (size_t length; *value; value += length + (value[length] == ',')) {
		length = strcspn(value, ",");
		for (int kind = 0; kind < NAMESPACES; kind++) {
			const char *name = name_of(namespace_names, (unsigned)kind);

			if (strlen(name) == length && strncmp(name, value, length) == 0)
				planned->request.process.namespaces |= (unsigned)namespace_flag(kind);
		}
	}
}

static void take_systemd(struct planned *planned, const char *value)
{
	planned->request.manager = MANAGER_SYSTEMD;
}

static void take_bus(struct planned *planned, const char *value)
{
	planned->request.bus = value;
}

/* layers=N: the root file system is made of so many, as the engine has it. */
static void take_layers(struct planned *planned, const char *value)
{
	enum { LAYERS_MAX = 100, PATH_ROOM = 80 };
	static char paths[LAYERS_MAX][PATH_ROOM], *lower[LAYERS_MAX + 1];
	static struct plan_layers layers = { .from = "/var/lib/taru", .lower = { lower, 0 },
					     .upper = "containers/11/upper", .work = "containers/11/work",
					     .user_xattr = true };
	size_t count = strtoul(value, NULL, 10);

	for (size_t i = 0; i < count && i < LAYERS_MAX; i++) {
		snprintf(paths[i], PATH_ROOM, "layers/%064zx/diff", count - i);
		lower[i] = paths[i];
		layers.lower.count = i + 1;
	}
	planned->request.layers = &layers;
}

/* As `taru run --why` has it. */
static void take_traced(struct planned *planned, const char *value)
{
	(void)value;
	planned->request.traced = true;
}

static const struct { const char *word; void (*take)(struct planned *planned, const char *value); } words[] = {
	{ "no-pivot", take_no_pivot },
	{ "no-new-keyring", take_no_new_keyring },
	{ "preserve-fds=", take_preserve_fds },
	{ "create", take_create },
	{ "detach", take_detach },
	{ "state=", take_state },
	{ "firewall", take_firewall },
	{ "console-socket=", take_console_socket },
	{ "pid-file=", take_pid_file },
	{ "pidfd-socket=", take_pidfd_socket },
	{ "exec", take_exec },
	{ "connect", take_connect },
	{ "html", take_html },
	{ "process=", take_process },
	{ "namespaces=", take_namespaces },
	{ "systemd", take_systemd },
	{ "bus=", take_bus },
	{ "layers=", take_layers },
	{ "traced", take_traced },
};

static void take_word(struct planned *planned, const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i].word);
		bool value = words[i].word[length - 1] == '=';

		if (value ? strncmp(word, words[i].word, length) == 0 : strcmp(word, words[i].word) == 0) {
			words[i].take(planned, word + length);
			return;
		}
	}
	if (!network_take(planned->arena, &planned->network, word))
		problem_set(&planned->problem, "request: '%s' is no word of it", word);
	planned->request.network = planned->network;
}

static void read_request(struct golden *golden, const char *name, struct planned *planned)
{
	size_t length;
	char *text = read_case(golden, name, "request", &length);

	planned->verb = "run";
	for (char *word = text ? strtok(text, " \n") : NULL; word; word = strtok(NULL, " \n"))
		take_word(planned, word);
}

/* The command line that the plan stands for. */
static const char *command_of(struct golden *golden, const char *name, const struct planned *planned)
{
	const struct plan_request *request = &planned->request;
	struct text line = text_new(golden->arena);
	const struct { const char *option, *value; } with[] = {
		{ "console-socket", request->console_socket },
		{ "pid-file", request->pid_file },
		{ "pidfd-socket", request->pidfd_socket },
	};

	if (planned->connect)
		return arena_printf(golden->arena, "taru network connect NETWORK %s", name);
	text_printf(&line, "taru-oci %s%s", request->manager == MANAGER_SYSTEMD ? "--systemd-cgroup " : "",
		    planned->verb);
	if (!planned->exec)
		text_add(&line, " -b /bundle");
	if (request->end == END_DETACHED)
		text_add(&line, " --detach");
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		if (with[i].value)
			text_printf(&line, " --%s %s", with[i].option, with[i].value);
	text_printf(&line, " %s", name);
	return line.at;
}

/* --- cases --- */

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
	planned->arena = golden->arena;
	read_request(golden, name, planned);
	if (planned->problem.found)
		return;
	if (planned->exec)
		plan_build_exec(golden->arena, &planned->request, &planned->plan, &planned->problem);
	else if (planned->connect)
		plan_build_connect(golden->arena, &planned->request, &planned->plan, &planned->problem);
	else
		plan_build(golden->arena, &planned->request, &planned->plan, &planned->problem);
	if (planned->problem.found)
		return;
	broken = planned->connect ? plan_check_connect(&planned->plan) : plan_check(&planned->plan);
	if (broken)
		problem_set(&planned->problem, "plan_check: %s", broken);
	for (size_t i = 0; i < planned->plan.count; i++)
		golden->seen[planned->plan.step[i].kind] = true;
}

static void run_case(struct golden *golden, const char *name)
{
	struct planned *planned = ARENA_NEW(golden->arena, struct planned);
	struct text script = text_new(golden->arena), prose = text_new(golden->arena),
		    json = text_new(golden->arena), page = text_new(golden->arena);
	const char *problem;

	planned->arena = golden->arena;
	make_plan(golden, name, planned);
	problem = planned->problem.found
			  ? arena_printf(golden->arena, "%s\n", planned->problem.text) : NULL;
	if (!problem) {
		explain_script(&script, &planned->plan, &planned->request,
			       command_of(golden, name, planned));
		explain_prose(&prose, &planned->plan, &planned->request);
		explain_json(&json, &planned->plan, &planned->request);
		explain_html(&page, &planned->plan, &planned->request, command_of(golden, name, planned));
	}
	compare(golden, name, "problem", problem);
	compare(golden, name, "plan.sh", problem ? NULL : script.at);
	compare(golden, name, "plan.txt", problem ? NULL : prose.at);
	compare(golden, name, "plan.json", problem ? NULL : json.at);
	compare(golden, name, "plan.html", problem || !planned->html ? NULL : page.at);
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
