/* risks.c - see risks.h */
#include "xray/risks.h"
#include "xray/shown.h"
#include <stdarg.h>

static const char *const severity_names[] = {
	[SEVERITY_CRITICAL] = N_("critical"), [SEVERITY_HIGH] = N_("high"), [SEVERITY_MEDIUM] = N_("medium"),
	[SEVERITY_LOW] = N_("low"), [SEVERITY_NOTE] = N_("note"),
};

_Static_assert(sizeof(severity_names) / sizeof(severity_names[0]) == SEVERITIES, "a severity has no name");

const char *severity_name(enum severity severity)
{
	return severity_names[severity];
}

void risk_add(struct judging *judging, const struct risk *risk)
{
	struct risks *risks = &judging->risks;

	risks->at = arena_grow(judging->xray->arena, risks->at, risks->count, &risks->room, sizeof(*risks->at));
	risks->at[risks->count] = *risk;
	risks->at[risks->count].what = _(risk->what);
	risks->at[risks->count].why = _(risk->why);
	risks->at[risks->count].mend = _(risk->mend);
	risks->count++;
}

const char *risk_text(const struct judging *judging, const char *format, ...)
{
	va_list list;
	const char *text;

	va_start(list, format);
	text = arena_vprintf(judging->xray->arena, format, list);
	va_end(list);
	return text;
}

const char *risk_name(const struct judging *judging, const char *name)
{
	return shown(judging->xray->arena, name);
}

enum severity risk_in_user(const struct judging *judging, enum severity host, enum severity own)
{
	return xray_own_user(judging->xray) ? own : host;
}

/* The worst first; those of one severity stay in the order in which they were found. */
static void sort(struct arena *arena, struct risks *risks)
{
	struct risk *sorted = ARENA_ARRAY(arena, risks->count + 1, struct risk);
	size_t count = 0;

	for (int severity = 0; severity < SEVERITIES; severity++)
		for (size_t i = 0; i < risks->count; i++)
			if (risks->at[i].severity == (enum severity)severity)
				sorted[count++] = risks->at[i];
	risks->at = sorted;
}

struct risks xray_judge(const struct xray *xray)
{
	struct judging judging = { xray, { 0 } };

	risks_of_mounts(&judging);
	risks_of_sharing(&judging);
	risks_of_rights(&judging);
	sort(xray->arena, &judging.risks);
	return judging.risks;
}
