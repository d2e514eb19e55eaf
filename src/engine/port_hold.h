/* port_hold.h - the ports of this machine that a container publishes are held by sockets that are bound to them and
 * never used. So no other program gets one by chance, and one that is taken is told before anything is made. */
#pragma once
#include "engine/container.h"

struct held_ports {
	struct made_port *port;		/* each with its address and its one port of this machine */
	size_t ports;
	int *socket;
	size_t sockets;
};

/* Takes a port for each that is asked for: of IPv4, of IPv6, or both, as the container has addresses. An address of a
 * family that it has not is a problem; so is a port that is taken, with the container or the process that has it.
 * The sockets are closed on execve. */
bool ports_hold(struct engine *engine, const struct made *made, bool ipv4, bool ipv6, struct held_ports *ret_held,
		struct problem *problem);

/* The same, for a program that takes them itself: they are looked at, and free again when this returns. */
bool ports_choose(struct engine *engine, const struct made *made, bool ipv4, bool ipv6, struct held_ports *ret_held,
		  struct problem *problem);

/* Closes them. */
void ports_let_go(struct held_ports *held);

/* Tells that the port is this user's, and what to do. */
void ports_tell_taken(const struct made_port *port, const char *user, struct problem *problem);

/* port_user.c: who has the port, in words: "container web", "process 812 (nginx)". The second only knows containers.
 * NULL: it is not seen, as who has a socket that does not listen. */
const char *port_user(struct engine *engine, const struct made_port *port);
const char *port_container(struct engine *engine, const struct made_port *port);
