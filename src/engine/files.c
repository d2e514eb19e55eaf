/* files.c - the files that a container gets from the engine: hostname, hosts, resolv.conf. */
#include "engine/files.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/parts.h"
#include "net/address.h"
#include "spec/reason.h"
#include <string.h>

#define SYSTEMD_RESOLV "/run/systemd/resolve/resolv.conf"

enum { FILE_MAX = 1 << 20 };

static bool shares_network(const struct run_asked *asked)
{
	return asked->network && !strcmp(asked->network, "host");
}

/* A file of this machine, or "" where there is none. */
static const char *own_file(struct arena *arena, const char *path)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, path, FILE_MAX, &text, &length) ? "" : text;
}

/* --add-host NAME:ADDRESS */
static void add_host(struct text *out, const char *given, bool networks, struct problem *problem)
{
	const char *colon = strpbrk(given, ":="), *address = colon ? colon + 1 : "";
	size_t length = strlen(address);
	struct host_address read;
	bool good;

	if (length > 2 && address[0] == '[' && address[length - 1] == ']')
		address = arena_copy(out->arena, address + 1, length - 2);
	good = address_read(address, &read) || (networks && !strcmp(address, HOST_GATEWAY));
	if (!strcmp(address, HOST_GATEWAY) && !networks)
		problem_set(problem, "option '--add-host': '%s': the container is in no network with a gateway", given);
	else if (!good || !colon || colon == given || strpbrk(given, " \t\n"))
		problem_set(problem, "option '--add-host': '%s' is not NAME:ADDRESS", given);
	else
		text_printf(out, "%s\t%.*s\n", address, (int)(colon - given), given);
}

/* The file is written once more, where it is, when it is known what its networks add. */
static bool write_both(const struct container_making *making, const char *asked, const char *name,
		       const struct text *text, struct problem *problem)
{
	return (!asked || engine_write(making, asked, text->at, text->length, problem)) &&
	       engine_write(making, name, text->at, text->length, problem);
}

/* Whether a line of hosts(5) names the name. */
static bool has_host(struct arena *arena, const char *hosts, const char *name)
{
	char *rest = arena_copy(arena, hosts, strlen(hosts)), *line, *word;

	while ((line = strsep(&rest, "\n"))) {
		line[strcspn(line, "#")] = '\0';
		while ((word = strsep(&line, " \t")))
			if (!strcmp(word, name))
				return true;
	}
	return false;
}

/* --hosts-file PATH|image|none: what stands in it is taken as it is. An image without such a file has an empty one. */
static const char *base_hosts(struct arena *arena, const struct run_asked *asked, const struct container_root *root,
			      struct problem *problem)
{
	const char *path = asked->hosts_file;
	char *text = NULL;
	size_t length;
	int error = 0;

	if (!path || !path[0])
		return shares_network(asked) ? own_file(arena, "/etc/hosts") : "";
	if (asked->no_hosts)
		problem_set(problem, "options '--hosts-file' and '--no-hosts': one of them only");
	if (!strcmp(path, "image"))
		root_read_file(root, "etc/hosts", FILE_MAX, &text, &length);
	else if (path[0] == '/')
		error = file_read(arena, AT_FDCWD, path, FILE_MAX, &text, &length);
	else if (strcmp(path, "none") != 0)
		problem_set(problem, "option '--hosts-file': '%s' is none of image, none, and an absolute path", path);
	if (error)
		problem_set(problem, "option '--hosts-file': cannot read '%s': %s", path, reason_words(error));
	return text ? text : "";
}

/* What --add-host says comes before a file that was asked for, as podman has it: the first line counts. */
static bool write_hosts(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			const struct container_root *root, bool networks, const char *hostname,
			struct problem *problem)
{
	const char *base = base_hosts(engine->arena, asked, root, problem);
	struct text text = text_new(engine->arena), added = text_new(engine->arena);

	for (size_t i = 0; i < asked->add_hosts.count; i++)
		add_host(&added, asked->add_hosts.at[i], networks, problem);
	text_add(&text, "");
	if (asked->hosts_file && added.length)
		text_add(&text, added.at);
	text_printf(&text, "%s%s", base, base[0] && base[strlen(base) - 1] != '\n' ? "\n" : "");
	if ((asked->hosts_file || !shares_network(asked)) && !has_host(engine->arena, base, "localhost"))
		text_add(&text, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
				"fe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\n"
				"ff02::2\tip6-allrouters\n");
	/* In networks it has an address of its own. */
	if (!shares_network(asked) && !networks && hostname)
		text_printf(&text, "127.0.1.1\t%s\n", hostname);
	if (!asked->hosts_file && added.length)
		text_add(&text, added.at);
	return !problem->found && write_both(making, networks ? HOSTS_ASKED : NULL, "hosts", &text, problem);
}

static void add_words(struct text *out, const char *word, const struct texts *list)
{
	if (!list->count)
		return;
	text_add(out, word);
	for (size_t i = 0; i < list->count; i++)
		text_printf(out, " %s", list->at[i]);
	text_add(out, "\n");
}

/* Whether the line names a server that only this machine's own loopback device leads to. */
static bool is_loopback(const char *line)
{
	const char *at = line + strcspn(line, " \t\n");

	at += strspn(at, " \t");
	return !strncmp(line, "nameserver", 10) && (!strncmp(at, "127.", 4) || !strncmp(at, "::1", 3));
}

static bool has_other_server(const char *text)
{
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (!strncmp(line, "nameserver", 10) && !is_loopback(line))
			return true;
	return false;
}

/* This machine's. Where there is a resolver on it that containers in networks do not reach, systemd's, it has those
 * that it asks itself in a file of its own (systemd-resolved(8), «/etc/resolv.conf»). */
static const char *own_resolv(struct arena *arena, bool networks)
{
	const char *own = own_file(arena, "/etc/resolv.conf");

	if (networks && !has_other_server(own) && has_other_server(own_file(arena, SYSTEMD_RESOLV)))
		return own_file(arena, SYSTEMD_RESOLV);
	return own;
}

/* --dns ADDRESS; resolv.conf(5) has the device of one that is of a link behind a '%'. */
static void add_server(struct text *out, const char *given, struct problem *problem)
{
	const char *address = arena_copy(out->arena, given, strcspn(given, "%"));
	struct host_address read;
	const bool scoped = address_read(address, &read) && read.family == AF_INET6 && !strpbrk(given, " \t\n");

	if (!scoped && !address_read(given, &read))
		problem_set(problem, "option '--dns': '%s' is no address, as in 192.0.2.53 or 2001:db8::53", given);
	text_printf(out, "nameserver %s\n", given);
}

/* What the options do not say is as this machine has it. */
static bool write_resolv(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			 bool networks, struct problem *problem)
{
	struct text text = text_new(engine->arena);
	const char *own = own_resolv(engine->arena, networks);

	if (asked->dns.count)
		text_add(&text, RESOLV_GIVEN);
	for (const char *line = own; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		bool replaced = (networks && is_loopback(line)) ||
				(asked->dns.count && !strncmp(line, "nameserver", 10)) ||
				(asked->dns_search.count && !strncmp(line, "search", 6)) ||
				(asked->dns_options.count && !strncmp(line, "options", 7));

		if (!replaced)
			text_printf(&text, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
	for (size_t i = 0; i < asked->dns.count; i++)
		add_server(&text, asked->dns.at[i], problem);
	add_words(&text, "search", &asked->dns_search);
	add_words(&text, "options", &asked->dns_options);
	return !problem->found && write_both(making, networks ? RESOLV_ASKED : NULL, "resolv.conf", &text, problem);
}

bool engine_write_files(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			const struct container_root *root, bool networks, const char *hostname,
			struct problem *problem)
{
	const char *name = hostname ? arena_printf(engine->arena, "%s\n", hostname) :
				      own_file(engine->arena, "/etc/hostname");

	return engine_write(making, "hostname", name, strlen(name), problem) &&
	       write_hosts(engine, making, asked, root, networks, hostname, problem) &&
	       write_resolv(engine, making, asked, networks, problem);
}
