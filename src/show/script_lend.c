/* script_lend.c - in the script: mounts that the runtime's shell makes in the container's mount namespace, since only
 * the host's root may do it.
 *
 * The plan opens their sources with the host's rights and hands descriptors over. A shell cannot do that: so the
 * container's says where something is to be mounted, and waits until the runtime's has mounted it there.
 */
#include "show/script.h"
#include <linux/sched.h>
#include <string.h>

bool script_is_lent(const struct script *script, const struct step *step)
{
	const struct step *source;

	if (!(script->start.flags & CLONE_NEWUSER || script->start.join[NAMESPACE_USER]) ||
	    !host_privileged(script->request->host))
		return false;
	if (step->kind == STEP_MOUNT_LAYERS)
		return step->mount_layers.slot != SLOT_NONE;
	source = step->kind == STEP_BIND ? script_source(script->plan, step->bind.slot) : NULL;
	return source && source->lane == LANE_RUNTIME;
}

static bool lends(const struct script *script, enum step_kind kind)
{
	for (size_t i = 0; i < script->plan->count; i++)
		if (script->plan->step[i].kind == kind && script_is_lent(script, &script->plan->step[i]))
			return true;
	return false;
}

bool script_lends_mounts(const struct script *script)
{
	return lends(script, STEP_BIND);
}

static bool lends_beneath(const struct script *script)
{
	for (size_t i = 0; i < script->plan->count; i++) {
		const struct step *step = &script->plan->step[i];

		if (step->kind == STEP_BIND && script_is_lent(script, step) &&
		    script_is_beneath(script_source(script->plan, step->bind.slot)))
			return true;
	}
	return false;
}

bool script_lends_root(const struct script *script)
{
	return lends(script, STEP_MOUNT_LAYERS);
}

void script_add_lend_functions(const struct script *script, struct text *out)
{
	if (lends(script, STEP_BIND) || script_lends_root(script)) {
		script_say(out, script_among_mounts_function);
		text_add(out, "as_root() { ");
		script_add_enter(script, out);
		text_add(out, " \"$@\"; }\n");
	}
	if (lends(script, STEP_BIND))
		script_say(out, script_lend_mount_function);
	if (lends_beneath(script) || script_changes_beneath(script))
		script_say(out, script_beneath_function);
	if (script_lends_root(script))
		script_say(out, script_owners_function);
}

void script_add_borrow_function(const struct script *script, struct text *out)
{
	if (lends(script, STEP_BIND))
		script_say(out, script_borrow_function);
}

/* --- ids --- */

/* "0:100000:65536 …", as a word. */
static void add_map_words(struct text *out, const struct id_maps *maps)
{
	struct text words = text_new(out->arena);

	for (size_t i = 0; i < maps->count; i++)
		text_printf(&words, "%s%u:%u:%u", i ? " " : "", maps->at[i].inside, maps->at[i].outside,
			    maps->at[i].count);
	words_with(out, " ", words.at);
}

/* --- the layers --- */

/* Into an idmapped mount only somebody can write who has an id there: the container's root, who may mount this file
 * system too. */
static void add_layers(struct script *script, const struct step *step, bool mapped)
{
	struct text command = text_new(script->arena);
	struct step plain = *step;

	plain.mount_layers.slot = SLOT_NONE;
	step_command(&command, &plain);
	words_with(script->out, mapped ? "\tas_root sh -euc " : "\tlend sh -euc ", command.at);
	text_add(script->out, "\n");
}

/* What is mounted in the idmapped mount would go with it. */
static void add_show_root(struct script *script)
{
	words_with(script->out, "\tlend mount --rbind ", script_root_path(script));
	text_add(script->out, " \"$rootfs\"\n");
}

static void lend_layers(struct script *script, const struct step *step)
{
	const struct step *mapping = script_mapping(script->plan, step->mount_layers.slot);
	const char *from = step->mount_layers.layers->from;
	struct text *out = script->out;

	script_say(out,
		N_("# By an idmapped mount, so that files belong to who owns them in the image; mount(8) has that\n"
		   "# from util-linux 2.39 on. Else each file gets another owner, in a copy of its own.\n")
		      "await_gate layers\n");
	script_add_if_idmap(out);
	words_with(out, "\tlend mount --bind -o ", script_idmap_option(script->arena, mapping));
	words_with(out, " ", from);
	words_with(out, " ", from);
	text_add(out, "\n");
	add_layers(script, step, true);
	add_show_root(script);
	words_with(out, "\tlend umount -l ", from);
	text_add(out, "\nelse\n");
	add_layers(script, step, false);
	words_with(out, "\tgive_owners \"/proc/$child/root\"", script_root_path(script));
	add_map_words(out, mapping->id_mapping.uid);
	add_map_words(out, mapping->id_mapping.gid);
	text_add(out, "\n");
	add_show_root(script);
	text_add(out, "fi\n"
		      "open_gate layers-mounted\n");
}

/* --- a bind --- */

static void add_lend_mount(struct script *script, const struct step *step, const char *indent, const char *map)
{
	const struct texts changes = script_filled_changes(script, step->bind.source);
	const struct step *mapping = script_mapping(script->plan, step->bind.slot);
	const char *owner = mapping ? script_filled_owner(script, step->bind.source, mapping) : NULL;
	struct text *out = script->out;

	text_printf(out, "%slend_mount ", indent);
	if (script_is_beneath(script_source(script->plan, step->bind.slot)))
		text_add(out, "\"$beneath\"");
	else
		text_add_word(out, step->bind.source);
	words_with(out, " ", owner ? owner : script_is_filled(script, step->bind.source) ? "fill" : "");
	text_add(out, step->bind.all ? " --rbind" : " --bind");
	if (map)
		words_with(out, " -o ", map);
	text_add(out, "\n");
	for (size_t i = 0; i < changes.count; i++)
		text_printf(out, "%s%s\n", indent, changes.at[i]);
}

/* Files in the container's folder are the script's own, and can be given away. */
static bool is_own(const struct script *script, const char *path)
{
	const struct plan_draft *draft = script->request->draft;

	return draft && !strncmp(path, draft->folder, strlen(draft->folder));
}

static void lend_bind(struct script *script, const struct step *step)
{
	const struct step *mapping = script_mapping(script->plan, step->bind.slot);
	const struct step *source = script_source(script->plan, step->bind.slot);
	struct text *out = script->out;

	if (script_is_beneath(source)) {
		script_find_beneath(out, source);
		text_add(out, "\n");
	}
	if (!mapping) {
		add_lend_mount(script, step, "", NULL);
		return;
	}
	script_add_if_idmap(out);
	add_lend_mount(script, step, "\t", script_idmap_option(script->arena, mapping));
	text_add(out, "else\n");
	if (is_own(script, step->bind.source)) {
		text_printf(out, "\tchown %u:%u ", mapping->id_mapping.uid->at[0].outside,
			    mapping->id_mapping.gid->at[0].outside);
		text_add_word(out, step->bind.source);
		text_add(out, "\n");
	} else {
		text_add(out, "\t");
		script_add_without_idmap(out, step);
	}
	add_lend_mount(script, step, "\t", NULL);
	text_add(out, "fi\n");
}

void script_lend(struct script *script, const struct step *step)
{
	script_key(script, step->why);
	if (step->kind == STEP_MOUNT_LAYERS)
		lend_layers(script, step);
	else
		lend_bind(script, step);
}

void script_borrow(struct script *script, const struct step *step)
{
	if (step->kind == STEP_MOUNT_LAYERS)
		script_command(script, "open_gate layers; await_gate layers-mounted");
	else
		script_place(script, "borrow_mount", step->bind.target);
}
