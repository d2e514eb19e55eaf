/* build_intel_rdt.c - cache and memory bandwidth, through the resctrl file system.
 *
 * A group (CLOS) is a folder below /sys/fs/resctrl; who is in it is in its file «tasks». The
 * process enters it itself, while the host's /sys is still in reach. What was made here
 * and was not there before is removed when the container is gone (life/).
 */
#include "base/text.h"
#include "plan/build.h"
#include <errno.h>

#define RESCTRL "/sys/fs/resctrl"

static const char why[] = "linux.intelRdt";

/* All lines of the schemata file: schemata first, then the two older keys (config-linux «IntelRdt»). */
static const char *schemata_text(struct builder *b)
{
	const struct intel_rdt *rdt = &b->spec->intel_rdt;
	struct text text = text_new(b->arena);

	if (rdt->l3_cache_schema)
		text_printf(&text, "%s\n", rdt->l3_cache_schema);
	if (rdt->mem_bw_schema)
		text_printf(&text, "%s\n", rdt->mem_bw_schema);
	for (size_t i = 0; i < rdt->schemata.count; i++)
		text_printf(&text, "%s\n", rdt->schemata.at[i]);
	return text.length ? text.at : NULL;
}

void build_intel_rdt(struct builder *b)
{
	const struct intel_rdt *rdt = &b->spec->intel_rdt;
	const char *group, *schemata;

	if (!rdt->asked)
		return;
	group = arena_printf(b->arena, RESCTRL "/%s", rdt->clos_id ? rdt->clos_id : b->request->id);
	schemata = schemata_text(b);
	/* A named group without schemata must be there already. */
	if (!rdt->clos_id || schemata)
		ADD_RUNTIME(b, STEP_MAKE_DIRECTORY, why, .tolerate = EEXIST,
			    .make_directory = { group, 0755 });
	if (schemata)
		ADD_RUNTIME(b, STEP_WRITE_FILE, why,
			    .write_file = { arena_printf(b->arena, "%s/schemata", group), schemata });
	if (rdt->enable_monitoring) {
		group = arena_printf(b->arena, "%s/mon_groups/%s", group, b->request->id);
		ADD_RUNTIME(b, STEP_MAKE_DIRECTORY, why, .tolerate = EEXIST,
			    .make_directory = { group, 0755 });
	}
}

void build_enter_intel_rdt(struct builder *b)
{
	const struct intel_rdt *rdt = &b->spec->intel_rdt;
	const char *clos = rdt->clos_id ? rdt->clos_id : b->request->id;

	if (!rdt->asked)
		return;
	ADD_CONTAINER(b, STEP_WRITE_PID, why,
		      .write_pid = { arena_printf(b->arena, RESCTRL "/%s/tasks", clos) });
	if (rdt->enable_monitoring)
		ADD_CONTAINER(b, STEP_WRITE_PID, why,
			      .write_pid = { arena_printf(b->arena, RESCTRL "/%s/mon_groups/%s/tasks", clos,
							  b->request->id) });
}

void build_update_intel_rdt(struct builder *b)
{
	const struct intel_rdt *rdt = &b->spec->intel_rdt;
	const char *schemata = schemata_text(b);

	if (!schemata)
		return;
	if (rdt->clos_id)
		ADD_RUNTIME(b, STEP_WRITE_FILE, why,
			    .write_file = { arena_printf(b->arena, RESCTRL "/%s/schemata", rdt->clos_id), schemata });
	else
		problem_set(b->problem, "%s: the container has no resctrl group of its own, whose schemata could be "
			    "changed; it must be made with linux.intelRdt", why);
}
