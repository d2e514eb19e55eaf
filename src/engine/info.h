/* info.h - what there is of the engine on this machine, and what the machine is: for `taru info`. */
#pragma once
#include "engine/container.h"
#include "host/host.h"

struct engine_info {
	struct host host;
	size_t containers, running, paused, images;
	const char *kernel, *machine, *name;	/* uname(2): "6.1.0-13-amd64", "x86_64", "cellar" */
	const char *system;		/* os-release(5): "Debian GNU/Linux 12 (bookworm)"; "" where it does not say */
	unsigned processors;		/* that this process may use */
	uint64_t memory;		/* bytes */
	bool seccomp, cgroup_namespaces;
};

/* Looks at all of it. Containers that cannot be read are lines of `warnings`. */
bool engine_info_read(struct engine *engine, struct engine_info *ret_info, struct text *warnings,
		      struct problem *problem);
