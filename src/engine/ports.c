/* ports.c - see ports.h */
#include "engine/ports.h"
#include "net/address.h"
#include "spec/lists.h"
#include <string.h>

static const char *const protocols[] = { "tcp", "udp", "sctp", NULL };

/* --- numbers --- */

struct range { uint32_t first, last; };

/* A number that is all of the text from `text` to `end`. */
static bool read_number(const char *text, const char *end, uint32_t *ret_port)
{
	enum { DIGITS = 5 };
	char digits[DIGITS + 1] = "";
	uint64_t number;

	if (end == text || end - text > DIGITS)
		return false;
	memcpy(digits, text, (size_t)(end - text));
	if (!text_to_u64(digits, &number) || !number || number > UINT16_MAX)
		return false;
	*ret_port = (uint32_t)number;
	return true;
}

/* "80", "8000-8010" */
static bool read_range(const char *text, const char *end, struct range *ret_range)
{
	const char *dash = memchr(text, '-', (size_t)(end - text));

	if (!read_number(text, dash ? dash : end, &ret_range->first))
		return false;
	ret_range->last = ret_range->first;
	return !dash || (read_number(dash + 1, end, &ret_range->last) && ret_range->first <= ret_range->last);
}

/* What is behind the slash at `end`; NULL for what is no protocol. */
static const char *read_protocol(const char *end)
{
	if (!*end)
		return protocols[0];
	for (size_t i = 0; protocols[i]; i++)
		if (!strcasecmp(end + 1, protocols[i]))
			return protocols[i];
	return NULL;
}

/* --- what is exposed --- */

static void expose(struct arena *arena, struct texts *list, const char *given)
{
	const char *end = strchrnul(given, '/'), *protocol = read_protocol(end);
	const char *text = arena_printf(arena, "%.*s/%s", (int)(end - given), given, protocol);

	if (!texts_have(list, text))
		texts_add(arena, list, text);
}

static bool is_exposable(const char *given)
{
	const char *end = strchrnul(given, '/');
	struct range range;

	return read_protocol(end) && read_range(given, end, &range);
}

struct texts ports_exposed(struct arena *arena, const struct json *image, const struct run_asked *asked,
			   struct problem *problem)
{
	const struct json *ports = json_get(image, "ExposedPorts");
	struct texts list = { 0 };

	for (const struct json *port = ports && ports->kind == JSON_OBJECT ? ports->first : NULL; port;
	     port = port->next)
		if (port->key && is_exposable(port->key))
			expose(arena, &list, port->key);
	for (size_t i = 0; i < asked->expose.count; i++)
		if (is_exposable(asked->expose.at[i]))
			expose(arena, &list, asked->expose.at[i]);
		else
			problem_set(problem,
				    "option '--expose': '%s' is not PORT[-PORT][/tcp|/udp|/sctp], with numbers from "
				    "1 to 65535", asked->expose.at[i]);
	return list;
}

/* --- what is published --- */

struct publishing { struct arena *arena; struct made *made; size_t room; struct problem *problem; };

static bool meet(const struct made_port *one, const struct made_port *other)
{
	if (one->outside != other->outside || one->outside_last != one->outside ||
	    other->outside_last != other->outside || strcmp(one->protocol, other->protocol) != 0)
		return false;
	return !one->address[0] || !other->address[0] || !strcmp(one->address, other->address);
}

static void publish(struct publishing *publishing, const struct made_port *port)
{
	struct made *made = publishing->made;

	for (size_t i = 0; port->outside && i < made->ports; i++)
		if (meet(&made->port[i], port))
			problem_set(publishing->problem,
				    "option '--publish': port %u/%s of this machine is asked for twice: for %u and "
				    "for %u",
				    port->outside, port->protocol, made->port[i].inside, port->inside);
	made->port = arena_grow(publishing->arena, made->port, made->ports, &publishing->room, sizeof(*made->port));
	made->port[made->ports++] = *port;
}

/* Each inside has its outside, of which there are as many; or any one of them where one is inside. */
static bool publish_range(struct publishing *publishing, const char *address, const char *protocol,
			  const struct range *outside, const struct range *inside)
{
	const uint32_t count = inside->last - inside->first + 1, places = outside->last - outside->first + 1;

	if (outside->first && count != 1 && count != places)
		return false;
	for (uint32_t i = 0; i < count; i++)
		publish(publishing, &(struct made_port){
			.address = address,
			.protocol = protocol,
			.outside = outside->first ? outside->first + i : 0,
			.outside_last = !outside->first ? 0 : count == 1 ? outside->last : outside->first + i,
			.inside = inside->first + i,
		});
	return true;
}

static const char *wrong_form(const char *given)
{
	if (strspn(given, "0123456789") == strlen(given) || !strpbrk(given, "0123456789"))
		return "ports are numbers from 1 to 65535";
	return "it is [[ADDRESS:][PORT[-PORT]]:]PORT[-PORT][/tcp|/udp|/sctp], an address of IPv6 in brackets";
}

/* An address in front of the last colon but one: "" where there is none. NULL for what is none. */
static const char *read_address(struct arena *arena, const char *given, const char *end)
{
	size_t length = (size_t)(end - given);
	struct host_address read;
	const char *text;

	if (!length)
		return "";
	if (length > 2 && given[0] == '[' && given[length - 1] == ']') {
		text = arena_copy(arena, given + 1, length - 2);
		/* One address is one text. */
		return address_read(text, &read) && read.family == AF_INET6 ? address_text(arena, &read) : NULL;
	}
	text = arena_copy(arena, given, length);
	return address_read(text, &read) && read.family == AF_INET ? text : NULL;
}

static const char *last_colon(const char *from, const char *end)
{
	return memrchr(from, ':', (size_t)(end - from));
}

/* NULL, or what is wrong. */
static const char *read_one(struct publishing *publishing, const char *given)
{
	const char *end = strchrnul(given, '/'), *protocol = read_protocol(end);
	const char *inner = last_colon(given, end), *outer = inner ? last_colon(given, inner) : NULL, *address = "";
	const char *bracket = inner ? memrchr(given, ']', (size_t)(inner - given)) : NULL;
	struct range inside, outside = { 0, 0 };

	if (!protocol)
		return "its protocol is none of tcp, udp, sctp";
	/* A colon within brackets is the address's own. */
	if (outer && bracket && outer < bracket)
		return wrong_form(given);
	if (outer)
		address = read_address(publishing->arena, given, outer);
	if (!address)
		return "what is in front of the ports is no address; one of IPv6 stands in brackets";
	if (!read_range(inner ? inner + 1 : given, end, &inside))
		return wrong_form(given);
	if (inner && inner != (outer ? outer + 1 : given) &&
	    !read_range(outer ? outer + 1 : given, inner, &outside))
		return wrong_form(given);
	return publish_range(publishing, address, protocol, &outside, &inside) ?
		       NULL : "one range has more ports than the other";
}

static void publish_exposed(struct publishing *publishing, const struct texts *exposed)
{
	const struct range any = { 0, 0 };
	const struct made *made = publishing->made;
	struct range inside;

	for (size_t i = 0; i < exposed->count; i++) {
		const char *end = strchrnul(exposed->at[i], '/');
		bool there = false;

		if (!read_range(exposed->at[i], end, &inside))
			continue;
		for (size_t j = 0; j < made->ports; j++)
			there |= made->port[j].inside == inside.first && !strcmp(made->port[j].protocol, end + 1);
		if (!there)
			publish_range(publishing, "", read_protocol(end), &any, &inside);
	}
}

void ports_read(struct arena *arena, const struct run_asked *asked, struct made *made, struct problem *problem)
{
	struct publishing publishing = { arena, made, 0, problem };

	for (size_t i = 0; i < asked->publish.count; i++) {
		const char *wrong = read_one(&publishing, asked->publish.at[i]);

		if (wrong)
			problem_set(problem, "option '--publish': '%s': %s", asked->publish.at[i], wrong);
	}
	if (asked->publish_all)
		publish_exposed(&publishing, &made->expose);
}

/* --- how they are told --- */

const char *const *port_addresses(struct arena *arena, const struct made_port *port)
{
	static const char *const all[] = { "0.0.0.0", "[::]", NULL };
	const char **one = ARENA_ARRAY(arena, 2, const char *);

	if (!port->address[0])
		return all;
	one[0] = strchr(port->address, ':') ? arena_printf(arena, "[%s]", port->address) : port->address;
	return one;
}

/* How many from `port` on follow each other, inside and outside. */
static size_t in_a_row(const struct made_port *port, size_t count)
{
	size_t row = 1;

	while (row < count && port[row].inside == port->inside + row && port[row].outside == port->outside + row &&
	       !strcmp(port[row].protocol, port->protocol) && !strcmp(port[row].address, port->address))
		row++;
	return row;
}

static void add_row(struct text *out, const char *address, const struct made_port *port, size_t row)
{
	if (out->length)
		text_add(out, ", ");
	text_printf(out, "%s:%u", address, port->outside);
	if (row > 1)
		text_printf(out, "-%u", port->outside + (uint32_t)row - 1);
	text_printf(out, "->%u", port->inside);
	if (row > 1)
		text_printf(out, "-%u", port->inside + (uint32_t)row - 1);
	text_printf(out, "/%s", port->protocol);
}

static bool is_published(const struct made_port *port, size_t count, const char *exposed)
{
	const char *end = strchrnul(exposed, '/');
	struct range range;

	if (!*end || !read_range(exposed, end, &range))
		return false;
	for (size_t i = 0; i < count; i++)
		if (port[i].inside == range.first && !strcmp(port[i].protocol, end + 1))
			return true;
	return false;
}

const char *ports_words(struct arena *arena, const struct made_port *port, size_t count, const struct texts *exposed)
{
	struct text out = text_new(arena);
	size_t row;

	for (size_t i = 0; i < count; i += row) {
		row = in_a_row(&port[i], count - i);
		for (const char *const *address = port_addresses(arena, &port[i]); *address; address++)
			add_row(&out, *address, &port[i], row);
	}
	for (size_t i = 0; i < exposed->count; i++)
		if (!is_published(port, count, exposed->at[i]))
			text_printf(&out, "%s%s", out.length ? ", " : "", exposed->at[i]);
	return out.at;
}
