/* endpoint.c - see endpoint.h */
#include "engine/endpoint.h"
#include "base/fd.h"
#include "base/file.h"
#include "engine/outward.h"
#include "engine/parts.h"
#include "base/tree.h"
#include <string.h>
#include <sys/socket.h>

enum { ENDPOINTS_MAX = 16 << 20 };	/* bytes: 65535 ports take 6 MB */

static const struct field endpoint_fields[] = {
	{ "network", FIELD_TEXT, FIELD_AT(struct endpoint, network), .required = true },
	{ "networkId", FIELD_TEXT, FIELD_AT(struct endpoint, network_id), .required = true },
	{ "driver", FIELD_TEXT, FIELD_AT(struct endpoint, driver), .required = true },
	{ "parent", FIELD_TEXT, FIELD_AT(struct endpoint, parent), .empty = true, .required = true },
	{ "outside", FIELD_TEXT, FIELD_AT(struct endpoint, outside), .empty = true, .required = true },
	{ "inside", FIELD_TEXT, FIELD_AT(struct endpoint, inside), .required = true },
	{ "mac", FIELD_TEXT, FIELD_AT(struct endpoint, mac), .empty = true, .required = true },
	{ "addresses", FIELD_TEXTS, FIELD_ARRAY(struct endpoint, addresses.at, addresses.count) },
	{ "gateways", FIELD_TEXTS, FIELD_ARRAY(struct endpoint, gateways.at, gateways.count) },
	{ "aliases", FIELD_TEXTS, FIELD_ARRAY(struct endpoint, aliases.at, aliases.count) },
	{ "resolvers", FIELD_TEXTS, FIELD_ARRAY(struct endpoint, resolvers.at, resolvers.count) },
	{ 0 }
};

static const struct field fields[] = {
	{ "endpoints", FIELD_LIST, FIELD_ARRAY(struct endpoints, at, count), .fields = endpoint_fields },
	{ "ports", FIELD_LIST, FIELD_ARRAY(struct endpoints, port, ports), .fields = record_port_fields },
	{ 0 }
};

bool endpoints_read(struct engine *engine, int folder, struct endpoints *ret_endpoints)
{
	struct problem bad = { 0 };
	struct decoder decoder = { engine->arena, &bad };
	const struct json *value;
	char *text;
	size_t length;
	int error = file_read_kept(engine->arena, folder, ENDPOINTS_FILE, ENDPOINTS_MAX, &text, &length);

	*ret_endpoints = (struct endpoints){ .damaged = error };
	if (error)
		return error != -ENOENT;
	value = json_read(engine->arena, text, length, ENDPOINTS_FILE, &bad);
	if (value && value->kind == JSON_OBJECT)
		json_decode(&decoder, value, fields, ret_endpoints);
	if (bad.found || !value || value->kind != JSON_OBJECT)
		*ret_endpoints = (struct endpoints){ .damaged = true };
	return true;
}

bool endpoints_of(struct engine *engine, const char *id, struct endpoints *ret_endpoints)
{
	const char *path = arena_printf(engine->arena, CONTAINERS "/%s", id);
	closes int folder = sys_openat(engine->store->fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

	*ret_endpoints = (struct endpoints){ 0 };
	return folder >= 0 && endpoints_read(engine, folder, ret_endpoints);
}

static void put_endpoint(struct json_writer *out, const struct endpoint *endpoint)
{
	json_open_object(out, NULL);
	json_put_text(out, "network", endpoint->network);
	json_put_text(out, "networkId", endpoint->network_id);
	json_put_text(out, "driver", endpoint->driver);
	json_put_text(out, "parent", endpoint->parent);
	json_put_text(out, "outside", endpoint->outside);
	json_put_text(out, "inside", endpoint->inside);
	json_put_text(out, "mac", endpoint->mac);
	texts_put(out, "addresses", &endpoint->addresses);
	texts_put(out, "gateways", &endpoint->gateways);
	texts_put(out, "aliases", &endpoint->aliases);
	texts_put(out, "resolvers", &endpoint->resolvers);
	json_close(out);
}

int endpoints_write(struct engine *engine, int folder, const struct endpoints *endpoints)
{
	struct text text = text_new(engine->arena);
	struct json_writer out = json_writer_new(&text, "\t");

	json_open_object(&out, NULL);
	json_open_array(&out, "endpoints");
	for (size_t i = 0; i < endpoints->count; i++)
		put_endpoint(&out, &endpoints->at[i]);
	json_close(&out);
	record_put_ports(&out, "ports", endpoints->port, endpoints->ports);
	json_close(&out);
	return folder_write(folder, ENDPOINTS_FILE, text.at, text.length);
}

void endpoints_lose(int folder)
{
	folder_write(folder, ENDPOINTS_FILE, "", 0);
}

void endpoints_forget(int folder)
{
	/* What a fault has put in its place goes, too. */
	tree_remove(folder, ENDPOINTS_FILE);
}

const char *endpoint_bare(struct arena *arena, const char *address)
{
	return arena_copy(arena, address, strcspn(address, "/"));
}

static const char *of_family(const struct texts *list, int family)
{
	for (size_t i = 0; i < list->count; i++)
		if ((strchr(list->at[i], ':') ? AF_INET6 : AF_INET) == family)
			return list->at[i];
	return NULL;
}

const char *endpoint_address(const struct endpoint *endpoint, int family)
{
	return of_family(&endpoint->addresses, family);
}

const char *endpoint_gateway(const struct endpoint *endpoint, int family)
{
	return of_family(&endpoint->gateways, family);
}

int made_port_family(const struct made_port *port)
{
	return strchr(port->address, ':') ? AF_INET6 : AF_INET;
}

const struct endpoint *endpoints_published(const struct endpoints *endpoints, int family)
{
	for (size_t i = 0; i < endpoints->count; i++) {
		const struct endpoint *endpoint = &endpoints->at[i];

		if (endpoint->outside[0] && endpoint->gateways.count && endpoint_address(endpoint, family))
			return endpoint;
	}
	return NULL;
}

void endpoints_drop_unpublished(struct endpoints *endpoints)
{
	size_t kept = 0;

	/* Its ports are those of the program's. */
	if (endpoints->count && outward_is(endpoints->at[0].driver))
		return;
	for (size_t i = 0; i < endpoints->ports; i++)
		if (endpoints_published(endpoints, made_port_family(&endpoints->port[i])))
			endpoints->port[kept++] = endpoints->port[i];
	endpoints->ports = kept;
}
