/* explain_network.c - steps about network devices as one line each. */
#include "show/explain.h"
#include <sys/socket.h>

void tell_link_up(struct text *out, const struct step *step)
{
	words_with(out, "ip link set dev ", step->link_up.name);
	text_add(out, " up");
}

void tell_no_link_local(struct text *out, const struct step *step)
{
	words_with(out, "ip link set dev ", step->no_link_local.name);
	text_add(out, " addrgenmode none");
}

void tell_remove_link(struct text *out, const struct step *step)
{
	words_with(out, "ip link delete dev ", step->remove_link.name);
}

void tell_move_link(struct text *out, const struct step *step)
{
	const char *name = step->move_link.new_name;

	words_with(out, "ip link set dev ", step->move_link.name);
	words_with(out, " netns \"$child\" name ", name ? name : step->move_link.name);
}

void tell_add_address(struct text *out, const struct step *step)
{
	const struct host_address *address = step->add_address.address;

	text_add(out, "ip address add ");
	words_address(out, address);
	words_with(out, " dev ", step->add_address.name);
	if (step->add_address.at_once && address->family == AF_INET6)
		text_add(out, " nodad");
}

void tell_make_bridge(struct text *out, const struct step *step)
{
	const struct plan_bridge *bridge = step->make_bridge.bridge;

	words_with(out, "ip link add name ", bridge->name);
	text_add(out, " type bridge");
	if (bridge->vlan)
		text_printf(out, " vlan_filtering 1 vlan_default_pvid %u", bridge->vlan);
}

/* The end that is in the container. */
static void add_inside(struct text *out, const struct plan_link *link)
{
	const char *mac = words_link_mac(out->arena, link);

	words_with(out, " name ", link->inside);
	text_add(out, " netns \"$child\"");
	if (link->mtu)
		text_printf(out, " mtu %u", link->mtu);
	if (mac)
		text_printf(out, " address %s", mac);
}

static void add_pair(struct text *out, const struct plan_link *link)
{
	static const char queues[] = " numtxqueues 1 numrxqueues 1";

	words_with(out, "ip link add name ", link->outside);
	words_with(out, " master ", link->parent);
	text_add(out, queues);
	if (link->mtu)
		text_printf(out, " mtu %u", link->mtu);
	text_add(out, " type veth peer");
	add_inside(out, link);
	text_add(out, queues);
}

void tell_add_link(struct text *out, const struct step *step)
{
	const struct plan_link *link = step->add_link.link;

	if (link->kind == LINK_VETH) {
		add_pair(out, link);
		return;
	}
	words_with(out, "ip link add link ", link->parent);
	add_inside(out, link);
	text_printf(out, " type %s mode %s", words_link_kind(link), words_link_mode(link));
}

void tell_add_route(struct text *out, const struct step *step)
{
	const struct host_address *to = step->add_route.to, *via = step->add_route.via;

	text_printf(out, "ip %sroute add ", (to ? to : via)->family == AF_INET6 ? "-6 " : "");
	if (to)
		words_address(out, to);
	else
		text_add(out, "default");
	if (via) {
		text_add(out, " via ");
		words_address_alone(out, via);
	}
	words_with(out, " dev ", step->add_route.name);
	if (step->add_route.metric)
		text_printf(out, " metric %u", step->add_route.metric);
}

void tell_run_tool(struct text *out, const struct step *step)
{
	const struct texts *args = &step->run_tool.tool->args;

	for (size_t i = 0; i < args->count; i++) {
		text_add(out, i ? " " : "");
		if (args->at[i] == step->run_tool.tool->process)
			text_add(out, "\"$child\"");
		else
			text_add_word(out, args->at[i]);
	}
}
