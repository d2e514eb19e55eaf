/* html_network.c - the networks of a container: its devices with their addresses, and the ports that are published. */
#include "show/html.h"
#include <string.h>

static void add_addresses(struct text *out, const struct host_address *address, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text_add(out, i ? ", <code>" : " <code>");
		words_address(out, &address[i]);
		text_add(out, "</code>");
	}
}

static void add_link(struct text *out, const struct plan_link *link)
{
	html_open_row(out, "device");
	html_code(out, link->inside);
	if (link->there) {
		text_printf(out, " <small>%s</small>", _("which is there already"));
	} else {
		text_add(out, " <small>");
		text_printf(out, _("%s on"), words_link_kind(link));
		text_add(out, "</small> ");
		html_code(out, link->parent);
	}
	text_printf(out, " <small>%s</small> <b>", _("of network"));
	html_add(out, link->network);
	text_add(out, "</b><br>");
	add_addresses(out, link->address, link->addresses);
	if (link->gateways)
		text_printf(out, " <small>%s</small>", _("default route via"));
	for (size_t i = 0; i < link->gateways; i++) {
		text_add(out, " <code>");
		words_address_alone(out, &link->gateway[i]);
		text_add(out, "</code>");
	}
	html_close_row(out);
}

/* The text before the next " . ", which is taken off; all of it where there is none. */
static const char *take_part(struct arena *arena, const char **at)
{
	static const char between[] = " . ";
	const char *end = strstr(*at, between), *part = *at;

	if (!end) {
		*at += strlen(*at);
		return part;
	}
	*at = end + sizeof(between) - 1;
	return arena_copy(arena, part, (size_t)(end - part));
}

/* "tcp . 127.0.0.1 . 8080 : 10.88.0.2 . 80" (net/firewall.h): the address of the host may be left out. */
static void add_port(struct text *out, const char *shown)
{
	static const char between[] = " : ";
	const char *middle = strstr(shown, between), *left, *right, *protocol, *address = "*", *port;

	html_open_row(out, "port");
	if (middle) {
		left = arena_copy(out->arena, shown, (size_t)(middle - shown));
		right = middle + sizeof(between) - 1;
		protocol = take_part(out->arena, &left);
		port = take_part(out->arena, &left);
		if (*left) {
			address = port;
			port = take_part(out->arena, &left);
		}
		html_code(out, arena_printf(out->arena, _("%s port %s/%s"), address, port, protocol));
		address = take_part(out->arena, &right);
		text_add(out, " → ");
		html_code(out, arena_printf(out->arena, _("%s port %s"), address, right));
	} else {
		html_code(out, shown);
	}
	html_close_row(out);
}

static void add_tool(struct text *out, const struct plan_tool *tool)
{
	html_open_row(out, "served by");
	text_add(out, "<code>");
	for (size_t i = 0; i < tool->args.count; i++) {
		struct text word = text_new(out->arena);

		text_add_word(&word, tool->args.at[i]);
		text_add(out, i ? " " : "");
		html_add(out, word.at);
	}
	text_add(out, "</code>");
	html_close_row(out);
}

/* Of config.json: devices of the host that become the container's. */
static void add_moved(struct text *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->step[i];

		if (step->kind != STEP_MOVE_LINK)
			continue;
		html_open_row(out, "device");
		html_code(out, step->move_link.new_name ? step->move_link.new_name : step->move_link.name);
		text_printf(out, " <small>%s</small> ", _("which is the host’s"));
		html_code(out, step->move_link.name);
		html_close_row(out);
	}
}

/* An ordinary user's. */
static void add_shared(struct text *out, const struct plan_network *network)
{
	html_open_row(out, "namespace");
	text_printf(out, "<small>%s</small> ",
		_("a network namespace that all networks of this user share, kept by the "
		  "process whose number is in"));
	html_code(out, network->holder);
	html_close_row(out);
	if (!network->ports)
		return;
	html_open_row(out, "ports served by");
	html_code(out, network->ports);
	html_close_row(out);
}

void html_network(struct text *out, const struct plan *plan, const struct plan_request *request)
{
	static const char published[] = "publish";
	const struct plan_network *network = request->network;

	if (!network && !plan_find(plan, STEP_MOVE_LINK))
		return;
	html_open_table(out, "network", "Network");
	for (size_t i = 0; network && i < network->links; i++)
		add_link(out, &network->link[i]);
	add_moved(out, plan);
	for (size_t i = 0; network && i < network->elements; i++)
		if (strncmp(network->element[i].set, published, sizeof(published) - 1) == 0)
			add_port(out, network->element[i].shown);
	for (size_t i = 0; network && i < network->bridges; i++) {
		html_open_row(out, "bridge");
		html_code(out, network->bridge[i].name);
		add_addresses(out, network->bridge[i].address, network->bridge[i].addresses);
		html_close_row(out);
	}
	if (network && network->holder)
		add_shared(out, network);
	for (size_t i = 0; network && i < network->tools; i++)
		add_tool(out, &network->tool[i]);
	html_close_table(out);
}
