/* owner.c - see owner.h
 *
 * Not by getpwuid(3), which in a static program asks a daemon that may not answer.
 */
#include "oci/owner.h"
#include "base/file.h"
#include "base/sys.h"
#include <inttypes.h>
#include <string.h>

enum { PASSWD_LIMIT = 16 * 1024 * 1024 };

const char *owner_passwd(struct arena *arena)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, "/etc/passwd", PASSWD_LIMIT, &text, &length) ? "" : text;
}

const char *owner_name(struct arena *arena, const char *passwd, uint32_t uid)
{
	char *wanted = arena_printf(arena, ":%" PRIu32 ":", uid);

	/* NAME:PASSWORD:UID:… */
	for (const char *line = passwd; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t name = strcspn(line, ":\n");
		const char *password = line + name + (line[name] == ':');
		const char *behind = password + strcspn(password, ":\n");

		if (name && !strncmp(behind, wanted, strlen(wanted)))
			return arena_copy(arena, line, name);
	}
	return arena_printf(arena, "#%" PRIu32, uid);
}
