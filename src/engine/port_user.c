/* port_user.c - who has a port of this machine: see port_hold.h. Only for a message, after it was found to be taken. */
#include "base/fd.h"
#include "base/file.h"
#include "engine/endpoint.h"
#include "engine/port_hold.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TABLE_MAX = 64 << 20 };

/* --- a container --- */

static bool is_any(const char *address)
{
	return !address[0] || !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
}

/* Of addresses of this machine, where "" are all. */
static bool overlap(const char *one, const char *other)
{
	if (one[0] && other[0] && !strchr(one, ':') != !strchr(other, ':'))
		return false;
	return is_any(one) || is_any(other) || !strcmp(one, other);
}

static bool has_port(struct engine *engine, int folder, const struct made_port *port)
{
	struct endpoints endpoints;

	if (!endpoints_read(engine, folder, &endpoints))
		return false;
	for (size_t i = 0; i < endpoints.ports; i++)
		if (endpoints.port[i].outside == port->outside &&
		    !strcmp(endpoints.port[i].protocol, port->protocol) &&
		    overlap(endpoints.port[i].address, port->address))
			return true;
	return false;
}

const char *port_container(struct engine *engine, const struct made_port *port)
{
	struct problem bad = { 0 };
	struct texts ids = container_list(engine->arena, engine->run, &bad);

	for (size_t i = 0; i < ids.count; i++) {
		struct engine_container container;
		bool found;

		bad = (struct problem){ 0 };
		if (!engine_find(engine, ids.at[i], &container, &bad))
			continue;
		found = has_port(engine, container.folder, port);
		engine_close(&container);
		if (found)
			return arena_printf(engine->arena, "container %s", container.made.name);
	}
	return NULL;
}

/* --- a process --- */

/* NOLINTBEGIN(cert-err34-c): what does not fit is no such line */

/* "0: 00000000:1F90 …" */
static bool read_inet(const char *line, unsigned *ret_port, unsigned long *ret_inode)
{
	return sscanf(line, " %*d: %*[0-9A-F]:%x %*s %*s %*s %*s %*s %*s %*s %lu", ret_port, ret_inode) == 2;
}

/* "ENDPT SOCK STY SST HBKT LPORT UID INODE …", where the first two are addresses (net/sctp/proc.c) */
static bool read_sctp(const char *line, unsigned *ret_port, unsigned long *ret_inode)
{
	return sscanf(line, " %*s %*s %*d %*d %*d %u %*u %lu", ret_port, ret_inode) == 2;
}

/* NOLINTEND(cert-err34-c) */

/* Tables of sockets, with a line for each behind the first. */
static const struct table {
	const char *protocol, *path;
	bool (*read)(const char *line, unsigned *ret_port, unsigned long *ret_inode);
} tables[] = {
	{ "tcp", "/proc/net/tcp", read_inet }, { "tcp", "/proc/net/tcp6", read_inet },
	{ "udp", "/proc/net/udp", read_inet }, { "udp", "/proc/net/udp6", read_inet },
	{ "sctp", "/proc/net/sctp/eps", read_sctp },
};

/* The inode of the first socket in the table that is bound to the port. */
static unsigned long find_inode(struct arena *arena, const struct table *table, uint32_t port)
{
	char *text, *line;
	size_t length;

	if (file_read(arena, AT_FDCWD, table->path, TABLE_MAX, &text, &length))
		return 0;
	strsep(&text, "\n");
	while ((line = strsep(&text, "\n"))) {
		unsigned local = 0;
		unsigned long inode = 0;

		if (table->read(line, &local, &inode) && local == port && inode)
			return inode;
	}
	return 0;
}

static bool holds(const char *pid, const char *link)
{
	char path[64], text[64];
	DIR *list;
	bool found = false;

	(void)snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	list = opendir(path);
	if (!list)
		return false;
	for (const struct dirent *entry; !found && (entry = readdir(list));) {
		ssize_t length = readlinkat(dirfd(list), entry->d_name, text, sizeof(text) - 1);

		if (length > 0) {
			text[length] = '\0';
			found = !strcmp(text, link);
		}
	}
	closedir(list);
	return found;
}

static const char *name_process(struct arena *arena, const char *pid)
{
	char *name;
	size_t length;

	if (file_read(arena, AT_FDCWD, arena_printf(arena, "/proc/%s/comm", pid), 256, &name, &length))
		return arena_printf(arena, "process %s", pid);
	name[strcspn(name, "\n")] = '\0';
	text_clean(name, '?');
	return arena_printf(arena, "process %s (%s)", pid, name);
}

static const char *find_process(struct arena *arena, unsigned long inode)
{
	const char *link = arena_printf(arena, "socket:[%lu]", inode), *found = NULL;
	DIR *list = opendir("/proc");

	if (!list)
		return NULL;
	for (const struct dirent *entry; !found && (entry = readdir(list));)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && holds(entry->d_name, link))
			found = name_process(arena, entry->d_name);
	closedir(list);
	return found;
}

const char *port_user(struct engine *engine, const struct made_port *port)
{
	const char *user = port_container(engine, port);

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables) && !user; i++) {
		unsigned long inode = !strcmp(tables[i].protocol, port->protocol) ?
					      find_inode(engine->arena, &tables[i], port->outside) : 0;

		if (inode)
			user = find_process(engine->arena, inode);
	}
	return user;
}
