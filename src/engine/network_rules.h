/* network_rules.h - what the firewall's table has to have: the elements of all networks that have containers, and of
 * all containers that run, of what their network.json says. Others may flush the machine's rules at any time.
 */
#pragma once
#include "engine/endpoint.h"
#include "net/firewall.h"

struct network_rules {
	struct firewall_elements elements;
	struct texts bridges;		/* of networks that have containers */
	struct texts containers;	/* whole IDs: those that are in such a network */
	struct texts published;		/* bridges where a port leads to */
	bool ipv6;			/* somebody is to leave the machine by IPv6 */
	struct texts unsettled;		/* whole IDs: those that somebody starts or ends at this moment */
};

/* Of those that run: for a start that finds no table. Others that are being started add their own. */
void network_rules_of_running(struct engine *engine, struct network_rules *ret_rules);

/* Also of those that are being started or ended, which are named. */
void network_rules_of_all(struct engine *engine, struct network_rules *ret_rules);

/* Makes the table anew, and what the kernel must allow beside it. Who starts or ends a container meanwhile is waited
 * for, and what that has changed is added or taken away, so that nothing is missing then. *ret_rules: what was made. */
bool network_rules_reload(struct engine *engine, struct network_rules *ret_rules, struct problem *problem);

/* After such a start: `table` is what it has written. Who of these has ended meanwhile has taken his elements out
 * before they were written; they are taken out again, and who is about to end is waited for. What does not succeed is
 * for `system check --repair`. */
void network_rules_settle(struct engine *engine, struct network_rules *table);

/* How many elements the kernel's table does not have; all where there is no table, or one of another version. 0 or
 * -errno. */
int network_rules_missing(const struct network_rules *rules, size_t *ret_missing);

/* Rules of others that drop what these networks forward: a line for each, with what mends it. */
void network_rules_find_others(struct engine *engine, const struct network_rules *rules, struct text *out);

/* The same at a start: of those of the container's networks whose bridges are not there yet, so that it is told once
 * and not for each container. Where nobody else has rules it costs some microseconds. */
void network_rules_warn(struct engine *engine, const struct made *made, struct text *warnings);
