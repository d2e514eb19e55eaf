/* files.c - the files that a container gets from the engine: hostname, hosts, resolv.conf. */
#include "engine/files.h"
#include "base/file.h"
#include "base/sys.h"
#include <arpa/inet.h>
#include <string.h>

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
static void add_host(struct text *out, const char *given, struct problem *problem)
{
	const char *colon = strpbrk(given, ":="), *address = colon ? colon + 1 : "";
	size_t length = strlen(address);
	unsigned char bytes[16];

	if (length > 2 && address[0] == '[' && address[length - 1] == ']')
		address = arena_copy(out->arena, address + 1, length - 2);
	if (!colon || colon == given || strpbrk(given, " \t\n") ||
	    (inet_pton(AF_INET, address, bytes) != 1 && inet_pton(AF_INET6, address, bytes) != 1))
		problem_set(problem, "option '--add-host': '%s' is not NAME:ADDRESS", given);
	else
		text_printf(out, "%s\t%.*s\n", address, (int)(colon - given), given);
}

static bool write_hosts(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			const char *hostname, struct problem *problem)
{
	struct text text = text_new(engine->arena);

	if (shares_network(asked))
		text_add(&text, own_file(engine->arena, "/etc/hosts"));
	else
		text_add(&text, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
				"fe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\n"
				"ff02::2\tip6-allrouters\n");
	if (!shares_network(asked) && hostname)
		text_printf(&text, "127.0.1.1\t%s\n", hostname);
	for (size_t i = 0; i < asked->add_hosts.count; i++)
		add_host(&text, asked->add_hosts.at[i], problem);
	return !problem->found && engine_write(making, "hosts", text.at, text.length, problem);
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

/* What the options do not say is as this machine has it. */
static bool write_resolv(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			 struct problem *problem)
{
	struct text text = text_new(engine->arena);
	const char *own = own_file(engine->arena, "/etc/resolv.conf");

	for (const char *line = own; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		bool replaced = (asked->dns.count && !strncmp(line, "nameserver", 10)) ||
				(asked->dns_search.count && !strncmp(line, "search", 6)) ||
				(asked->dns_options.count && !strncmp(line, "options", 7));

		if (!replaced)
			text_printf(&text, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
	for (size_t i = 0; i < asked->dns.count; i++)
		text_printf(&text, "nameserver %s\n", asked->dns.at[i]);
	add_words(&text, "search", &asked->dns_search);
	add_words(&text, "options", &asked->dns_options);
	return engine_write(making, "resolv.conf", text.at, text.length, problem);
}

bool engine_write_files(struct engine *engine, const struct container_making *making, const struct run_asked *asked,
			const char *hostname, struct problem *problem)
{
	const char *name = hostname ? arena_printf(engine->arena, "%s\n", hostname) :
				      own_file(engine->arena, "/etc/hostname");

	return engine_write(making, "hostname", name, strlen(name), problem) &&
	       write_hosts(engine, making, asked, hostname, problem) && write_resolv(engine, making, asked, problem);
}
