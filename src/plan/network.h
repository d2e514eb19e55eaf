/* network.h - the networks that a container is in: what no config.json says, and the engine asks for. */
#pragma once
#include "base/text.h"
#include "host/host.h"
#include "spec/spec.h"
#include <stdbool.h>
#include <stddef.h>

/* A bridge of this machine, which its first container makes. */
struct plan_bridge {
	const char *network;		/* whose it is, as a person called it */
	const char *name;		/* "taru0" */
	unsigned mtu;			/* bytes; 0: the kernel's own choice */
	unsigned vlan;			/* the one that its ports and it are in, untagged; 0: it does not filter */
	const struct host_address *address;	/* of this machine in it: the gateways */
	size_t addresses;
};

enum link_kind {
	LINK_VETH,			/* a pair of devices, the other end is a port of a bridge */
	LINK_MACVLAN, LINK_IPVLAN	/* a device on top of one of this machine's */
};

/* Beside the default ones. */
struct plan_route {
	struct host_address to, via;
	unsigned metric;		/* 0: the kernel's own choice */
};

/* A network device of the container. */
struct plan_link {
	enum link_kind kind;
	const char *network;		/* as in plan_bridge */
	const char *parent;		/* the bridge, or the device below */
	const char *outside;		/* LINK_VETH: the end that stays here */
	const char *inside;		/* "eth0" */
	unsigned mode;			/* MACVLAN_MODE_*, IPVLAN_MODE_* */
	unsigned mtu;			/* bytes; 0: as plan_bridge has it, or the kernel's own choice */
	unsigned char mac[6];		/* all 0: the kernel's own choice */
	const struct host_address *address;
	size_t addresses;
	const struct host_address *gateway;	/* of the default routes, at most one for each family */
	size_t gateways;
	const struct plan_route *route;	/* of two to the same place with the same metric the first link's is made */
	size_t routes;
	bool there;			/* the container has it already, with its addresses: only the routes are new */
};

/* A device that the container is to lose. */
struct plan_gone_link { const char *network, *inside; };

/* A program that serves a network: it is in the background, and ready, when who has started it ends with 0. */
struct plan_tool {
	const char *network;		/* as in plan_bridge */
	struct texts args;		/* the first is its absolute path; they end in a NULL */
	/* Of a tool that serves the container's namespace alone: the one of its words that is the number of the
	 * container's process, TOOL_PROCESS until it is known. NULL: it is of the machine's. */
	char *process;
};

enum { TOOL_PROCESS_ROOM = 24 };
#define TOOL_PROCESS "PID"

/* An element of a set or a map in the firewall's table (nft(8)). Numbers are as on the wire; where several stand
 * together (a concatenation), each begins at a multiple of four bytes. */
struct plan_element {
	const char *set;		/* "publish4" */
	const unsigned char *key, *value;
	size_t key_size, value_size;	/* bytes; value_size 0: of a set */
	const char *shown;		/* as nft has it: "tcp . 8080 : 10.88.0.2 . 80" */
};

struct plan_network {
	const struct plan_bridge *bridge;
	size_t bridges;
	const struct plan_link *link;
	size_t links;
	const struct plan_gone_link *gone;	/* those that a container that runs loses */
	size_t gone_links;
	const struct plan_tool *tool;
	size_t tools;
	const char *rules;		/* the firewall's table as text for nft(8), where it is not there yet; NULL */
	const struct plan_element *element;
	size_t elements;
	/* Of this machine, written once the bridges are there: "/proc/sys/net/ipv4/ip_forward", "1"; NULL: none */
	const struct pairs *settings;
	/* Of an ordinary user: the file with the number of the process that keeps the namespace of its networks, in
	 * which the whole plan is done. NULL: they are the machine's. */
	const char *holder;
	const char *enter;		/* the program by which a shell enters it */
	const char *ports;		/* the command line of who serves the ports then; NULL: there are none */
};
