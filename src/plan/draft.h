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

/* What is made of a container that is not there yet before it starts: by the first steps of its plan. */
struct plan_draft {
	const char *folder;		/* of the container: it goes with it */
	size_t steps;			/* so many */
	struct texts filled;		/* directories of new volumes that get what the image has in their place */
	struct texts lent;		/* folders of new volumes that go with the container */
	struct texts changes;		/* sentences: what is done to directories before they are bound */
	const struct plan_lease *lease;	/* in each network */
	size_t leases;
};
