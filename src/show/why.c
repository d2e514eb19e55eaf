/* why.c - the message for a start that failed: finds the step, and puts the words together. */
#include "show/show.h"
#include "show/why.h"
#include "spec/names.h"
#include "spec/syscalls.h"
#include <errno.h>
#include <string.h>
#include <strings.h>

/* --- which step --- */

static bool is_failure(const struct step *step, const struct mark *mark)
{
	return mark->began && mark->error && mark->error != -step->tolerate;
}

/* A lane whose other lane has ended sees only that; or it was told to give up, by who steps through the plan. */
static bool is_echo(const struct step *step, const struct mark *mark)
{
	if (mark->error == -ECANCELED)
		return true;
	switch ((int)step->kind) {
	case STEP_OPEN_GATE:
	case STEP_AWAIT_GATE:
	case STEP_SEND_SLOT:
	case STEP_RECEIVE_SLOT:
	case STEP_AWAIT_EXEC: return mark->error == -ECONNRESET || mark->error == -EPIPE;
	}
	return false;
}

/* The first failure that is no echo, the container's before the runtime's; else any. */
static bool find_failed(const struct plan *plan, const struct tape *tape, size_t *ret_index)
{
	size_t best = plan->count;
	int best_rank = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];
		const struct mark *mark = &tape->mark[i];
		int rank = !is_failure(step, mark) ? 0 : is_echo(step, mark) ? 1 :
			   step->lane == LANE_RUNTIME ? 2 : 3;

		if (rank > best_rank) {
			best = i;
			best_rank = rank;
		}
	}
	*ret_index = best;
	return best_rank > 0;
}

/* The marks of the container's lane are numbers that it wrote itself. */
static struct failure read_mark(const struct plan *plan, const struct plan_request *request,
				const struct tape *tape, size_t index)
{
	enum { ERRNO_MAX = 4095 };
	const struct mark *mark = &tape->mark[index];
	bool sane = mark->error < 0 && mark->error >= -ERRNO_MAX;

	return (struct failure){
		.plan = plan,
		.request = request,
		.tape = tape,
		.step = &plan->step[index],
		.index = index,
		.error = sane ? -mark->error : EIO,
		.call = mark->call,
		.subject = mark->subject <= SUBJECT_OPTION ? mark->subject : SUBJECT_STEP,
		.detail = mark->detail,
	};
}

/* --- the key --- */

/* What stands for the key in a message about a step that no key asked for. */
static const char *key_of(const struct step *step)
{
	switch ((int)step->kind) {
	case STEP_MAKE_DEVICE:
	case STEP_BIND: return "linux.devices (default)";
	case STEP_MAKE_LINK: return "linux.devices (default links)";
	case STEP_SET_PROPAGATION: return "linux.rootfsPropagation";
	case STEP_SET_UMASK: return "process.user.umask";
	case STEP_NEW_KEYRING: return "option '--no-new-keyring'";
	case STEP_OPEN_PROC: return "process";
	case STEP_WRITE_RECORD:
	case STEP_OPEN_START: return "option '--root'";
	case STEP_WRITE_PID_FILE: return "option '--pid-file'";
	case STEP_SEND_PIDFD: return "option '--pidfd-socket'";
	case STEP_SEND_TERMINAL: return "option '--console-socket'";
	case STEP_RUN_HOOK: return "hooks";
	case STEP_OPEN_PROCESS:
	case STEP_JOIN_PROCESS: return "exec";
	}
	return "start";
}

static bool begins_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* "mounts[3]" and the part of it that the call was about. */
static const char *key_part(const char *key, enum subject subject)
{
	static const char *const part[] = { "", ".source", ".destination", ".options" };
	size_t length = strlen(key);

	if (!length || key[length - 1] != ']')
		return "";
	if (begins_with(key, "mounts["))
		return part[subject];
	if (begins_with(key, "linux.devices[") || begins_with(key, "linux.namespaces["))
		return subject == SUBJECT_STEP || subject == SUBJECT_OPTION ? "" : ".path";
	return "";
}

static void add_key(struct text *out, const struct failure *failure)
{
	const char *key = failure->step->why ? failure->step->why : key_of(failure->step);

	words_plain(out, key);
	text_add(out, key_part(key, failure->subject));
	text_add(out, ": ");
}

/* --- phrases that are kept for the program --- */

static const struct { const char *reserved, *instead; } phrase[] = {
	{ "no such file or directory", "does not exist" },
	{ "permission denied", "access is refused" },
	{ "operation not permitted", "is not allowed" },
	{ "executable file not found", "program is missing" },
	{ "not a directory", "is no folder" },
	{ "is a directory", "is a folder" },
	{ "open executable", "open program" },
};

static size_t find_reserved(const char *text)
{
	for (size_t i = 0; i < COUNT(phrase); i++)
		if (strncasecmp(text, phrase[i].reserved, strlen(phrase[i].reserved)) == 0)
			return i;
	return COUNT(phrase);
}

/* Words of somebody else's: the kernel's, newuidmap's, a path's. */
static void add_foreign(struct text *out, const char *text)
{
	struct text plain = text_new(out->arena);

	words_plain(&plain, text);
	for (const char *at = plain.at; *at;) {
		size_t i = find_reserved(at);

		text_add_bytes(out, i < COUNT(phrase) ? phrase[i].instead : at,
			       i < COUNT(phrase) ? strlen(phrase[i].instead) : 1);
		at += i < COUNT(phrase) ? strlen(phrase[i].reserved) : 1;
	}
}

/* --- the sentence --- */

static bool is_about(const struct step *step, const char *file)
{
	const char *target = why_target(step), *slash = target ? strrchr(target, '/') : NULL;

	return target && strcmp(slash ? slash + 1 : target, file) == 0;
}

const struct cause *why_find(const struct cause *table, const struct failure *failure)
{
	for (; table->text; table++)
		if ((table->kind == ANY || table->kind == (int)failure->step->kind) &&
		    table->error == failure->error &&
		    (table->subject == ANY || table->subject == (int)failure->subject) &&
		    (!table->file || is_about(failure->step, table->file)) &&
		    (!table->call || table->call == failure->call))
			return table;
	return NULL;
}

static const char *object_of(const struct failure *failure)
{
	switch (failure->subject) {
	case SUBJECT_SOURCE: return why_source(failure->step);
	case SUBJECT_TARGET: return why_target(failure->step);
	case SUBJECT_OPTION: return why_option(failure);
	case SUBJECT_STEP: break;
	}
	return NULL;
}

static void add_call(struct text *out, const struct failure *failure)
{
	const char *name = syscall_name(failure->call);

	if (name)
		text_printf(out, "%s(2)", name);
	else
		text_add(out, _("a system call"));
}

static void add_name(struct text *out, const char *name)
{
	text_add(out, "'");
	add_foreign(out, name);
	text_add(out, "'");
}

static void add_timeout(struct text *out, const struct failure *failure)
{
	const struct hook *hook = failure->step->kind == STEP_RUN_HOOK ? failure->step->run_hook.hook : NULL;

	if (hook && hook->timeout.set)
		text_printf(out, _("%lld s"), (long long)hook->timeout.value);
	else
		text_add(out, _("its time"));
}

static void add_words_of_note(struct text *out, const struct failure *failure)
{
	const char *note = why_note(failure);

	add_foreign(out, *note ? why_note_words(out->arena, note) : _("failed"));
}

/* What a word stands for that is more than a name. Returns its length, 0 where it is none. */
static size_t add_phrase(struct text *out, const struct failure *failure, const char *at)
{
	static const struct { const char *word; void (*add)(struct text *, const struct failure *); } known[] = {
		{ "@call", add_call }, { "@timeout", add_timeout }, { "@note", add_words_of_note },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (begins_with(at, known[i].word)) {
			known[i].add(out, failure);
			return strlen(known[i].word);
		}
	return why_add_words(out, failure, at);
}

/* Replaces one "@name"; returns its length, 0 where it is none. */
static size_t add_placeholder(struct text *out, const struct failure *failure, const char *at)
{
	const struct { const char *word, *value; } known[] = {
		{ "@source", why_source(failure->step) }, { "@target", why_target(failure->step) },
		{ "@option", why_option(failure) },	  { "@type", why_type(failure->step) },
		{ "@name", why_name(failure->step) },	  { "@object", object_of(failure) },
	};

	for (size_t i = 0; i < COUNT(known); i++) {
		if (!begins_with(at, known[i].word))
			continue;
		if (known[i].value)
			add_name(out, known[i].value);
		else
			add_call(out, failure);
		return strlen(known[i].word);
	}
	return add_phrase(out, failure, at);
}

static void add_text(struct text *out, const struct failure *failure, const char *text)
{
	while (*text) {
		size_t length = *text == '@' ? add_placeholder(out, failure, text) : 0;

		if (!length)
			text_add_bytes(out, text, 1);
		text += length ? length : 1;
	}
}

/* Says what was tried and what the kernel answered, where no row knows more. */
static void add_plain(struct text *out, const struct failure *failure)
{
	const struct cause *cause = why_find(plain_causes, failure);
	struct text what = text_new(out->arena);
	const char *name = errno_name(failure->error);

	explain_step(&what, failure->step);
	add_foreign(out, what.at);
	text_add(out, ": ");
	if (object_of(failure)) {
		add_name(out, object_of(failure));
		text_add(out, ": ");
	}
	add_call(out, failure);
	text_printf(out, cause ? ": %s (%s)" : " %s (%s)", cause ? _(cause->text) : _("failed"),
		    name ? name : arena_printf(out->arena, _("error %d"), failure->error));
	if (cause && cause->hint) {
		text_add(out, "; ");
		add_text(out, failure, _(cause->hint));
	}
}

const char *why_note(const struct failure *failure)
{
	const char *note = failure->tape->note;

	return arena_copy(failure->plan->arena, note, strnlen(note, sizeof(failure->tape->note)));
}

static bool runs_program(enum step_kind kind)
{
	return kind == STEP_MAP_IDS || kind == STEP_LOAD_RULES || kind == STEP_RUN_TOOL;
}

/* What the kernel has to say about a file system, or newuidmap about a map. */
static void add_note(struct text *out, const struct failure *failure)
{
	const char *note = why_note(failure);
	struct text said = text_new(out->arena);

	switch ((int)failure->step->kind) {
	case STEP_MOUNT:
	case STEP_CHANGE_MOUNT:
	case STEP_OPEN_EMPTY:
	case STEP_OPEN_PROC:
	case STEP_NO_LINK_LOCAL:
	case STEP_LINK_UP:
	case STEP_ADD_ADDRESS:
	case STEP_MAKE_BRIDGE:
	case STEP_ADD_LINK:
	case STEP_ADD_ROUTE:
	case STEP_REMOVE_LINK:
	case STEP_RUN_TOOL:
	case STEP_LOAD_RULES:
	case STEP_MAP_IDS: break;
	default: return;
	}
	if (!*note)
		return;
	add_foreign(&said, note);
	text_add(out, " ");
	text_printf(out, runs_program(failure->step->kind) ? _("(it says: %s)") : _("(the kernel says: %s)"), said.at);
}

static void add_sentence(struct text *out, const struct failure *failure)
{
	static const struct cause *const tables[] = { life_causes, mount_causes, other_causes };
	const struct cause *own = why_is_cgroup(failure->step) ? cgroup_causes :
				  why_is_network(failure->step) ? network_causes : NULL;
	const struct cause *cause = own ? why_find(own, failure) : NULL;

	for (size_t i = 0; i < COUNT(tables) && !cause; i++)
		cause = why_find(tables[i], failure);
	if (!cause) {
		add_plain(out, failure);
		add_note(out, failure);
		return;
	}
	add_text(out, failure, _(cause->text));
	add_note(out, failure);
	if (cause->hint) {
		text_add(out, "; ");
		add_text(out, failure, _(cause->hint));
	}
}

bool why_failed(struct text *out, const struct plan *plan, const struct plan_request *request,
		const struct tape *tape)
{
	struct failure failure;
	size_t index;

	if (!find_failed(plan, tape, &index))
		return false;
	failure = read_mark(plan, request, tape, index);
	/* Now that there is something to tell, and not before. */
	translate_begin();
	add_key(out, &failure);
	if (failure.step->kind == STEP_EXEC || failure.step->kind == STEP_FIND_PROGRAM)
		why_exec(out, &failure);
	else
		add_sentence(out, &failure);
	return true;
}
