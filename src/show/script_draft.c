/* script_draft.c - what is made of a container before it starts, in shell: its folder, its new volumes. */
#include "show/script.h"
#include <string.h>

static const struct plan_draft *draft_of(const struct script *script)
{
	return script->request->draft;
}

bool script_is_of_draft(const struct script *script, size_t index)
{
	return draft_of(script) && index < draft_of(script)->steps;
}

/* An ordinary user may not remove what is of the ids that are only lent to it, nor look into overlayfs's own folder. */
static bool has_owners(const struct script *script)
{
	return draft_of(script) && script->start.holder && !host_privileged(script->request->host);
}

static void add_lent(const struct plan_draft *draft, struct text *out)
{
	for (size_t i = 0; i < draft->lent.count; i++)
		words_with(out, " ", draft->lent.at[i]);
}

void script_add_draft_end(const struct script *script, struct text *out)
{
	const struct plan_draft *draft = draft_of(script);

	if (!draft)
		return;
	script_add_leases_end(script, out);
	if (has_owners(script)) {
		text_add(out, "\t[ -z \"$owners\" ] ||\n"
			      "\t\tnsenter --user=/proc/self/fd/4 rm -rf --one-file-system \"$folder\"");
		add_lent(draft, out);
		text_add(out, " 2>/dev/null || :\n");
	} else if (!host_privileged(script->request->host)) {
		/* All is the user's own, and overlayfs's folder has no mode at all. */
		text_add(out, "\tchmod -R u+rwx \"$folder\"");
		add_lent(draft, out);
		text_add(out, " 2>/dev/null || :\n");
	}
	text_add(out, "\trm -rf --one-file-system \"$folder\"");
	add_lent(draft, out);
	text_add(out, "\n");
}

void script_add_draft_owners(const struct script *script, struct text *out)
{
	if (has_owners(script))
		text_add(out, "# What the container has made is its users', whom this keeps to remove it as.\n"
			      "exec 4<\"/proc/$holder/ns/user\"\n"
			      "owners=yes\n");
}

void script_add_draft_changes(struct script *script)
{
	if (has_owners(script))
		script_add_changes(script, "nsenter --user=\"/proc/$holder/ns/user\" ");
}

static void add_step(struct script *script, const struct step *step)
{
	script_key(script, step->why);
	if (step->kind == STEP_MAKE_DIRECTORY) {
		text_printf(script->out, "mkdir -m %04o ", step->make_directory.mode);
		text_add_word(script->out, step->make_directory.path);
	} else {
		step_command(script->out, step);
	}
	text_add(script->out, "\n");
}

/* Whoever clears up in the store leaves alone what is locked, and removes the rest of a script that was killed. */
static void add_lock(struct text *out)
{
	script_say(out, N_("# As long as somebody has it locked it is a container that is being made, and nobody's to\n"
			 "# remove.\n")
		      "exec 6<\"$folder\"\n"
		      "flock 6\n");
}

void script_add_draft(struct script *script, struct text *out)
{
	const struct plan_draft *draft = draft_of(script);

	if (!draft)
		return;
	script->out = out;
	script->margin = "";
	script->said = NULL;
	for (size_t i = 0; i < draft->steps; i++) {
		const struct step *step = &script->plan->step[i];

		if (script_is_secret(script, step))
			continue;
		add_step(script, step);
		if (step->kind == STEP_MAKE_DIRECTORY && !strcmp(step->make_directory.path, draft->folder))
			add_lock(out);
	}
	script_add_secrets(script);
	if (!has_owners(script))
		script_add_changes(script, "");
	script_add_leases(script);
	text_add(out, "\n");
	script->said = NULL;
}

void script_add_draft_folder(const struct script *script, struct text *out)
{
	if (!draft_of(script))
		return;
	script_say(out, N_("# The container's folder, which is here for as long as the container.\n"));
	words_with(out, "folder=", draft_of(script)->folder);
	text_add(out, draft_of(script)->leases ? "\nleased=''\n" : "\n");
	if (has_owners(script))
		text_add(out, "owners=''\n");
}

bool script_is_filled(const struct script *script, const char *source)
{
	const struct plan_draft *draft = draft_of(script);

	for (size_t i = 0; draft && i < draft->filled.count; i++)
		if (source && !strcmp(draft->filled.at[i], source))
			return true;
	return false;
}
