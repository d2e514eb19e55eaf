/* why_cgroup.c - causes of failures with cgroups: making them, entering them, and the values of their files. */
#include "show/why.h"
#include <errno.h>

#define DELEGATE "@delegate"		/* why.c has the words */
#define BELOW_USE N_("the limit is below what is in use already; end processes first, or take a higher one")

const struct cause cgroup_causes[] = {
	{ STEP_MAKE_CGROUP, EBUSY, ANY, N_("@target has processes in it already"),
	  N_("another container may be called alike: give linux.cgroupsPath a name of its own") },
	{ STEP_MAKE_CGROUP, EDEADLK, ANY, N_("@target is frozen, and a process in it would never begin"),
	  N_("write 0 to its cgroup.freeze (v1: THAWED to freezer.state), or take another linux.cgroupsPath") },
	{ STEP_MAKE_CGROUP, EACCES, ANY, N_("@target may not be made"), DELEGATE },
	{ STEP_MAKE_CGROUP, EPERM, ANY, N_("@target may not be made"), DELEGATE },
	{ STEP_MAKE_CGROUP, EROFS, ANY, N_("@target cannot be made: the cgroup file system is read-only here"),
	  N_("mount it writable, or use --cgroup-manager disabled") },
	{ STEP_MAKE_CGROUP, EAGAIN, ANY,
	  N_("@target cannot be made: there are as many cgroups as are allowed, or so deep"),
	  N_("see cgroup.max.descendants and cgroup.max.depth above it") },
	{ STEP_MAKE_CGROUP, ENOSPC, ANY, N_("@target cannot be made: the kernel has no more numbers for cgroups"),
	  N_("see /proc/cgroups for who has so many") },
	{ STEP_MAKE_CGROUP, ENOENT, ANY, N_("@target: what it should be in does not exist"),
	  N_("somebody removes cgroups at the same time, or the hierarchy is not mounted") },
	{ STEP_MAKE_CGROUP, ENAMETOOLONG, ANY, N_("@target: the name is too long"), N_("shorten linux.cgroupsPath") },
	{ STEP_MAKE_CGROUP, EINVAL, ANY, N_("@target cannot be made: the kernel does not take the name"), NULL },
	{ STEP_OPEN_CGROUP, ENOENT, ANY, N_("@target does not exist"),
	  N_("somebody has removed the cgroup; a container whose cgroup is gone can only be deleted") },
	{ STEP_CLONE, EBUSY, ANY,
	  N_("no process may be in the cgroup, since it passes controllers on to others below it"),
	  N_("take a cgroup below it (--cgroup PATH)") },
	{ STEP_CLONE, EOPNOTSUPP, ANY, N_("no process may be in the cgroup, which is threaded or in one that is"),
	  N_("see its cgroup.type") },
	{ STEP_CLONE, EACCES, ANY, N_("beginning in the cgroup is refused"),
	  N_("cgroup.procs of the cgroup above both must be the user's own; @delegate") },
	{ STEP_CLONE, ENOENT, ANY, N_("the cgroup was removed meanwhile"), NULL },
	{ STEP_CLONE, ENODEV, ANY, N_("the cgroup was removed meanwhile"), NULL },
	{ STEP_WRITE_PID, ENOENT, ANY, N_("@target does not exist"), N_("somebody has removed the cgroup") },
	{ STEP_WRITE_PID, ENODEV, ANY, N_("@target is gone"), N_("somebody has removed the cgroup") },
	{ STEP_WRITE_PID, ENOSPC, ANY, N_("the cgroup of @target has no processors or no memory nodes for a process"),
	  N_("set linux.resources.cpu.cpus and mems; cgroups above it must have them too") },
	{ STEP_WRITE_PID, EACCES, ANY, N_("entering the cgroup by @target is refused"), DELEGATE },
	{ STEP_WRITE_PID, EINVAL, ANY, N_("the kernel does not let the process into the cgroup of @target"),
	  N_("a process with real-time scheduling needs cpu.rt_runtime_us there") },
	{ STEP_SET_DEVICES, EPERM, ANY, N_("setting rules for devices is not allowed"),
	  N_("it needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, on the host") },
	{ STEP_SET_DEVICES, EINVAL, ANY, N_("the kernel does not take the program with the rules for devices"),
	  N_("was it built with CONFIG_CGROUP_BPF") },
	{ STEP_SET_DEVICES, ENOSYS, ANY, N_("the kernel has no bpf(2)"),
	  N_("it must be built with CONFIG_CGROUP_BPF") },
	{ STEP_SET_DEVICES, E2BIG, ANY, N_("there are 64 programs for devices in @target already"), NULL },
	{ STEP_WRITE_LINES, EPERM, ANY, N_("the rule @option is refused: the cgroup above does not have that right"),
	  N_("see its devices.list") },
	{ STEP_WRITE_LINES, EINVAL, ANY, N_("the rule @option is refused"),
	  N_("rules cannot be begun anew where there are cgroups below") },
	{ STEP_WRITE_FILE, ENOENT, ANY, N_("this kernel has no @target"),
	  N_("the controller is not there, not passed on by the cgroup above, or was built without it") },
	{ STEP_WRITE_FILE, EACCES, ANY, N_("@target may not be written"),
	  N_("the cgroup above does not pass the controller on") },
	{ STEP_WRITE_FILE, EPERM, ANY, N_("@target may not be written"), NULL },
	{ STEP_WRITE_FILE, EBUSY, ANY, N_("the kernel does not take @option for @target"),
	  N_("a cgroup that has processes, as the container's has, does not pass on memory, io and the like to others "
	     "below it (cgroups(7), \"no internal processes\"), and none is taken from those that pass it on "
	     "themselves; leave it out"), .file = "cgroup.subtree_control" },
	{ STEP_WRITE_FILE, EBUSY, ANY, N_("the kernel does not take @option for @target"), BELOW_USE },
	{ STEP_WRITE_FILE, ENODEV, ANY, N_("the kernel does not take @option for @target"),
	  N_("there is no such device, or its queue has no such limit") },
	{ STEP_WRITE_FILE, ENOSPC, ANY, N_("the kernel does not take @option for @target"),
	  N_("the list is empty, or not within what the cgroup above has") },
	{ STEP_WRITE_FILE, EINVAL, ANY, N_("the kernel does not take @option for @target"),
	  N_("it is no value for it, or contradicts what the cgroup, or one above it, has") },
	{ STEP_WRITE_FILE, ERANGE, ANY, N_("the kernel does not take @option for @target: it is out of range"), NULL },
	{ STEP_WRITE_FILE, EOPNOTSUPP, ANY, N_("this kernel does not have the limit of @target any more"),
	N_("leave it out") },
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
