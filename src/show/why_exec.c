/* why_exec.c - the program could not be run, or would not (STEP_FIND_PROGRAM): the words are the same.
 *
 * The first words are those that runc and crun use, since engines take them for an exit status:
 * "no such file or directory" and "executable file not found" become 127, "permission denied" 126.
 */
#include "show/why.h"
#include "spec/names.h"
#include <errno.h>
#include <string.h>

/* `words` are those of engines where they differ from ours; `hint` is for when the tape's note does not tell more. */
struct reason { int error; const char *words, *hint; };

/* execve(2) looks at three files: the program, the interpreter that its "#!" line names, and the
 * dynamic loader that is named in it. Each of them gives the same errno; the container's lane has looked
 * which it was, if it could (tape->note). */
static const struct reason reasons[] = {
	{ ENOENT, NULL,
	  N_("either the file is not in the container, or what it is run by is not: the interpreter of its '#!' line, "
	     "or its dynamic loader (a program for another C library)") },
	{ EACCES, NULL,
	  N_("the file or one that it is run by is not executable for this user (chmod +x), is a folder, or is in a "
	     "mount with 'noexec'") },
	{ EPERM, NULL,
	  N_("the program needs a capability that is not in process.capabilities.bounding (getcap shows which), or a "
	     "security module of the host refuses it") },
	{ ENOTDIR, NULL, N_("a part of its path is a file") },
	{ EISDIR, NULL, N_("what is named as its interpreter is a folder") },
	{ ENOEXEC, "exec format error",
	  N_("it is a program for another CPU, a script without a '#!' line, or an empty file") },
	{ ELOOP, NULL, N_("a link on the way leads back to itself") },
	{ ETXTBSY, "text file busy", N_("somebody has the file open for writing") },
	{ ENOMEM, NULL, N_("the memory limit is too low for the program, or memory has run out") },
	{ EAGAIN, NULL,
	  N_("this user has as many processes as RLIMIT_NPROC allows: raise it in process.rlimits") },
	{ EMFILE, NULL, N_("RLIMIT_NOFILE in process.rlimits is too low") },
	{ ELIBBAD, NULL, N_("its dynamic loader is for another CPU, or damaged") },
	{ EINVAL, NULL, N_("the program names more than one dynamic loader: it is damaged") },
	{ EIO, NULL, N_("it could not be read from the disk") },
};

static const struct reason *find(int error)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (reasons[i].error == error)
			return &reasons[i];
	return NULL;
}

/* The search ended without a file: the words are Go's, which engines look for. */
static void add_not_found(struct text *out, const char *search, bool noted)
{
	struct text places = text_new(out->arena);

	text_add(out, "executable file not found in $PATH");
	if (noted || !search || !*search)
		return;
	words_plain(&places, search);
	text_add(out, "; ");
	text_printf(out, _("it is in none of %s in the container"), places.at);
}

static void add_reason(struct text *out, const struct failure *failure, const char *program,
		       const struct reason *reason)
{
	if (failure->error == ENOENT) {
		text_add(out, "stat ");
		words_plain(out, program);
		text_add(out, ": ");
	}
	if (reason && reason->words)
		text_add(out, reason->words);
	else
		text_add(out, errno_words(failure->error));
}

/* --- what is too long --- */

enum { PAGE = 4096, ONE_MAX = 32 * PAGE };	/* execve(2): MAX_ARG_STRLEN, where pages are of 4 KiB */
enum { SHOWN_MAX = 100 };

/* The first that is too long; their bytes together, with what the kernel adds for each. */
static const char *find_long(char *const *list, size_t *ret_index, size_t *sum)
{
	const char *found = NULL;

	for (size_t i = 0; list && list[i]; i++) {
		const size_t size = strlen(list[i]) + 1;

		*sum += size + sizeof(char *);
		if (size <= ONE_MAX || found)
			continue;
		found = list[i];
		*ret_index = i;
	}
	return found;
}

static void add_long(struct text *out, const struct step *step)
{
	size_t at = 0, sum = 0;
	const char *found = find_long(step->exec.args, &at, &sum);
	struct text name = text_new(out->arena);

	if (found) {
		text_printf(out, _("process.args[%zu] has %zu bytes, and the kernel takes %d in one: give it in a "
			    "file"), at, strlen(found), ONE_MAX - 1);
		return;
	}
	found = find_long(step->exec.env, &at, &sum);
	if (found)
		words_plain(&name, arena_copy(out->arena, found, strcspn(found, "=")));
	if (found && name.length < SHOWN_MAX)
		text_printf(out, _("the variable %s of process.env has %zu bytes, and the kernel takes %d in one: give "
			    "it in a file"), name.at, strlen(found), ONE_MAX - 1);
	else
		text_printf(out, _("process.args and process.env have %zu bytes together, and the kernel takes a "
			    "quarter of the stack limit (process.rlimits, --ulimit stack) and 6 MiB at most: give "
			    "them in a file"), sum);
}

void why_exec(struct text *out, const struct failure *failure)
{
	const struct step *step = failure->step;
	const char *program = step->exec.args && step->exec.args[0] ? step->exec.args[0] : "";
	const struct reason *reason = find(failure->error);
	const char *note = why_note(failure);
	bool searched = failure->error == ENOENT && !strchr(program, '/');
	const char *hint = *note ? why_note_advice(out->arena, note) : !reason || searched || !reason->hint ? NULL :
			   _(reason->hint);

	text_add(out, "exec: \"");
	words_plain(out, program);
	text_add(out, "\": ");
	if (searched)
		add_not_found(out, step->exec.search, *note);
	else
		add_reason(out, failure, program, reason);
	if (*note) {
		text_add(out, "; ");
		words_plain(out, why_note_words(out->arena, note));
	}
	if (failure->error == E2BIG) {
		text_add(out, "; ");
		add_long(out, step);
	}
	if (hint)
		text_printf(out, "; %s", hint);
}
