/* json_network.c - steps about network devices as data. */
#include "show/json.h"

static void put_address(struct json_writer *json, const char *key, const struct host_address *address)
{
	struct text text = text_new(json->text->arena);

	words_address(&text, address);
	json_put_text(json, key, text.at);
}

static void put_gateway(struct json_writer *json, const struct host_address *gateway)
{
	struct text text = text_new(json->text->arena);

	words_address_alone(&text, gateway);
	json_put_text(json, "via", text.at);
}

void put_link_up(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->link_up.name);
}

void put_no_link_local(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->no_link_local.name);
}

void put_remove_link(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->remove_link.name);
}

void put_move_link(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->move_link.name);
	json_put_text(json, "newName", step->move_link.new_name);
	json_put_unsigned(json, "device", step->move_link.index);
}

void put_add_address(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->add_address.name);
	put_address(json, "address", step->add_address.address);
	if (step->add_address.at_once)
		json_put_bool(json, "atOnce", true);
}

void put_make_bridge(struct json_writer *json, const struct step *step)
{
	const struct plan_bridge *bridge = step->make_bridge.bridge;

	json_put_text(json, "name", bridge->name);
	if (bridge->mtu)
		json_put_unsigned(json, "mtu", bridge->mtu);
	if (bridge->vlan)
		json_put_unsigned(json, "vlan", bridge->vlan);
	json_open_array(json, "addresses");
	for (size_t i = 0; i < bridge->addresses; i++)
		put_address(json, NULL, &bridge->address[i]);
	json_close(json);
}

void put_add_link(struct json_writer *json, const struct step *step)
{
	const struct plan_link *link = step->add_link.link;

	json_put_text(json, "type", words_link_kind(link));
	json_put_text(json, "parent", link->parent);
	if (link->kind == LINK_VETH)
		json_put_text(json, "outside", link->outside);
	json_put_text(json, "name", link->inside);
	json_put_text(json, "mode", words_link_mode(link));
	json_put_text(json, "mac", words_link_mac(json->text->arena, link));
	if (link->mtu)
		json_put_unsigned(json, "mtu", link->mtu);
}

void put_add_route(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->add_route.name);
	if (step->add_route.to)
		put_address(json, "to", step->add_route.to);
	if (step->add_route.via)
		put_gateway(json, step->add_route.via);
	if (step->add_route.metric)
		json_put_unsigned(json, "metric", step->add_route.metric);
}

void put_run_tool(struct json_writer *json, const struct step *step)
{
	json_put_texts(json, "args", (const char *const *)step->run_tool.tool->args.at);
}
