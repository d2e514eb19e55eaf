/* why_cgroup.c - causes of failures with cgroups: making them, entering them, and the values of their files. */
#include "show/why.h"
#include <errno.h>

#define DELEGATE \
	"the container's cgroup can only be made where cgroups are the user's own: run it in a unit with " \
	"Delegate=yes (systemd-run --user --scope -p Delegate=yes …)"
#define BELOW_USE "the limit is below what is in use already; end processes first, or take a higher one"

const struct cause cgroup_causes[] = {
	{ STEP_MAKE_CGROUP, EBUSY, ANY, "@target has processes in it already",
	  "another container may be called alike: give linux.cgroupsPath a name of its own" },
	{ STEP_MAKE_CGROUP, EDEADLK, ANY, "@target is frozen, and a process in it would never begin",
	  "write 0 to its cgroup.freeze (v1: THAWED to freezer.state), or take another linux.cgroupsPath" },
	{ STEP_MAKE_CGROUP, EACCES, ANY, "@target may not be made", DELEGATE },
	{ STEP_MAKE_CGROUP, EPERM, ANY, "@target may not be made", DELEGATE },
	{ STEP_MAKE_CGROUP, EROFS, ANY, "@target cannot be made: the cgroup file system is read-only here",
	  "mount it writable, or use --cgroup-manager disabled" },
	{ STEP_MAKE_CGROUP, EAGAIN, ANY, "@target cannot be made: there are as many cgroups as are allowed, or so deep",
	  "see cgroup.max.descendants and cgroup.max.depth above it" },
	{ STEP_MAKE_CGROUP, ENOSPC, ANY, "@target cannot be made: the kernel has no more numbers for cgroups",
	  "see /proc/cgroups for who has so many" },
	{ STEP_MAKE_CGROUP, ENOENT, ANY, "@target: what it should be in does not exist",
	  "somebody removes cgroups at the same time, or the hierarchy is not mounted" },
	{ STEP_MAKE_CGROUP, ENAMETOOLONG, ANY, "@target: the name is too long", "shorten linux.cgroupsPath" },
	{ STEP_MAKE_CGROUP, EINVAL, ANY, "@target cannot be made: the kernel does not take the name", NULL },
	{ STEP_OPEN_CGROUP, ENOENT, ANY, "@target does not exist",
	  "somebody has removed the cgroup; a container whose cgroup is gone can only be deleted" },
	{ STEP_CLONE, EBUSY, ANY, "no process may be in the cgroup, since it passes controllers on to others below it",
	  "take a cgroup below it (--cgroup PATH)" },
	{ STEP_CLONE, EOPNOTSUPP, ANY, "no process may be in the cgroup, which is threaded or in one that is",
	  "see its cgroup.type" },
	{ STEP_CLONE, EACCES, ANY, "beginning in the cgroup is refused",
	  "cgroup.procs of the cgroup above both must be the user's own. " DELEGATE },
	{ STEP_CLONE, ENOENT, ANY, "the cgroup was removed meanwhile", NULL },
	{ STEP_CLONE, ENODEV, ANY, "the cgroup was removed meanwhile", NULL },
	{ STEP_WRITE_PID, ENOENT, ANY, "@target does not exist", "somebody has removed the cgroup" },
	{ STEP_WRITE_PID, ENODEV, ANY, "@target is gone", "somebody has removed the cgroup" },
	{ STEP_WRITE_PID, ENOSPC, ANY, "the cgroup of @target has no processors or no memory nodes for a process",
	  "set linux.resources.cpu.cpus and mems; cgroups above it must have them too" },
	{ STEP_WRITE_PID, EACCES, ANY, "entering the cgroup by @target is refused", DELEGATE },
	{ STEP_WRITE_PID, EINVAL, ANY, "the kernel does not let the process into the cgroup of @target",
	  "a process with real-time scheduling needs cpu.rt_runtime_us there" },
	{ STEP_SET_DEVICES, EPERM, ANY, "setting rules for devices is not allowed",
	  "it needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, on the host" },
	{ STEP_SET_DEVICES, EINVAL, ANY, "the kernel does not take the program with the rules for devices",
	  "was it built with CONFIG_CGROUP_BPF" },
	{ STEP_SET_DEVICES, ENOSYS, ANY, "the kernel has no bpf(2)", "it must be built with CONFIG_CGROUP_BPF" },
	{ STEP_SET_DEVICES, E2BIG, ANY, "there are 64 programs for devices in @target already", NULL },
	{ STEP_WRITE_LINES, EPERM, ANY, "the rule @option is refused: the cgroup above does not have that right",
	  "see its devices.list" },
	{ STEP_WRITE_LINES, EINVAL, ANY, "the rule @option is refused",
	  "rules cannot be begun anew where there are cgroups below" },
	{ STEP_WRITE_FILE, ENOENT, ANY, "this kernel has no @target",
	  "the controller is not there, not passed on by the cgroup above, or was built without it" },
	{ STEP_WRITE_FILE, EACCES, ANY, "@target may not be written",
	  "the cgroup above does not pass the controller on" },
	{ STEP_WRITE_FILE, EPERM, ANY, "@target may not be written", NULL },
	{ STEP_WRITE_FILE, EBUSY, ANY, "the kernel does not take @option for @target",
	  "a cgroup that has processes, as the container's has, does not pass on memory, io and the like to others "
	  "below it (cgroups(7), \"no internal processes\"), and none is taken from those that pass it on themselves; "
	  "leave it out",
	  .file = "cgroup.subtree_control" },
	{ STEP_WRITE_FILE, EBUSY, ANY, "the kernel does not take @option for @target", BELOW_USE },
	{ STEP_WRITE_FILE, ENODEV, ANY, "the kernel does not take @option for @target",
	  "there is no such device, or its queue has no such limit" },
	{ STEP_WRITE_FILE, ENOSPC, ANY, "the kernel does not take @option for @target",
	  "the list is empty, or not within what the cgroup above has" },
	{ STEP_WRITE_FILE, EINVAL, ANY, "the kernel does not take @option for @target",
	  "it is no value for it, or contradicts what the cgroup, or one above it, has" },
	{ STEP_WRITE_FILE, ERANGE, ANY, "the kernel does not take @option for @target: it is out of range", NULL },
	{ STEP_WRITE_FILE, EOPNOTSUPP, ANY, "this kernel does not have the limit of @target any more", "leave it out" },
	{ 0 }
};

bool why_is_cgroup(const struct step *step)
{
	const char *path;

	switch ((int)step->kind) {
	case STEP_MAKE_CGROUP:
	case STEP_OPEN_CGROUP:
	case STEP_SET_DEVICES:
	case STEP_WRITE_LINES: return true;
	case STEP_CLONE: return step->clone.cgroup;
	case STEP_WRITE_FILE:
	case STEP_WRITE_PID:
		path = why_target(step);
		return path && cgroup_is_path(path);
	}
	return false;
}
