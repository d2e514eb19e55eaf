/* roster.c - see roster.h */
#include "net/roster.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "exec/do.h"
#include "net/address.h"
#include "net/outside.h"
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROSTER_MAX = 64 << 20 };

enum { SHORT = 12 };

#define NEW ".new"

static const char *const words[] = { [ROSTER_PEERS] = "@peers ", [ROSTER_SERVERS] = "@servers ",
					     [ROSTER_LINKS] = "@links " };

static bool is_asked(const char *line, enum roster_asked asked)
{
	return !strncmp(line, words[asked], strlen(words[asked]));
}

static bool ends_in(const char *line, const char *id)
{
	const size_t length = strcspn(line, "\n");

	return length >= SHORT && !strncmp(line + length - SHORT, id, SHORT);
}

/* Of the container itself, or of one that has left its address to it. */
static bool is_of(struct arena *arena, const char *line, const char *id, const struct host_address *address,
		  size_t addresses)
{
	struct host_address has;

	if (ends_in(line, id))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (is_asked(line, i)) {
			line += strlen(words[i]);
			break;
		}
	if (strcspn(line, "\n") < SHORT ||
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
	const char *new = arena_printf(text->arena, "%s" NEW, name);
	closes int fd = file_open_kept(folder, new, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd >= 0 && fchmod(fd, 0644))
		return -errno;
	return file_place(fd, folder, new, name, text->at, text->length);
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

/* The folder, and what is in the file: "" where there is none. */
static int read_roster(struct arena *arena, const struct network *network, int *ret_folder, char **ret_text)
{
	closes int folder = open_folder(network);
	size_t length;
	int error = folder < 0 ? folder : file_read_kept(arena, folder, ROSTER_FILE, ROSTER_MAX, ret_text, &length);

	if (error == -ENOENT)
		*ret_text = arena_copy(arena, "", 0);
	else if (error)
		return error;
	*ret_folder = take_fd(&folder);
	return 0;
}

static void add_line(struct text *text, const char *line)
{
	text_printf(text, "%.*s\n", (int)strcspn(line, "\n"), line);
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* Begins with the lines of others, and where one kind is `alone` to be replaced, with all of other kinds. */
static int begin_roster(const struct network *network, const char *id, const struct host_address *address,
			size_t addresses, const enum roster_asked *alone, int *ret_folder, struct text *text)
{
	char *old;
	int error = read_roster(text->arena, network, ret_folder, &old);

	if (error)
		return error;
	for (const char *line = old; *line; line = next_line(line))
		if ((alone && !is_asked(line, *alone)) || !is_of(text->arena, line, id, address, addresses))
			add_line(text, line);
	return 0;
}

int roster_set(struct arena *arena, const struct network *network, const char *id, const struct texts *names,
	       const struct host_address *address, size_t addresses)
{
	struct text text = text_new(arena);
	closes int folder = -1;
	int error = begin_roster(network, id, address, addresses, NULL, &folder, &text);

	if (error)
		return error;
	for (size_t i = 0; i < addresses; i++) {
		text_add(&text, address_text(arena, &address[i]));
		for (size_t j = 0; j < names->count; j++)
			text_printf(&text, " %s", names->at[j]);
		text_printf(&text, " %.*s\n", SHORT, id);
	}
	return write_file(folder, ROSTER_FILE, &text);
}

/* A file without names is an empty one. */
static int drop_in_place(struct arena *arena, const struct network *network, const char *id)
{
	closes int folder = -1, fd = -1;
	bool others = false;
	char *text;
	int error = read_roster(arena, network, &folder, &text);

	if (error)
		return error;
	for (char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (is_of(arena, line, id, NULL, 0))
			memset(line, '#', strcspn(line, "\n"));
		else
			others = true;
	fd = file_open_kept(folder, ROSTER_FILE, O_WRONLY, 0);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	if (others)
		return file_write_all(fd, text, strlen(text));
	return ftruncate(fd, 0) ? -errno : 0;
}

int roster_drop(struct arena *arena, const struct network *network, const char *id)
{
	const struct texts none = { 0 };

	return roster_set(arena, network, id, &none, NULL, 0) ? drop_in_place(arena, network, id) : 0;
}

int roster_rename(struct arena *arena, const struct network *network, const char *id, const char *old,
		  const char *now)
{
	const char *had = arena_printf(arena, " %s ", old);
	struct text text = text_new(arena);
	closes int folder = -1;
	char *lines;
	int error = read_roster(arena, network, &folder, &lines);

	if (error)
		return error;
	for (const char *line = lines; *line; line = next_line(line)) {
		const char *name = line + strcspn(line, " \n");

		if (line[0] == '@' || !ends_in(line, id) || strncmp(name, had, strlen(had)) != 0) {
			add_line(&text, line);
			continue;
		}
		text_printf(&text, "%.*s %s ", (int)(name - line), line, now);
		add_line(&text, name + strlen(had));
	}
	return write_file(folder, ROSTER_FILE, &text);
}

int roster_set_asked(struct arena *arena, const struct network *network, const char *id,
		     const struct host_address *address, size_t addresses, enum roster_asked asked,
		     const struct texts *servers)
{
	struct text text = text_new(arena);
	closes int folder = -1;
	int error = begin_roster(network, id, address, addresses, &asked, &folder, &text);

	if (error)
		return error;
	for (size_t i = 0; i < addresses && servers->count; i++) {
		text_printf(&text, "%s%s", words[asked], address_text(arena, &address[i]));
		for (size_t j = 0; j < servers->count; j++)
			text_printf(&text, " %s", servers->at[j]);
		text_printf(&text, " %.*s\n", SHORT, id);
	}
	return write_file(folder, ROSTER_FILE, &text);
}

static bool has_names(int folder)
{
	struct stat file;

	return !sys_fstatat(folder, ROSTER_FILE, &file, AT_SYMLINK_NOFOLLOW) && file.st_size > 0;
}

bool roster_is_served(const struct network *network)
{
	closes int folder = sys_openat(network->folder, ROSTER_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	return folder >= 0 && sys_flock(folder, LOCK_SH | LOCK_NB) == -EWOULDBLOCK;
}

bool roster_is_unserved(const struct network *network)
{
	enum { TRIES = 20, WAIT_MS = 50 };

	for (int i = 0; i < TRIES; i++) {
		closes int folder = sys_openat(network->folder, ROSTER_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

		if (folder < 0 || !has_names(folder) || !if_nametoindex(network->interface) ||
		    sys_flock(folder, LOCK_SH | LOCK_NB))
			return false;
		sys_flock(folder, LOCK_UN);
		clock_sleep_ms(WAIT_MS);
	}
	return true;
}

int roster_serve(char *const *args)
{
	struct outside outside;
	struct run *run = outside_begin(&outside);
	closes int nothing = sys_openat(AT_FDCWD, "/dev/null", O_RDONLY, 0);
	int error = nothing < 0 ? nothing : tool_run(run, args, nothing);

	scratch_close(run);
	return error;
}

void roster_forget(const struct network *network)
{
	sys_unlinkat(network->folder, ROSTER_FOLDER "/" ROSTER_FILE, 0);
	sys_unlinkat(network->folder, ROSTER_FOLDER "/" ROSTER_FILE NEW, 0);
}

void roster_end(const struct network *network)
{
	enum { TRIES = 400, WAIT_MS = 5 };
	closes int folder = -1;

	roster_forget(network);
	folder = sys_openat(network->folder, ROSTER_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	for (int i = 0; folder >= 0 && i < TRIES && sys_flock(folder, LOCK_EX | LOCK_NB) == -EWOULDBLOCK; i++)
		clock_sleep_ms(WAIT_MS);
}

int roster_set_servers(struct arena *arena, const struct network *network)
{
	struct text text = text_new(arena);
	closes int folder = open_folder(network);

	for (size_t i = 0; i < network->dns_servers.count; i++)
		text_printf(&text, "nameserver %s\n", network->dns_servers.at[i]);
	return folder < 0 ? folder : write_file(folder, ROSTER_SERVERS_FILE, &text);
}

bool roster_has_servers(const struct network *network)
{
	return !sys_faccessat2(network->folder, ROSTER_FOLDER "/" ROSTER_SERVERS_FILE, F_OK, 0);
}
