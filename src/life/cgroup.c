/* cgroup.c - which cgroups a container has, and their files: see cgroup.h. */
#include "life/cgroup.h"
#include "base/fd.h"
#include "base/file.h"
#include "spec/reason.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE_LIMIT = 64 * 1024, FILE_LIMIT = 1024 * 1024 };

/* --- which they are: lines of words ---
 *
 *	unit SCOPE SLICE system|user own|shared
 *	1 memory 21 /sys/fs/cgroup/memory/docker/ID	version, controllers or "-", base, path
 *	end
 */

void cgroups_note(const struct container *container, const struct cgroups *cgroups, struct problem *problem)
{
	struct text text = text_new(container->arena);
	closes int fd = -1;
	int error;

	if (!cgroups->count)
		return;
	if (cgroups->scope)
		text_printf(&text, "unit %s %s %s %s\n", cgroups->scope, cgroups->slice,
			    cgroups->user_manager ? "user" : "system", cgroups->shared ? "shared" : "own");
	for (size_t i = 0; i < cgroups->count; i++)
		text_printf(&text, "%d %s %zu %s\n", cgroups->at[i].unified ? 2 : 1,
			    *cgroups->at[i].controllers ? cgroups->at[i].controllers : "-", cgroups->at[i].base,
			    cgroups->at[i].path);
	text_add(&text, "end\n");
	fd = file_open_kept(container->folder, RECORD_CGROUPS, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	error = fd < 0 ? fd : file_write_all(fd, text.at, text.length);
	if (error)
		problem_set(problem, "container '%s': cannot write '%s/" RECORD_CGROUPS "': %s; see --root",
			    container->id, container->path, reason_words(error));
}

static char *next_word(char **at)
{
	char *word = *at, *end = word + strcspn(word, " ");

	*at = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static void read_unit(char *at, struct cgroups *cgroups)
{
	cgroups->scope = next_word(&at);
	cgroups->slice = next_word(&at);
	cgroups->user_manager = strcmp(next_word(&at), "user") == 0;
	cgroups->shared = strcmp(next_word(&at), "shared") == 0;
}

static void read_cgroup(char *at, bool unified, struct cgroups *cgroups)
{
	struct cgroup *cgroup = &cgroups->at[cgroups->count];

	*cgroup = (struct cgroup){ .controllers = next_word(&at), .unified = unified };
	if (strcmp(cgroup->controllers, "-") == 0)
		cgroup->controllers = "";
	cgroup->base = strtoul(next_word(&at), NULL, 10);
	cgroup->path = at;
	if (*at == '/' && cgroup->base < strlen(at))
		cgroups->count++;
}

static void read_note(struct arena *arena, char *text, struct cgroups *cgroups)
{
	struct cgroups found = { .at = ARENA_ARRAY(arena, strlen(text) / 8 + 1, struct cgroup) };

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *at = line, *word = next_word(&at);

		if (strcmp(word, "end") == 0)
			*cgroups = found;
		else if (strcmp(word, "unit") == 0)
			read_unit(at, &found);
		else
			read_cgroup(at, strcmp(word, "2") == 0, &found);
	}
}

const struct cgroups *container_cgroups(struct container *container)
{
	char *text;
	size_t length;

	if (container->cgroups_known)
		return &container->cgroups;
	container->cgroups_known = true;
	container->cgroups = (struct cgroups){ 0 };
	if (file_read_kept(container->arena, container->folder, RECORD_CGROUPS, NOTE_LIMIT, &text, &length) == 0)
		read_note(container->arena, text, &container->cgroups);
	return &container->cgroups;
}

/* --- files --- */

static bool path_of(const struct cgroup *cgroup, const char *file, char to[PATH_MAX])
{
	size_t length = strlen(cgroup->path);

	if (length + strlen(file) + 2 > PATH_MAX)
		return false;
	memcpy(to, cgroup->path, length);
	to[length] = '/';
	memcpy(to + length + 1, file, strlen(file) + 1);
	return true;
}

int cgroup_read(struct arena *arena, const struct cgroup *cgroup, const char *file, const char **ret_text)
{
	char path[PATH_MAX], *text;
	size_t length;
	int error;

	if (!path_of(cgroup, file, path))
		return -ENAMETOOLONG;
	error = file_read(arena, AT_FDCWD, path, FILE_LIMIT, &text, &length);
	if (error)
		return error;
	while (length && text[length - 1] == '\n')
		text[--length] = '\0';
	*ret_text = text;
	return 0;
}

static int number_of(const char *text, uint64_t *ret_number)
{
	char *end;

	if (strncmp(text, "max", 3) == 0) {
		*ret_number = UINT64_MAX;
		return 0;
	}
	*ret_number = strtoull(text, &end, 10);
	return end == text ? -EBADMSG : 0;
}

int cgroup_read_number(struct arena *arena, const struct cgroup *cgroup, const char *file, uint64_t *ret_number)
{
	const char *text;
	int error = cgroup_read(arena, cgroup, file, &text);

	return error ? error : number_of(text, ret_number);
}

int cgroup_read_entry(struct arena *arena, const struct cgroup *cgroup, const char *file, const char *word,
		      uint64_t *ret_number)
{
	size_t length = strlen(word);
	const char *text;
	int error = cgroup_read(arena, cgroup, file, &text);

	for (; !error && text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, word, length) == 0 && text[length] == ' ')
			return number_of(text + length + 1, ret_number);
	}
	return error ? error : -ENOENT;
}

int cgroup_write(const struct cgroup *cgroup, const char *file, const char *text)
{
	char path[PATH_MAX];
	closes int fd = -1;
	ssize_t written;

	if (!path_of(cgroup, file, path))
		return -ENAMETOOLONG;
	fd = sys_openat(AT_FDCWD, path, O_WRONLY, 0);
	if (fd < 0)
		return fd;
	written = sys_write(fd, text, strlen(text));
	return written < 0 ? (int)written : 0;
}
