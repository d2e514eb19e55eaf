/* script_changes.c - in the script of a container that is not there yet: what is done to directories before they are
 * mounted (U, z, Z), and its secrets, which the script reads where they are kept.
 */
#include "show/script.h"
#include <string.h>

/* --- owners and labels --- */

static const struct plan_changes *changes_of(const struct script *script)
{
	static const struct plan_changes none;

	return script->request->draft ? &script->request->draft->changes : &none;
}

static const char *target(struct arena *arena, const struct plan_change *change)
{
	struct text text = text_new(arena);

	text_add(&text, " -- ");
	if (change->beneath)
		text_add(&text, "\"$beneath\"");
	else
		text_add_word(&text, change->path);
	return text.at;
}

/* With room for the commands of all changes. */
static struct texts new_commands(const struct script *script)
{
	enum { OF_ONE = 3 };

	return (struct texts){ ARENA_ARRAY(script->arena, changes_of(script)->count * OF_ONE + 1, char *), 0 };
}

static void add_command(struct texts *commands, const char *text)
{
	commands->at[commands->count++] = (char *)(uintptr_t)text;
}

/* Adds the commands, those that need rights behind `prefix`. By an ordinary user ids are those of the container. */
static void add_commands(const struct script *script, const struct plan_change *change, const char *prefix,
			 struct texts *commands)
{
	const bool owner = change->owner && !(script_is_filled(script, change->path) && script_lends_mounts(script));
	const bool root = host_privileged(script->request->host);
	struct arena *arena = script->arena;
	struct text words = text_new(arena);

	if (change->beneath) {
		words_with(&words, "find_beneath ", change->path);
		words_with(&words, " ", change->beneath);
		add_command(commands, words.at);
	}
	if (owner)
		add_command(commands,
			  arena_printf(arena, "%schown -hR %u:%u%s", prefix, root ? change->uid : change->inside_uid,
				       root ? change->gid : change->inside_gid, target(arena, change)));
	/* A file system without labels is no fault. */
	if (change->label)
		add_command(commands,
			  arena_printf(arena, "%schcon -hR %s%s || echo '(a failure is no fault here)' >&2", prefix,
				       change->label, target(arena, change)));
}

/* An ordinary user who has one id has no other to give files to: a namespace of that id does. */
void script_add_changes(struct script *script, const char *prefix)
{
	const struct plan_changes *changes = changes_of(script);

	if (!prefix[0] && !host_privileged(script->request->host))
		prefix = "unshare --map-root-user ";
	for (size_t i = 0; i < changes->count; i++) {
		struct texts commands = new_commands(script);

		if (script_is_filled(script, changes->at[i].path))
			continue;
		script_key(script, arena_printf(script->arena, _("%s: whose the files become, before they are mounted"),
						changes->at[i].option));
		add_commands(script, &changes->at[i], prefix, &commands);
		for (size_t j = 0; j < commands.count; j++)
			text_printf(script->out, "%s\n", commands.at[j]);
	}
}

/* In the container's user namespace. */
static uint32_t outside(const struct id_maps *maps, uint32_t inside)
{
	for (size_t i = 0; i < maps->count; i++)
		if (inside - maps->at[i].inside < maps->at[i].count)
			return maps->at[i].outside + (inside - maps->at[i].inside);
	return inside;
}

struct texts script_filled_changes(const struct script *script, const char *path)
{
	const struct plan_changes *changes = changes_of(script);
	struct texts commands = new_commands(script);

	for (size_t i = 0; script_is_filled(script, path) && i < changes->count; i++)
		if (!strcmp(changes->at[i].path, path))
			add_commands(script, &changes->at[i], "", &commands);
	return commands;
}

const char *script_filled_owner(const struct script *script, const char *path, const struct step *mapping)
{
	const struct plan_changes *changes = changes_of(script);
	const struct id_maps *uids = mapping->id_mapping.uid, *gids = mapping->id_mapping.gid;
	const char *owner = NULL;

	for (size_t i = 0; script_is_filled(script, path) && i < changes->count; i++) {
		const struct plan_change *change = &changes->at[i];

		if (change->owner && !strcmp(change->path, path))
			owner = arena_printf(script->arena, "%u:%u", outside(uids, change->inside_uid),
					     outside(gids, change->inside_gid));
	}
	return owner;
}

bool script_changes_beneath(const struct script *script)
{
	const struct plan_changes *changes = changes_of(script);

	for (size_t i = 0; i < changes->count; i++)
		if (changes->at[i].beneath)
			return true;
	return false;
}

/* --- secrets --- */

bool script_is_secret(const struct script *script, const struct step *step)
{
	const struct plan_draft *draft = script->request->draft;

	for (size_t i = 0; step->kind == STEP_WRITE_FILE && i < draft->secrets; i++)
		if (draft->secret[i].path && !strcmp(draft->secret[i].path, step->write_file.path))
			return true;
	return false;
}

/* The name of the variable of the script that has the value. */
static const char *secret_name(struct arena *arena, size_t index)
{
	return arena_printf(arena, "TARU_SECRET_%zu", index + 1);
}

/* What a command prints loses the newlines at its end, but for the dot. */
static void add_variable(struct script *script, const struct plan_secret *secret, size_t index)
{
	const char *name = secret_name(script->arena, index);

	words_with(script->out, arena_printf(script->arena, "%s=$(tail -n +2 ", name), secret->from);
	text_printf(script->out, "; echo .)\n%s=${%s%%.}\nexport %s\n", name, name, name);
}

static void add_copy(struct script *script, const struct plan_secret *secret)
{
	words_with(script->out, "tail -n +2 ", secret->from);
	words_with(script->out, " >", secret->path);
	text_printf(script->out, "\nchmod %04o ", secret->mode);
	text_add_word(script->out, secret->path);
	text_add(script->out, "\n");
}

void script_add_secrets(struct script *script)
{
	const struct plan_draft *draft = script->request->draft;
	size_t variables = 0;

	for (size_t i = 0; i < draft->secrets; i++) {
		script_key(script, N_("--secret: what is in it is not told, but read where it is kept"));
		if (draft->secret[i].path)
			add_copy(script, &draft->secret[i]);
		else
			add_variable(script, &draft->secret[i], variables++);
	}
}

void script_ask_for_secrets(const struct script *script, struct text *out)
{
	const struct texts *names = script->request->secret_variables;

	if (!names || !names->count || script->request->draft)
		return;
	script_say(out, N_("# --secret: what is in it is not told. Whoever knows it gives it to the script in a "
			   "variable.\n"));
	for (size_t i = 0; i < names->count; i++) {
		const char *name = secret_name(script->arena, i);

		text_printf(out, "[ -n \"${%s+given}\" ] || {\n", name);
		words_with(out, "\techo ", arena_printf(script->arena, "%s is to be set to the secret in '%s'", name,
							names->at[i]));
		text_add(out, " >&2\n\texit 1\n}\n");
	}
	text_add(out, "\n");
}

/* "NAME=*******" in the plan. */
bool script_add_secret(const struct script *script, struct text *out, const char *entry)
{
	const struct texts *names = script->request->secret_variables;

	for (size_t i = 0; names && i < names->count; i++) {
		const size_t length = strlen(names->at[i]);

		if (strncmp(entry, names->at[i], length) != 0 || entry[length] != '=')
			continue;
		text_add_word(out, arena_copy(script->arena, entry, length + 1));
		text_printf(out, "\"$%s\"", secret_name(script->arena, i));
		return true;
	}
	return false;
}
