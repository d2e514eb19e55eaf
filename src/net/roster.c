/* roster.c - see roster.h */
#include "net/roster.h"
#include "base/fd.h"
#include "base/file.h"
#include "net/address.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROSTER_MAX = 64 << 20 };

enum { SHORT = 12 };

/* Of the container itself, or of one that has left its address to it. */
static bool is_of(struct arena *arena, const char *line, const char *id, const struct host_address *address,
		  size_t addresses)
{
	const size_t length = strcspn(line, "\n");
	struct host_address has;

	if (length < SHORT || !strncmp(line + length - SHORT, id, SHORT) ||
	    !address_read(arena_copy(arena, line, strcspn(line, " \n")), &has))
		return true;
	for (size_t i = 0; i < addresses; i++)
		if (address_is(&has, &address[i]))
			return true;
	return false;
}

/* The resolver is nobody, and reads it, whatever the caller's umask is. */
static int write_file(int folder, const char *name, const struct text *text)
{
	const char *new = arena_printf(text->arena, "%s.new", name);
	closes int fd = sys_openat(folder, new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644);
	int error = fd < 0 ? fd : fchmod(fd, 0644) ? -errno : file_write_all(fd, text->at, text->length);

	return error ? error : sys_renameat(folder, new, folder, name);
}

static int open_folder(const struct network *network)
{
	int error = sys_mkdirat(network->folder, ROSTER_FOLDER, 0755);
	closes int folder = error && error != -EEXIST ? error :
			    sys_openat(network->folder, ROSTER_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (folder < 0)
		return folder;
	return fchmod(folder, 0755) ? -errno : take_fd(&folder);
}

int roster_set(struct arena *arena, const struct network *network, const char *id, const struct texts *names,
	       const struct host_address *address, size_t addresses)
{
	struct text text = text_new(arena);
	closes int folder = open_folder(network);
	char *old;
	size_t length;
	int error = folder < 0 ? folder : file_read(arena, folder, ROSTER_FILE, ROSTER_MAX, &old, &length);

	if (error && error != -ENOENT)
		return error;
	for (const char *line = error ? "" : old; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (!is_of(arena, line, id, address, addresses))
			text_printf(&text, "%.*s\n", (int)strcspn(line, "\n"), line);
	for (size_t i = 0; i < addresses; i++) {
		text_add(&text, address_text(arena, &address[i]));
		for (size_t j = 0; j < names->count; j++)
			text_printf(&text, " %s", names->at[j]);
		text_printf(&text, " %.*s\n", SHORT, id);
	}
	if (text.length)
		return write_file(folder, ROSTER_FILE, &text);
	error = sys_unlinkat(folder, ROSTER_FILE, 0);
	return error == -ENOENT ? 0 : error;
}

void roster_forget(const struct network *network)
{
	sys_unlinkat(network->folder, ROSTER_FOLDER "/" ROSTER_FILE, 0);
}

int roster_set_servers(struct arena *arena, const struct network *network)
{
	struct text text = text_new(arena);
	closes int folder = open_folder(network);

	for (size_t i = 0; i < network->dns_servers.count; i++)
		text_printf(&text, "nameserver %s\n", network->dns_servers.at[i]);
	return folder < 0 ? folder : write_file(folder, ROSTER_SERVERS, &text);
}
