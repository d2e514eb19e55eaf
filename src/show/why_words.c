/* why_words.c - words that several causes have, and what the container's lane has noted, in the reader's language. */
#include "show/why.h"
#include <string.h>

/* --- words of causes --- */

static const char *user_namespaces(const struct failure *failure)
{
	return _("user namespaces may be switched off for ordinary users: see /proc/sys/user/max_user_namespaces, and "
		 "the sysctls kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns");
}

static const char *delegate(const struct failure *failure)
{
	return _("the container's cgroup can only be made where cgroups are the user's own: run it in a unit with "
		 "Delegate=yes (systemd-run --user --scope -p Delegate=yes …)");
}

/* Where else a file of the host could be. */
static const char *otherwise(const struct failure *failure)
{
	return failure->step->kind == STEP_WRITE_PID_FILE ? _("or choose another file") :
							    _("or choose another folder with '--root'");
}

/* Who is to listen at a socket. */
static const char *listener(const struct failure *failure)
{
	return failure->step->kind == STEP_SEND_LISTENER ? _("the agent") : _("the caller");
}

size_t why_add_words(struct text *out, const struct failure *failure, const char *at)
{
	static const struct { const char *word; const char *(*words)(const struct failure *failure); } known[] = {
		{ "@usernamespaces", user_namespaces }, { "@delegate", delegate }, { "@otherwise", otherwise },
		{ "@listener", listener },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (!strncmp(at, known[i].word, strlen(known[i].word))) {
			text_add(out, known[i].words(failure));
			return strlen(known[i].word);
		}
	return 0;
}

/* --- notes --- */

/* The sentence with what "@name" and "@rest" stand for. */
static const char *fill(struct arena *arena, const char *sentence, const char *name, const char *rest)
{
	static const char at_name[] = "@name", at_rest[] = "@rest";
	struct text out = text_new(arena);

	while (*sentence) {
		const size_t length = strcspn(sentence, "@");

		text_add_bytes(&out, sentence, length);
		sentence += length;
		if (!strncmp(sentence, at_name, sizeof(at_name) - 1)) {
			text_add(&out, name);
			sentence += sizeof(at_name) - 1;
		} else if (!strncmp(sentence, at_rest, sizeof(at_rest) - 1)) {
			text_add(&out, rest);
			sentence += sizeof(at_rest) - 1;
		} else if (*sentence) {
			text_add_bytes(&out, sentence++, 1);
		}
	}
	return out.at;
}

/* Behind the name in quotes; with `rest` something follows. */
static const struct { const char *words, *sentence; bool rest; } notes[] = {
	{ " is there, but not the interpreter that it asks for, whose name ends in a carriage return (the script has "
	  "the line ends of Windows)",
	  N_("@name is there, but not the interpreter that it asks for, whose name ends in a carriage return (the "
	     "script "
	     "has the line ends of Windows)"), false },
	{ " is there, but not the interpreter that it asks for, ",
	  N_("@name is there, but not the interpreter that it asks for, @rest"), true },
	{ " is a script whose first line cannot be used",
		N_("@name is a script whose first line cannot be used"), false },
	{ " is neither a program nor a script that begins with '#!'",
	  N_("@name is neither a program nor a script that begins with '#!'"), false },
	{ " is a damaged program, or of a kind that this kernel is not built for",
	  N_("@name is a damaged program, or of a kind that this kernel is not built for"), false },
	{ " is a program for another kind of machine", N_("@name is a program for another kind of machine"), false },
	{ " is a program for ", N_("@name is a program for @rest"), true },
	{ " is a directory", N_("@name is a directory"), false },
	{ " is not a regular file", N_("@name is not a regular file"), false },
	{ " has no execute permission", N_("@name has no execute permission"), false },
	{ " may not be executed by this user, or is on a mount with noexec",
	  N_("@name may not be executed by this user, or is on a mount with noexec"), false },
};

/* "ended with status 3: what it wrote", of a hook. */
static const struct { const char *words, *sentence; } ends[] = {
	{ "ended with status ", N_("ended with status @name@rest") },
	{ "was ended by signal ", N_("was ended by signal @name@rest") },
};

static const char *end_words(struct arena *arena, const char *note)
{
	for (size_t i = 0; i < COUNT(ends); i++) {
		const size_t length = strlen(ends[i].words);
		const size_t digits = strncmp(note, ends[i].words, length) ? 0 : strspn(note + length, "0123456789");

		if (digits)
			return fill(arena, _(ends[i].sentence), arena_copy(arena, note + length, digits),
				    note + length + digits);
	}
	return note;
}

/* A name can have such words in it, too: what is behind the last quote counts, but for that of the rest. */
const char *why_note_words(struct arena *arena, const char *note)
{
	for (size_t i = 0; i < COUNT(notes) && *note == '\''; i++) {
		const char *at = strstr(note + 1, notes[i].words), *end = at ? at + strlen(notes[i].words) : NULL;

		if (!at || at[-1] != '\'' || (*end != '\0') != notes[i].rest)
			continue;
		return fill(arena, _(notes[i].sentence), arena_copy(arena, note, (size_t)(at - note)), end);
	}
	return end_words(arena, note);
}
