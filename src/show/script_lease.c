/* script_lease.c - in the script of a container that is not there yet: what is noted of it in the folders of its
 * networks.
 *
 * The address is a symbolic link in there, which nobody else can make then; its names are lines of the resolver's file.
 * Both are nobody's once nobody has the container's folder locked, should the script be killed.
 */
#include "show/script.h"
#include <string.h>

static void add_lock(struct text *out, const char *indent, const struct plan_lease *lease)
{
	text_printf(out, "%sexec 5<", indent);
	text_add_word(out, lease->folder);
	text_printf(out, "\n%sflock 5\n", indent);
}

/* What is written is whole at once: the resolver reads it whenever it is another file. */
static void add_names(struct text *out, const struct plan_lease *lease)
{
	if (!lease->lines[0])
		return;
	words_with(out, "names=", lease->folder);
	text_add(out, "/names\n"
		      "[ -d \"$names\" ] || mkdir -m 0755 \"$names\"\n"
		      "{ cat \"$names/hosts\" 2>/dev/null || :; printf %s ");
	text_add_word(out, lease->lines);
	text_add(out, "; } >\"$names/hosts.new\"\n"
		      "mv \"$names/hosts.new\" \"$names/hosts\"\n");
}

static void add_lease(struct script *script, const struct plan_lease *lease)
{
	struct text *out = script->out;

	script_key(script, arena_printf(script->arena, "network %s: the address is taken, the name is made known",
					lease->network));
	add_lock(out, "", lease);
	for (size_t i = 0; i < lease->address.count; i++) {
		words_with(out, "ln -s ", lease->owner);
		words_with(out, " ", arena_printf(script->arena, "%s/leases/%s", lease->folder, lease->address.at[i]));
		text_add(out, "\n");
	}
	add_names(out, lease);
	text_add(out, "exec 5<&-\nleased=yes\n");
}

void script_add_leases(struct script *script)
{
	const struct plan_draft *draft = script->request->draft;

	for (size_t i = 0; i < draft->leases; i++)
		add_lease(script, &draft->lease[i]);
}

/* --- the end --- */

/* Whether the port leads to the container: "tcp . 8080 : 10.87.0.2 . 80". */
static bool leads_here(const struct script *script, const struct plan_element *element)
{
	const struct plan_draft *draft = script->request->draft;

	for (size_t i = 0; i < draft->leases; i++)
		for (size_t j = 0; j < draft->lease[i].address.count; j++)
			if (strstr(element->shown,
				   arena_printf(script->arena, ": %s . ", draft->lease[i].address.at[j])))
				return true;
	return false;
}

static void add_ports_end(const struct script *script, struct text *out)
{
	const struct plan_network *network = script->request->network;

	for (size_t i = 0; network && i < network->elements; i++) {
		if (!leads_here(script, &network->element[i]))
			continue;
		text_add(out, "\t\tnft delete element inet taru ");
		text_add_word(out, network->element[i].set);
		words_with(out, " ", arena_printf(script->arena, "{ %s }", network->element[i].shown));
		text_add(out, " 2>/dev/null || :\n");
	}
}

static void add_lease_end(const struct script *script, struct text *out, const struct plan_lease *lease)
{
	add_lock(out, "\t\t", lease);
	for (size_t i = 0; i < lease->address.count; i++) {
		text_add(out, "\t\trm -f ");
		text_add_word(out, arena_printf(script->arena, "%s/leases/%s", lease->folder, lease->address.at[i]));
		text_add(out, "\n");
	}
	if (lease->lines[0]) {
		words_with(out, "\t\tnames=", lease->folder);
		text_printf(out, "/names\n"
				 "\t\tsed -i '/ %.12s$/d' \"$names/hosts\" || :\n"
				 "\t\t[ -s \"$names/hosts\" ] || rm -f \"$names/hosts\"\n",
			    script->request->id);
	}
	if (lease->bridge) {
		words_with(out, "\t\t[ -n \"$(ls ", lease->folder);
		words_with(out, "/leases)\" ] || ip link delete dev ", lease->bridge);
		text_add(out, " || :\n");
	}
	text_add(out, "\t\texec 5<&-\n");
}

void script_add_leases_end(const struct script *script, struct text *out)
{
	const struct plan_draft *draft = script->request->draft;

	if (!draft->leases)
		return;
	text_add(out, "\tif [ -n \"$leased\" ]; then\n");
	add_ports_end(script, out);
	for (size_t i = 0; i < draft->leases; i++)
		add_lease_end(script, out, &draft->lease[i]);
	text_add(out, "\tfi\n");
}
