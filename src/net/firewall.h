/* firewall.h - the firewall of container networks: one table of nftables, `inet taru`.
 *
 * Its rules never change. What containers and networks are is in its sets and maps, where a packet's answer is found at
 * once however many there are:
 *
 *	bridges, inside		our bridges; each with itself, for what comes from a bridge and goes back to it
 *	internal		bridges that nothing passes, in or out
 *	isolated, strict	bridges that others like them, or all others, do not reach
 *	masquerade4, …6		bridges whose packets leave this machine with its own address
 *	publish4, …6		a published port of one of this machine's addresses -> a container's address and port;
 *				port 53 of a bridge's address -> where the network's resolver listens
 *	publish_any4, …6	of all its addresses
 *
 * What the rules say:
 *  - A published port is found by connections to an address of this machine, from outside (with the source address
 *    kept), from this machine (127.0.0.1 too: the bridge needs net.ipv4.conf.BRIDGE.route_localnet=1, and what comes
 *    from a bridge for 127.0.0.0/8 is dropped, which that would let in), and from containers, of its own network
 *    (hairpin) or another, but not of an internal one. ::1 is not to be had: the kernel does not take the answers.
 *    It is refused at once there, and clients go on to 127.0.0.1.
 *  - Whoever addresses a container's own address from outside of the machine is dropped, also for a published port, as
 *    Docker does since 28.
 *  - Nothing is accepted on behalf of other tables: where one of them drops, the packet is gone
 *    (firewall_find_others() says so).
 */
#pragma once
#include "base/problem.h"
#include "plan/plan.h"

/* What the table's comment says. A table of another version is to be made anew: firewall_reload(). */
#define FIREWALL_VERSION "taru 1"

/* --- pure --- */

/* A bridge network. */
struct firewall_network {
	const char *bridge;		/* its device */
	bool internal;
	bool isolated, strict;		/* see above; a strict one is both */
	bool masquerade;
};

struct firewall_port {
	int protocol;			/* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP */
	struct host_address host;	/* family 0: all addresses of the family of `container` */
	uint16_t host_port;
	struct host_address container;	/* of the same family */
	uint16_t container_port;
};

struct firewall_elements {
	struct plan_element *at;
	size_t count, room;
};

/* Adds the elements. All of them are in the arena; those of a set stand together if all networks are added before all
 * ports, as firewall_sort() has them in any case. */
void firewall_add_network(struct arena *arena, struct firewall_elements *to, const struct firewall_network *network);
void firewall_add_port(struct arena *arena, struct firewall_elements *to, const struct firewall_port *port);

/* All of another list that are not there already. */
void firewall_add_all(struct arena *arena, struct firewall_elements *to, const struct firewall_elements *from);

/* Those of `of` that `but` does not have. */
struct firewall_elements firewall_without(struct arena *arena, const struct firewall_elements *of,
					  const struct firewall_elements *but);

/* Puts those of a set together: fewer messages. */
void firewall_sort(struct firewall_elements *elements);

/* The table as text for nft(8), with the elements; it fails where there is one already. */
const char *firewall_rules(struct arena *arena, const struct plan_element *element, size_t count);

/* --- this machine, in the network namespace that the process is in --- */

enum firewall_state {
	FIREWALL_ABSENT,		/* there is no table */
	FIREWALL_OTHER,			/* there is one of another version */
	FIREWALL_THERE
};

/* One question to the kernel. The state, or -errno: -EOPNOTSUPP for a kernel without nf_tables. */
int firewall_is_there(void);

/* The same, and *ret_taken: the first of these elements that is another container's port, or of all addresses where
 * another's at a single one is in front of it; `count` for none. */
int firewall_look(const struct plan_element *element, size_t count, size_t *ret_taken);

/* Takes elements away, those that are there; see elements_remove(). 0 or -errno; without a table there are none. */
int firewall_remove_elements(const struct plan_element *element, size_t count);

/* The same for adding, to what runs (network connect). -EADDRINUSE: element *ret_at is another container's port. */
int firewall_add_elements(const struct plan_element *element, size_t count, size_t *ret_at);

/* How many of them the table does not have. 0 or -errno. */
int firewall_missing_elements(const struct plan_element *element, size_t count, size_t *ret_missing);

/* Makes the table anew with these elements in one transaction: of all networks and of all containers that run. `nft` is
 * where nft(8) is (struct host). */
bool firewall_reload(struct arena *arena, const char *nft, const struct plan_element *element, size_t count,
		     struct problem *problem);
