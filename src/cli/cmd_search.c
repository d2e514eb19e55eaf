/* cmd_search.c - `taru search`: looks for images in a registry. */
#include "base/fd.h"
#include "base/file.h"
#include "base/json_decode.h"
#include "cli/settings.h"
#include "listing/filter.h"
#include "listing/human.h"
#include "listing/rows.h"
#include "spec/names.h"
#include <linux/memfd.h>
#include <string.h>
#include <unistd.h>

enum {
	RESULTS = 25,			/* as docker has it */
	ANSWER_MAX = 64 * 1024 * 1024,
};

struct search_asked {
	bool whole;
	unsigned limit;
	const char *format;
	struct texts filter;
	struct settings_asked settings;
};

struct found {
	const char *name, *description;
	uint64_t stars;
	bool official;
};

static const struct field found_fields[] = {
	{ "name", FIELD_TEXT, FIELD_AT(struct found, name), .required = true },
	{ "description", FIELD_TEXT, FIELD_AT(struct found, description) },
	{ "stars", FIELD_UNSIGNED, FIELD_AT(struct found, stars) },
	{ "official", FIELD_BOOL, FIELD_AT(struct found, official) },
	{ 0 }
};

static const struct pair headers[] = {
	{ "Description", "DESCRIPTION" }, { "IsOfficial", "OFFICIAL" }, { "Name", "NAME" }, { "StarCount", "STARS" },
	{ NULL, NULL }
};

static const char usual_table[] = "table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";

struct wanted {
	uint64_t stars;
	enum { OFFICIAL_ANY, OFFICIAL_ONLY, OFFICIAL_NOT } official;
};

static bool read_filters(struct command *command, struct wanted *ret_wanted)
{
	static const char *const known[] = { "is-official", "stars", NULL };
	const struct search_asked *asked = command->asked;
	struct filters filters;
	const struct filter *filter;
	bool official = false;

	*ret_wanted = (struct wanted){ 0 };
	if (!filters_read(command->arena, &asked->filter, known, &filters, command->problem))
		return false;
	filter = filters_find(&filters, "stars");
	if (filter && !text_to_u64(filter->value, &ret_wanted->stars))
		problem_set(command->problem, "option '--filter': 'stars' is a number, not '%s'", filter->value);
	filter = filters_find(&filters, "is-official");
	if (filter && filter_truth(filter, &official, command->problem))
		ret_wanted->official = official ? OFFICIAL_ONLY : OFFICIAL_NOT;
	return !command->problem->found;
}

/* --- asking --- */

struct search {
	const char *host;		/* as it stands before the names: "" for docker.io */
	struct reference reference;
	const char *term;
};

/* "host.example/word", "localhost/word"; all else is looked for in docker.io, also "team/word". */
static struct search read_term(struct arena *arena, const char *given)
{
	size_t length = strcspn(given, "/");
	const char *host = arena_copy(arena, given, length);
	bool named = given[length] && reference_is_domain(host) &&
		     (strpbrk(host, ".:") || !strcmp(host, "localhost"));
	struct search search = { .host = "", .term = named ? given + length + 1 : given };

	search.reference = (struct reference){ .domain = "docker.io", .path = "" };
	if (named && strcmp(host, "docker.io") != 0 && strcmp(host, "index.docker.io") != 0)
		search.host = search.reference.domain = host;
	return search;
}

/* The search of docker.io is at another server than its images. What is configured for docker.io holds for it. */
static bool go_to_index(struct command *command, const struct remotes *remotes, struct reference *reference)
{
	struct endpoint *endpoints;
	size_t count;

	if (strcmp(reference->domain, "docker.io") != 0)
		return true;
	if (!registries_push_endpoints(&remotes->registries, command->arena, reference, &endpoints, &count,
				       command->problem))
		return false;
	reference->domain = "index.docker.io";
	return true;
}

/* Mirrors are not asked: they have what was fetched through them. */
static bool ask(struct command *command, const struct remotes *remotes, const struct search *search, int file)
{
	const struct search_asked *asked = command->asked;
	struct text request = text_new(command->arena);
	struct problem words = { 0 };
	struct remote remote = { 0 };
	struct json_writer writer;
	enum fetch_error error;
	const struct json *ok;

	if (!remote_open(&remote, command->arena, remotes, &search->reference, true, command->problem))
		return false;
	writer = remote_begin(&remote, &request, "search");
	json_put_text(&writer, "query", search->term);
	json_put_unsigned(&writer, "limit", asked->limit ? asked->limit : RESULTS);
	json_close(&writer);
	ok = remote_ask(&remote, &request, &file, 1, &error, &words);
	remote_close(&remote);
	if (!ok && error == FETCH_UNAUTHORIZED)
		problem_set(command->problem, "%s: does not let this user search; it may take 'taru login'",
			    search->reference.domain);
	else if (!ok)
		problem_set(command->problem, "%s", words.text);
	return ok;
}

static const struct json *read_answer(struct command *command, int file)
{
	size_t length = 0;
	char *text = NULL;
	int error = (int)sys_lseek(file, 0, SEEK_SET);

	if (error >= 0)
		error = file_read_fd(command->arena, file, ANSWER_MAX, &text, &length);
	if (!error)
		return json_read(command->arena, text, length, "answer", command->problem);
	problem_set(command->problem, "the answer cannot be read: %s", errno_words(-error));
	return NULL;
}

/* --- printing --- */

static bool is_wanted(const struct wanted *wanted, const struct found *found)
{
	return found->stars >= wanted->stars &&
	       (wanted->official == OFFICIAL_ANY || (wanted->official == OFFICIAL_ONLY) == found->official);
}

static void add_row(struct command *command, struct rows *rows, const char *host, const struct found *found)
{
	const struct search_asked *asked = command->asked;
	const char *name = human_line(command->arena, found->name, true);
	struct json_writer *out = &rows->writer;

	json_open_object(out, NULL);
	json_put_text(out, "Description",
		      human_line(command->arena, found->description ? found->description : "", asked->whole));
	json_put_text(out, "IsOfficial", found->official ? "[OK]" : "");
	json_put_text(out, "Name", arena_printf(command->arena, "%s%s%s", host, *host ? "/" : "", name));
	json_put_text(out, "StarCount",
		      arena_printf(command->arena, "%llu", (unsigned long long)found->stars));
	json_close(out);
}

static void print_found(struct command *command, const struct json *answer, const char *host,
			const struct wanted *wanted)
{
	const struct search_asked *asked = command->asked;
	struct decoder decoder = { command->arena, command->problem };
	struct rows rows = rows_new(command->arena);
	struct rows_style style = { headers, usual_table, asked->format };
	struct text out = text_new(command->arena);

	for (const struct json *one = answer->first; one && !command->problem->found; one = one->next) {
		struct found found = { 0 };

		json_decode(&decoder, one, found_fields, &found);
		if (!command->problem->found && is_wanted(wanted, &found))
			add_row(command, &rows, host, &found);
	}
	if (!command->problem->found && rows_add(&out, &rows, &style, command->problem))
		command_print(command, &out);
}

static void run(struct command *command)
{
	const struct search_asked *asked = command->asked;
	struct search search = read_term(command->arena, command->operand[0]);
	const struct remotes *remotes;
	const struct json *answer;
	struct wanted wanted;

	if (!read_filters(command, &wanted))
		return;
	remotes = settings_load(command, &asked->settings);
	if (!remotes || !go_to_index(command, remotes, &search.reference))
		return;
	closes int file = sys_memfd_create("search", MFD_CLOEXEC);

	if (file < 0) {
		problem_set(command->problem, "there is no memory for the answer: %s", errno_words(-file));
		return;
	}
	if (!ask(command, remotes, &search, file))
		return;
	answer = read_answer(command, file);
	if (answer)
		print_found(command, answer, search.host, &wanted);
}

static const struct option options[] = {
	{ "filter", 'f', OPTION_TEXTS, offsetof(struct search_asked, filter), "KEY=VALUE",
	  N_("only those; may be given more than once") },
	{ "format", 0, OPTION_TEXT, offsetof(struct search_asked, format), "FORMAT",
	  N_("table (default), json, or a template of Go's") },
	{ "limit", 0, OPTION_NUMBER, offsetof(struct search_asked, limit), "NUMBER",
	  N_("at most so many (default: 25)") },
	{ "no-trunc", 0, OPTION_FLAG, offsetof(struct search_asked, whole), NULL,
	  N_("whole descriptions") },
	{ .kind = OPTION_TABLE, .offset = offsetof(struct search_asked, settings), .table = settings_options },
	{ NULL }
};

const struct verb verb_search = {
	.name = "search",
	.operands = "[HOST/]TERM",
	.summary = N_("look for images in a registry"),
	.notes = N_("Filters: stars=NUMBER, is-official=true|false.\n"),
	.options = options,
	.asked_size = sizeof(struct search_asked),
	.operands_min = 1,
	.operands_max = 1,
	.run = run,
};
