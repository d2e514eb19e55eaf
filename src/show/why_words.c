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

#if defined(__x86_64__)
static const char machine[] = "x86-64", platform[] = "linux/amd64";
#else
static const char machine[] = "arm64", platform[] = "linux/arm64";
#endif

/* The sentence with what "@name" and the like stand for. */
static const char *fill(struct arena *arena, const char *sentence, const char *name, const char *rest)
{
	const struct { const char *word, *value; } words[] = {
		{ "@name", name }, { "@rest", rest }, { "@machine", machine }, { "@platform", platform },
	};
	struct text out = text_new(arena);

	while (*sentence) {
		const size_t length = strcspn(sentence, "@");
		size_t taken = 0;

		text_add_bytes(&out, sentence, length);
		sentence += length;
		for (size_t i = 0; i < COUNT(words) && !taken && *sentence; i++)
			if (!strncmp(sentence, words[i].word, strlen(words[i].word))) {
				text_add(&out, words[i].value);
				taken = strlen(words[i].word);
			}
		if (!taken && *sentence)
			text_add_bytes(&out, sentence, taken = 1);
		sentence += taken;
	}
	return out.at;
}

#define FOR_THIS_USER N_("chmod o+x, or run it as another user (--user)")

/* Behind the name in quotes; with `rest` something follows. */
static const struct note { const char *words, *sentence, *advice; bool rest; } notes[] = {
	{ " is there, but not the interpreter that it asks for, whose name ends in a carriage return (the script has "
	  "the line ends of Windows)",
	  N_("@name is there, but not the interpreter that it asks for, whose name ends in a carriage return (the "
	     "script has the line ends of Windows)"),
	  N_("change its line ends (dos2unix, or sed -i 's/\\r$//')"), false },
	{ " is there, but not the interpreter that it asks for, ",
	  N_("@name is there, but not the interpreter that it asks for, @rest"),
	  N_("install that in the image, or correct the '#!' line"), true },
	{ " is for the C library musl, and the image has glibc, so its dynamic loader is not there, ",
	  N_("@name is for the C library musl, and the image has glibc, so its dynamic loader is not there, @rest"),
	  N_("take one for glibc, one that is linked statically, or an image with musl (Alpine)"), true },
	{ " is for the C library glibc, and the image has musl, so its dynamic loader is not there, ",
	  N_("@name is for the C library glibc, and the image has musl, so its dynamic loader is not there, @rest"),
	  N_("take one for musl, one that is linked statically, or an image with glibc (Debian); Alpine's package "
	     "gcompat helps some"), true },
	{ " is there, but not the dynamic loader that it asks for, ",
	  N_("@name is there, but not the dynamic loader that it asks for, @rest"),
	  N_("install it in the image, or take a program that needs none (static)"), true },
	{ " is not in the container", N_("@name is not in the container"),
	  N_("install it in the image, or correct the path"), false },
	{ " is not there, but there is ", N_("@name is not there, but there is @rest"),
	  N_("take that, or its name without a path"), true },
	{ " is a symbolic link to what is not there, ", N_("@name is a symbolic link to what is not there, @rest"),
	  N_("install that in the image, or correct the link"), true },
	{ " leads through symbolic links without an end", N_("@name leads through symbolic links without an end"),
	  N_("a link on the way leads back to itself: correct it"), false },
	{ " is run by a symbolic link without an end, ", N_("@name is run by a symbolic link without an end, @rest"),
	  N_("that leads back to itself: correct it"), true },
	{ " is a script that is run by a script, and so on, ",
	  N_("@name is a script that is run by a script, and so on, @rest"),
	  N_("the kernel follows five of them: name a program in the '#!' line"), true },
	{ " is an empty file", N_("@name is an empty file"),
	  N_("see how it came into the image: a copy or a download may have been cut off"), false },
	{ " is a script whose first line cannot be used", N_("@name is a script whose first line cannot be used"),
	  N_("name an interpreter behind its '#!'"), false },
	{ " is neither a program nor a script that begins with '#!'",
	  N_("@name is neither a program nor a script that begins with '#!'"),
	  N_("begin a script with '#!' and its interpreter"), false },
	{ " is a damaged program, or of a kind that this kernel is not built for",
	  N_("@name is a damaged program, or of a kind that this kernel is not built for"),
	  N_("take it anew from where it came"), false },
	{ " is a program for another kind of machine",
	  N_("@name is a program for another kind of machine, and this one is @machine"),
	  N_("take an image for this CPU (--platform @platform)"), false },
	{ " is a program for ", N_("@name is a program for @rest, and this machine is @machine"),
	  N_("take an image for this CPU (--platform @platform), or install what lets this one run others' "
	     "programs on the host (package qemu-user-static)"), true },
	{ " names as its dynamic loader what is damaged or for another machine, ",
	  N_("@name names as its dynamic loader what is damaged or for another machine, @rest"),
	  N_("install that of this image's distribution anew"), true },
	{ " is a directory", N_("@name is a directory"), N_("name a program in it"), false },
	{ " is not a regular file", N_("@name is not a regular file"), NULL, false },
	{ " has no execute permission", N_("@name has no execute permission"),
	  N_("chmod +x it in the image, or give it to its interpreter (sh FILE)"), false },
	{ " is on a mount with noexec", N_("@name is on a mount with noexec"),
	  N_("mount that without 'noexec', or have the program elsewhere"), false },
	{ " may not be executed by this user", N_("@name may not be executed by this user"), FOR_THIS_USER, false },
	{ " is in a directory that is closed to this user", N_("@name is in a directory that is closed to this user"),
	  N_("each directory above it must be open (chmod o+x), or run it as another user (--user)"), false },
	{ " is run by what is out of reach for this user, ",
	  N_("@name is run by what is out of reach for this user, @rest"), FOR_THIS_USER, true },
	{ " names a directory as what it is run by, ", N_("@name names a directory as what it is run by, @rest"),
	  N_("name a program in it"), true },
	{ " is run by what is on a mount with noexec, ", N_("@name is run by what is on a mount with noexec, @rest"),
	  N_("mount that without 'noexec', or have the program elsewhere"), true },
	{ " is run by what may not be executed by this user, ",
	  N_("@name is run by what may not be executed by this user, @rest"), FOR_THIS_USER, true },
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

/* Which it is, and where its words begin. A name can have such words in it, too: what is behind the last quote counts,
 * but for that of the rest. */
static const struct note *find_note(const char *note, const char **ret_at)
{
	for (size_t i = 0; i < COUNT(notes) && *note == '\''; i++) {
		const char *at = strstr(note + 1, notes[i].words);

		if (!at || at[-1] != '\'' || (at[strlen(notes[i].words)] != '\0') != notes[i].rest)
			continue;
		*ret_at = at;
		return &notes[i];
	}
	return NULL;
}

const char *why_note_words(struct arena *arena, const char *note)
{
	const char *at;
	const struct note *found = find_note(note, &at);

	return found ? fill(arena, _(found->sentence), arena_copy(arena, note, (size_t)(at - note)),
			    at + strlen(found->words)) : end_words(arena, note);
}

const char *why_note_advice(struct arena *arena, const char *note)
{
	const char *at;
	const struct note *found = find_note(note, &at);

	return found && found->advice ? fill(arena, _(found->advice), "", "") : NULL;
}
