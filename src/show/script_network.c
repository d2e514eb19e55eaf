/* script_network.c - in the script: network devices that are more than one command. */
#include "show/script.h"
#include <sys/socket.h>

/* A bridge that is there is taken as it is. A new one keeps the hardware address that it began with, and does not
 * listen to routers. */
static void make_bridge(struct script *script, const struct step *step)
{
	const struct plan_bridge *bridge = step->make_bridge.bridge;
	struct text *out = script_line(script);

	words_with(out, "if ! ip link show dev ", bridge->name);
	text_add(out, " >/dev/null 2>&1; then\n\t");
	step_command(out, step);
	words_with(out, "\n\tip link set dev ", bridge->name);
	words_with(out, " address \"$(ip -br link show dev ", bridge->name);
	text_add(out, " | awk '{ print $3 }')\"");
	if (bridge->mtu)
		text_printf(out, " mtu %u", bridge->mtu);
	words_with(out, "\n\t[ ! -e /proc/sys/net/ipv6 ] || echo 0 >/proc/sys/net/ipv6/conf/", bridge->name);
	text_add(out, "/accept_ra\nfi");
}

void script_make_bridge(struct script *script, const struct step *step)
{
	const struct plan_bridge *bridge = step->make_bridge.bridge;

	make_bridge(script, step);
	words_with(script_line(script), "ip link set dev ", bridge->name);
	text_add(script->out, " up");
	for (size_t i = 0; i < bridge->addresses; i++) {
		const struct host_address *address = &bridge->address[i];

		text_add(script_line(script), "ip address replace ");
		words_address(script->out, address);
		words_with(script->out, " dev ", bridge->name);
		if (address->family == AF_INET6)
			text_add(script->out, " nodad");
	}
}

/* The other end of a pair becomes a port that hands back to the container what it sends to itself. */
void script_add_link(struct script *script, const struct step *step)
{
	const struct plan_link *link = step->add_link.link;

	step_command(script_line(script), step);
	if (link->kind != LINK_VETH)
		return;
	words_with(script_line(script), "[ ! -e /proc/sys/net/ipv6 ] || ip link set dev ", link->outside);
	text_add(script->out, " addrgenmode none");
	words_with(script_line(script), "ip link set dev ", link->outside);
	text_add(script->out, " type bridge_slave hairpin on");
	words_with(script_line(script), "ip link set dev ", link->outside);
	text_add(script->out, " up");
}

/* The shell starts itself anew in there. nsenter(1) can do the same since 2.40, with --keep-caps. */
void script_add_networks(const struct script *script, struct text *out)
{
	const struct plan_network *network = script->request->network;

	if (!network || !network->holder)
		return;
	script_say(out, N_("# networks: an ordinary user's are in a network namespace that one process keeps, while a\n"
			 "# container is in one, with a user namespace of the same ids. All that follows is done in\n"
			 "# there, as by 'nsenter --target PID --user --net --preserve-credentials --keep-caps'. So\n"
			 "# this must be a file, and one of the user's containers must run in a network.\n")
		      "if [ -z \"${TARU_IN_NETWORKS-}\" ]; then\n");
	words_with(out, "\tholder=$(cat ", network->holder);
	text_add(out, " 2>/dev/null || :)\n"
		      "\tif [ -z \"$holder\" ] || ! [ -e \"/proc/$holder\" ]; then\n"
		      "\t\techo \"no container of this user's is in a network:\" \\\n"
		      "\t\t\t\"start one, and let explain write this anew:\" >&2\n"
		      "\t\techo '\ttaru run -d --rm --network bridge host sleep 600' >&2\n"
		      "\t\texit 1\n"
		      "\tfi\n"
		      "\tif ! [ -f \"$0\" ]; then\n"
		      "\t\techo 'this script starts itself anew, and so must be a file' >&2\n"
		      "\t\texit 1\n"
		      "\tfi\n");
	words_with(out, "\tTARU_IN_NETWORKS=1 exec ", network->enter);
	text_add(out, " --enter \"$holder\" -- sh \"$0\"\nfi\n");
	if (network->ports)
		text_printf(out, "%s#\t%s\n",
			_("# Outside of it, once the container is there, its ports are served by\n"),
			    network->ports);
	text_add(out, "\n");
}
