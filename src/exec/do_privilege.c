/* do_privilege.c - ids and capabilities, and giving them up. */
#include "base/sys_process.h"
#include "exec/do.h"
#include <linux/capability.h>
#include <sys/prctl.h>

int do_set_groups(struct run *run, const struct step *step)
{
	trying(run, __NR_setgroups, SUBJECT_STEP);
	return sys_setgroups(step->groups.count, step->groups.group);
}

int do_set_gid(struct run *run, const struct step *step)
{
	trying(run, __NR_setresgid, SUBJECT_STEP);
	return sys_setresgid(step->gid.id, step->gid.id, step->gid.id);
}

int do_set_uid(struct run *run, const struct step *step)
{
	trying(run, __NR_setresuid, SUBJECT_STEP);
	return sys_setresuid(step->uid.id, step->uid.id, step->uid.id);
}

int do_keep_capabilities(struct run *run, const struct step *step)
{
	trying(run, __NR_prctl, SUBJECT_STEP);
	return sys_prctl(PR_SET_KEEPCAPS, step->keep_capabilities.keep, 0, 0, 0);
}

int do_drop_bounding(struct run *run, const struct step *step)
{
	trying(run, __NR_prctl, SUBJECT_STEP);
	for (unsigned number = 0; number <= step->bounding.last && number < 64; number++) {
		int error = 0;

		if (!(step->bounding.keep & (1ULL << number)))
			error = sys_prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
		if (error)
			return error;
	}
	return 0;
}

int do_set_capabilities(struct run *run, const struct step *step)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	for (int half = 0; half < _LINUX_CAPABILITY_U32S_3; half++) {
		data[half].effective = (uint32_t)(step->capabilities.effective >> (32 * half));
		data[half].permitted = (uint32_t)(step->capabilities.permitted >> (32 * half));
		data[half].inheritable = (uint32_t)(step->capabilities.inheritable >> (32 * half));
	}
	trying(run, __NR_capset, SUBJECT_STEP);
	return sys_capset(&header, data);
}

int do_set_ambient(struct run *run, const struct step *step)
{
	int error;

	trying(run, __NR_prctl, SUBJECT_STEP);
	error = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (unsigned number = 0; number < 64 && !error; number++)
		if (step->ambient.raise & (1ULL << number))
			error = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0);
	return error;
}

int do_no_new_privileges(struct run *run, const struct step *step)
{
	trying(run, __NR_prctl, SUBJECT_STEP);
	return sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
