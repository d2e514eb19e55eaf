/* draft.h - what is made of a container that is only told of, before it starts: see plan.h. */
#pragma once
#include "spec/spec.h"

/* What is noted of a container in the folder of a network (net/lease.h, net/roster.h). */
struct plan_lease {
	const char *network, *folder;	/* folder: absolute */
	const char *bridge;		/* that goes with the last container; NULL: none */
	struct texts address;		/* "10.87.0.2" */
	const char *owner;		/* "ID eth0 MAC" */
	const char *lines;		/* for the resolver; "": there is none */
};

/* What is done to a directory or file before it is mounted: by U, z and Z, and to the copy of a secret. */
struct plan_change {
	const char *option;		/* that asks for it */
	const char *path;
	const char *beneath;		/* NULL, or what of it, which no link may lead out of */
	bool owner;			/* it is given to: */
	uint32_t uid, gid;		/* as this machine counts */
	uint32_t inside_uid, inside_gid;	/* as the container does */
	const char *label;		/* that it gets; NULL: none */
};

struct plan_changes {
	struct plan_change *at;
	size_t count;
};

/* A secret, whose bytes are behind the first line of a file of the store. */
struct plan_secret {
	const char *from;
	const char *path;		/* of the copy that is made; NULL: it is the value of a variable */
	uint32_t mode;			/* of the copy */
};

/* What is made of a container that is not there yet before it starts: by the first steps of its plan. */
struct plan_draft {
	const char *folder;		/* of the container: it goes with it */
	size_t steps;			/* so many */
	struct texts filled;		/* directories of new volumes that get what the image has in their place */
	struct texts lent;		/* folders of new volumes that go with the container */
	struct plan_changes changes;
	const struct plan_secret *secret;	/* those that are variables are in the order of secret_variables */
	size_t secrets;
	const struct plan_lease *lease;	/* in each network */
	size_t leases;
};
