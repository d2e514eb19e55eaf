/* connect_files.c - hosts and resolv.conf of a container in networks: see connect.h.
 *
 * What the options and this machine say is in hosts.asked and resolv.conf.asked since the container was made. Both
 * files are made of that again at each start, since addresses may be others then.
 */
#include "base/fd.h"
#include "base/file.h"
#include "engine/connect.h"
#include "engine/parts.h"
#include "net/address.h"
#include "net/network.h"
#include <string.h>
#include <sys/socket.h>

enum { FILE_MAX = 1 << 20, NAMESERVERS = 3 };

static const int families[] = { AF_INET, AF_INET6 };

static const char *read_asked(struct engine *engine, int folder, const char *name)
{
	char *text;
	size_t length;

	return file_read_kept(engine->arena, folder, name, FILE_MAX, &text, &length) ? NULL : text;
}

const char *network_resolv_asked(struct engine *engine, int folder)
{
	return read_asked(engine, folder, RESOLV_ASKED);
}

/* The machine as containers see it: the first gateway. */
static const char *first_gateway(const struct endpoints *endpoints)
{
	for (size_t i = 0; i < endpoints->count; i++)
		for (size_t f = 0; f < 2; f++)
			if (endpoint_gateway(&endpoints->at[i], families[f]))
				return endpoint_gateway(&endpoints->at[i], families[f]);
	return NULL;
}

/* "host-gateway NAME", of --add-host NAME:host-gateway, gets the gateway's address; where there is none the line
 * goes. */
static void add_asked(struct text *out, const char *asked, const char *gateway)
{
	static const char word[] = HOST_GATEWAY "\t";
	const size_t length = sizeof(word) - 1;

	for (const char *line = asked; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const int end = (int)strcspn(line, "\n");

		if (strncmp(line, word, length) != 0)
			text_printf(out, "%.*s\n", end, line);
		else if (gateway)
			text_printf(out, "%s\t%.*s\n", gateway, end - (int)length, line + length);
	}
}

static const char *make_hosts(struct engine *engine, const char *asked, const char *hostname,
			      const struct endpoints *endpoints)
{
	struct text out = text_new(engine->arena);
	const char *gateway = first_gateway(endpoints);

	bool addresses = false;

	add_asked(&out, asked, gateway);
	if (gateway)
		text_printf(&out, "%s\thost.docker.internal host.containers.internal\n", gateway);
	for (size_t i = 0; i < endpoints->count && hostname; i++)
		for (size_t f = 0; f < 2; f++) {
			const char *address = endpoint_address(&endpoints->at[i], families[f]);

			if (address)
				text_printf(&out, "%s\t%s\n", endpoint_bare(engine->arena, address), hostname);
			addresses = addresses || address;
		}
	if (hostname && !addresses)
		text_printf(&out, "127.0.1.1\t%s\n", hostname);
	return out.at;
}

/* The network whose resolver is asked: one that asks others for names of the outside, where there is one. It knows the
 * names of all networks that the container is in (network_write_asked()), and those of an internal one alone would say
 * that no others are there: to musl, which asks all at once, and to glibc, which believes the first. */
static const struct endpoint *asked_network(const struct endpoints *endpoints)
{
	const struct endpoint *internal = NULL;

	for (size_t i = 0; i < endpoints->count; i++) {
		if (endpoints->at[i].resolvers.count && endpoints->at[i].gateways.count)
			return &endpoints->at[i];
		if (endpoints->at[i].resolvers.count && !internal)
			internal = &endpoints->at[i];
	}
	return internal;
}

static bool are_given(const char *asked)
{
	return !strncmp(asked, RESOLV_GIVEN, sizeof(RESOLV_GIVEN) - 1);
}

/* The address of a line "nameserver ADDRESS" that a resolver outside of the container can ask, else NULL. */
static const char *outer_server(struct arena *arena, const char *line)
{
	static const char word[] = "nameserver ";
	const size_t length = sizeof(word) - 1;
	struct host_address address;
	const char *text;

	if (strncmp(line, word, length) != 0)
		return NULL;
	text = arena_copy(arena, line + length, strcspn(line + length, "\n"));
	return address_read(text, &address) && strcmp(text, "::1") != 0 && strncmp(text, "127.", 4) != 0 ? text : NULL;
}

struct texts network_given_servers(struct arena *arena, const char *asked)
{
	struct texts servers = { 0 };

	if (!asked || !are_given(asked))
		return servers;
	for (const char *line = asked; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *server = outer_server(arena, line);

		if (server)
			texts_add(arena, &servers, server);
	}
	return servers;
}

/* The resolver knows the containers, and asks the machine's name servers for the rest, or those that were given. Who
 * reads the file takes three addresses. In the default network, as with docker, those that were given are asked
 * directly, and so are those that only the container reaches, or the resolver may not ask. */
static const char *make_resolv(struct engine *engine, const char *asked, const struct endpoints *endpoints)
{
	const struct endpoint *network = asked_network(endpoints);
	const bool given = are_given(asked);
	struct text out = text_new(engine->arena);

	if (given && network && !strcmp(network->network, NETWORK_DEFAULT))
		network = NULL;
	for (size_t i = 0; network && i < network->resolvers.count && i < NAMESERVERS; i++)
		text_printf(&out, "nameserver %s\n", network->resolvers.at[i]);
	for (const char *line = asked; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const bool replaced = out.length && !strncmp(line, "nameserver", 10) && network &&
				      network->resolvers.count &&
				      (!given || (network->gateways.count && outer_server(engine->arena, line)));

		if (!replaced)
			text_printf(&out, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
	return out.at;
}

/* Not by rename: a container that runs has this very file in its tree, and it is its owner's. Should this be killed
 * halfway, the next start does it again. */
static int write_in_place(int folder, const char *name, const char *text)
{
	closes int fd = file_open_kept(folder, name, O_WRONLY | O_TRUNC, 0);

	/* Of an ordinary user's container whose root is not that user: a new file, of the user's own. */
	if (fd == -EACCES)
		return folder_write(folder, name, text, strlen(text));
	return fd < 0 ? fd : file_write_all(fd, text, strlen(text));
}

int network_write_files(struct engine *engine, int folder, const char *hostname, const struct endpoints *endpoints,
			const char *asked)
{
	const char *own = read_asked(engine, folder, HOSTS_ASKED);
	int error = write_in_place(folder, "hosts", make_hosts(engine, own ? own : "", hostname, endpoints));

	return error ? error :
		       write_in_place(folder, "resolv.conf", make_resolv(engine, asked ? asked : "", endpoints));
}
