/* devcgroup_emulator.h - a cgroup of the devices controller of cgroup v1, after security/device_cgroup.c of Linux 6.x.
 * Its parent allows all. */
#pragma once
#include "plan/device_rules.h"

enum { DEVCGROUP_EXCEPTIONS = 256 };

struct devcgroup_exception {
	char type;
	uint32_t major, minor;		/* UINT32_MAX: all */
	unsigned access;
};

struct devcgroup {
	bool allow;			/* all but the exceptions */
	struct devcgroup_exception exception[DEVCGROUP_EXCEPTIONS];
	size_t exceptions;
};

/* write(2) to devices.allow or devices.deny. False where that ends with an error. */
bool devcgroup_write(struct devcgroup *cgroup, const struct device_line *line);

/* Whether a process in the cgroup may do that; access is not 0. */
bool devcgroup_allows(const struct devcgroup *cgroup, char type, uint32_t major, uint32_t minor,
		      unsigned access);
