/* judge.c - see doctor.h: goes through the tables of checks. */
#include "doctor/judge.h"
#include <stdarg.h>

enum { FINDINGS_MAX = 128 };

static const struct check *const tables[] = {
	checks_kernel, checks_rights, checks_user, checks_cgroups, checks_network, checks_files, checks_programs,
	checks_limits,
};

const char *doctor_answer(enum answer answer)
{
	switch (answer) {
	case ANSWER_YES: return N_("yes");
	case ANSWER_PARTLY: return N_("partly");
	case ANSWER_NO: break;
	}
	return N_("no");
}

bool judge_is_root(const struct judging *judging)
{
	return judging->machine->host.uid == 0;
}

const char *judge_sysctl(const struct judging *judging, const char *name, const char *value)
{
	return arena_printf(judging->arena, _("sysctl -w %s='%s' (and the line %s=%s in /etc/sysctl.d/90-taru.conf)"),
			    name, value, name, value);
}

bool judge_has_module(const struct judging *judging, enum machine_module module)
{
	const struct machine *machine = judging->machine;

	switch (machine->module[module]) {
	case MODULE_LOADED:
	case MODULE_BUILTIN: return true;
	case MODULE_LOADABLE: return machine->sysctl[SYSCTL_MODULES_DISABLED] != 1;
	case MODULE_UNKNOWN:
	case MODULE_MISSING: break;
	}
	return false;
}

const char *judge_module_words(const struct judging *judging, enum machine_module module)
{
	switch (judging->machine->module[module]) {
	case MODULE_LOADED: return _("loaded");
	case MODULE_BUILTIN: return _("built in");
	case MODULE_LOADABLE:
		return judge_has_module(judging, module) ? _("is loaded when it is needed") :
			_("is not loaded, and the sysctl kernel.modules_disabled is 1");
	case MODULE_UNKNOWN: return _("not to be found out: there is no list of modules");
	case MODULE_MISSING: break;
	}
	return _("not there");
}

static void answer(struct judging *judging, enum answer given, const char *mend, const char *found)
{
	judging->finding->answer = given;
	judging->finding->mend = mend;
	judging->finding->found = found;
	judging->told = true;
}

void judge_yes(struct judging *judging, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	answer(judging, ANSWER_YES, NULL, arena_vprintf(judging->arena, format, list));
	va_end(list);
}

void judge_partly(struct judging *judging, const char *mend, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	answer(judging, ANSWER_PARTLY, mend, arena_vprintf(judging->arena, format, list));
	va_end(list);
}

void judge_no(struct judging *judging, const char *mend, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	answer(judging, ANSWER_NO, mend, arena_vprintf(judging->arena, format, list));
	va_end(list);
}

void judge_module(struct judging *judging)
{
	const enum machine_module module = (enum machine_module)judging->check->subject;
	const char *words = judge_module_words(judging, module), *name = machine_modules[module];

	if (judge_has_module(judging, module))
		judge_yes(judging, "%s", words);
	else if (judging->machine->module[module] == MODULE_UNKNOWN)
		judge_partly(judging, NULL, "%s", words);
	else
		judge_no(judging,
			 arena_printf(judging->arena, _("modprobe %s (and the line %s in "
							"/etc/modules-load.d/taru.conf), or boot a kernel that has "
							"it"), name, name),
			 "%s", words);
}

static void make_check(struct arena *arena, const struct machine *machine, const struct check *check,
		       struct findings *findings)
{
	const int us = machine->host.uid ? FOR_USER : FOR_ROOT;
	struct finding *finding = &findings->at[findings->count];
	struct judging judging = { arena, machine, check, finding, false };

	if (!(check->whose & us) || findings->count == FINDINGS_MAX)
		return;
	*finding = (struct finding){ .check = check->name, .purpose = check->purpose,
				     .necessary = check->needed_by & us };
	check->judge(&judging);
	findings->count += judging.told;
}

void doctor_judge(struct arena *arena, const struct machine *machine, struct findings *ret_findings)
{
	*ret_findings = (struct findings){ ARENA_ARRAY(arena, FINDINGS_MAX + 1, struct finding), 0 };
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct check *check = tables[i]; check->name; check++)
			make_check(arena, machine, check, ret_findings);
}

bool doctor_runs(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->at[i].necessary && findings->at[i].answer == ANSWER_NO)
			return false;
	return true;
}
