/* config_passwd.c - with --userns keep-id: the caller in the container's /etc/passwd and /etc/group, where the
 * image does not know it. What is shown there is a file in the container's folder; the image's own stays as it
 * is. */
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/config_parts.h"
#include "spec/reason.h"
#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 20 };

/* Whether the third field of a line is the id. */
static bool has_id(const char *text, uint32_t id)
{
	char wanted[16];
	size_t length;

	(void)snprintf(wanted, sizeof(wanted), "%u", id);
	length = strlen(wanted);
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		const char *end = text + strcspn(text, "\n"), *second = memchr(text, ':', (size_t)(end - text));
		const char *third = second ? memchr(second + 1, ':', (size_t)(end - second - 1)) : NULL;

		if (third && (size_t)(end - third) > length && !strncmp(third + 1, wanted, length) &&
		    (third[1 + length] == ':' || third + 1 + length == end))
			return true;
	}
	return false;
}

static void put_file(struct config *config, const char *name, const char *text, const char *line)
{
	const char *const options[] = { "bind", "rprivate", config->input->host->uid == 0 ? "idmap" : NULL, NULL };
	const char *path = arena_printf(config->arena, "%s/%s", config->input->path, name);
	const char *all = arena_printf(config->arena, "%s%s%s\n", text,
				       *text && text[strlen(text) - 1] != '\n' ? "\n" : "", line);
	closes int fd = file_open_kept(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int error = fd < 0 ? fd : file_write_all(fd, all, strlen(all));

	if (error)
		problem_set(config->problem, "cannot write '%s': %s", path, reason_words(error));
	config_put_mount(config, arena_printf(config->arena, "/etc/%s", name), "bind", path, options);
}

/* An image without that file has no names at all. */
static void add_line(struct config *config, const char *name, uint32_t id, const char *line)
{
	char *text;
	size_t length;

	if (root_read_file(config->input->root, arena_printf(config->arena, "etc/%s", name), FILE_LIMIT, &text,
			   &length))
		return;
	if (!has_id(text, id))
		put_file(config, name, text, line);
}

void config_put_caller(struct config *config)
{
	const struct identity *identity = &config->identity;
	const char *user = config->input->host->user ? config->input->host->user : "caller";
	const char *image = config_image_text(config->input, "WorkingDir");
	const char *home = config->asked->workdir ? config->asked->workdir : image ? image : "/";

	if (!config->keeps_caller)
		return;
	add_line(config, "passwd", identity->uid, arena_printf(config->arena, "%s:*:%u:%u:%s:%s:/bin/sh", user,
							       identity->uid, identity->gid, user, home));
	add_line(config, "group", identity->gid, arena_printf(config->arena, "%s:x:%u:%s", user, identity->gid, user));
}
