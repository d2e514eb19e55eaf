/* upstream.c - the name servers of the network, or else the host's, and whom of them to ask: see names.h. */
#include "base/fd.h"
#include "names/names.h"
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

enum { LOOK_MS = 1000, PREFERRED_MS = 30000 };

/* Whoever listens there is this process. */
static bool is_own(const struct names *names, const struct peer *server)
{
	for (size_t i = 0; i < names->listeners; i++)
		if (peer_is(&names->listener[i].at, server))
			return true;
	return false;
}

static void leave_out_own(struct names *names)
{
	struct servers *servers = &names->servers;
	size_t count = 0;

	for (size_t i = 0; i < servers->count; i++)
		if (!is_own(names, &servers->at[i]))
			servers->at[count++] = servers->at[i];
	servers->count = count;
}

static void read_file(struct names *names, const struct named_file *file)
{
	static char text[SERVERS_TEXT + 1];
	closes int fd = sys_openat(file->folder, file->name, O_RDONLY | O_NONBLOCK, 0);
	size_t length = 0;
	ssize_t count;

	while (fd >= 0 && length < SERVERS_TEXT && (count = sys_read(fd, text + length, SERVERS_TEXT - length)) > 0)
		length += (size_t)count;
	text[length] = '\0';
	servers_read(&names->servers, text);
	leave_out_own(names);
	names->preferred_until_ms = 0;
}

int upstream_check(const struct names *names)
{
	closes int fd = sys_openat(names->upstream.folder, names->upstream.name, O_RDONLY | O_NONBLOCK, 0);

	return fd >= 0 || fd == -ENOENT ? 0 : fd;
}

/* The network's own file may come, become empty and go at any time. */
static const struct named_file *choose_file(const struct names *names, struct stat *ret_info)
{
	const struct named_file *own = &names->own;

	if (own->name && !sys_fstatat(own->folder, own->name, ret_info, 0) && ret_info->st_size)
		return own;
	*ret_info = (struct stat){ 0 };
	/* The file may be a link to one elsewhere, so its folder would tell nothing. */
	sys_fstatat(names->upstream.folder, names->upstream.name, ret_info, 0);
	return &names->upstream;
}

void upstream_look(struct names *names)
{
	const struct named_file *file;
	struct stat info = { 0 };

	if (names->now_ms < names->servers_due_ms)
		return;
	names->servers_due_ms = names->now_ms + LOOK_MS;
	file = choose_file(names, &info);
	if (info.st_ino == names->servers_file && info.st_size == names->servers_size &&
	    info.st_mtim.tv_sec == names->servers_time.tv_sec && info.st_mtim.tv_nsec == names->servers_time.tv_nsec)
		return;
	names->servers_file = info.st_ino;
	names->servers_size = info.st_size;
	names->servers_time = info.st_mtim;
	read_file(names, file);
}

static size_t own_servers(const struct names *names, const struct address *client)
{
	return table_count_peers(&names->table, TABLE_SERVER, client);
}

size_t upstream_count(const struct names *names, const struct address *client)
{
	const size_t own = own_servers(names, client);

	return own ? own : names->servers.count;
}

size_t upstream_first(struct names *names, const struct address *client)
{
	if (own_servers(names, client))
		return 0;
	if (names->servers.rotate)
		return names->turn++;
	return names->now_ms < names->preferred_until_ms ? names->preferred : 0;
}

bool upstream_next(const struct names *names, const struct address *client, size_t first, size_t tries,
		   struct peer *ret_server)
{
	const struct servers *servers = &names->servers;
	const size_t count = upstream_count(names, client);

	if (tries >= count * servers->attempts)
		return false;
	if (peers_server(names, client, (first + tries) % count, ret_server))
		return true;
	*ret_server = servers->at[(first + tries) % count];
	return true;
}

void upstream_failed(struct names *names, const struct address *client, size_t first, size_t tries)
{
	if (names->servers.count < 2 || names->servers.rotate || own_servers(names, client))
		return;
	names->preferred = (first + tries + 1) % names->servers.count;
	names->preferred_until_ms = names->now_ms + PREFERRED_MS;
}

/* --- what nobody can guess --- */

uint16_t random_id(void)
{
	static uint16_t pool[64];
	static size_t left;

	if (!left && getrandom(pool, sizeof(pool), 0) == (ssize_t)sizeof(pool))
		left = sizeof(pool) / sizeof(*pool);
	return left ? pool[--left] : 0;
}

uint64_t client_hash(const struct names *names, const struct peer *client)
{
	uint64_t hash = names->secret, word[2] = { 0 };

	if (client->any.sa_family == AF_INET)
		memcpy(word, &client->v4.sin_addr, sizeof(client->v4.sin_addr));
	else
		memcpy(word, &client->v6.sin6_addr, sizeof(word));
	for (size_t i = 0; i < 2; i++) {
		hash = (hash ^ word[i]) * 0x9e3779b97f4a7c15U;
		hash ^= hash >> 32;
	}
	return hash ? hash : 1;
}
