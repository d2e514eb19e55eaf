/* libraries.c - see libraries.h: from the program to what is missing. Where a name is looked for is in search.c. */
#include "elf/libraries.h"
#include "base/fd.h"
#include "base/text.h"
#include "elf/search.h"
#include <stdio.h>
#include <string.h>

enum { SCRIPTS_MAX = 4, LINE_MAX_BYTES = 256, OBJECTS_MAX = 512 };

static void put(char to[LIBRARIES_TEXT], const char *from)
{
	size_t length = strnlen(from, LIBRARIES_TEXT - 1);

	memcpy(to, from, length);
	to[length] = '\0';
	text_clean(to, '?');
}

/* --- the program --- */

static bool is_program(const struct search *search, const char *path)
{
	closes int file = search_open(search, path);

	return file >= 0;
}

/* Its path, absolute; NULL where it is not there. */
static const char *find_program(const struct search *search, const struct libraries_asked *asked)
{
	const char *path = NULL;

	if (strchr(asked->program, '/')) {
		path = search_absolute(search, asked->program);
		return is_program(search, path) ? path : NULL;
	}
	for (const char *at = asked->path ? asked->path : ""; *at;) {
		const char *folder = arena_copy(search->arena, at, strcspn(at, ":"));

		path = search_absolute(search, arena_printf(search->arena, "%s/%s", *folder ? folder : ".",
							    asked->program));
		if (is_program(search, path))
			return path;
		at += strlen(folder);
		at += *at == ':';
	}
	return NULL;
}

/* The word behind "#!"; NULL where the file has no such line. */
static const char *script_program(const struct search *search, const char *path, struct libraries *libraries)
{
	closes int file = search_open(search, path);
	char line[LINE_MAX_BYTES];
	ssize_t length = file < 0 ? 0 : sys_pread(file, line, sizeof(line) - 1, 0);
	const char *begin;

	if (length < 2 || memcmp(line, "#!", 2) != 0)
		return NULL;
	line[length] = '\0';
	if (line[strcspn(line, "\r\n")] == '\r')
		put(libraries->windows, path);
	begin = line + 2 + strspn(line + 2, " \t");
	return arena_copy(search->arena, begin, strcspn(begin, " \t\r\n"));
}

static const char *behind_scripts(const struct search *search, const char *path, struct libraries *libraries)
{
	for (int i = 0; path && i < SCRIPTS_MAX; i++) {
		const char *next = script_program(search, path, libraries);

		if (!next)
			return path;
		next = search_absolute(search, next);
		if (!is_program(search, next)) {
			libraries->state = LIBRARIES_NO_LOADER;
			put(libraries->loader, next);
			return NULL;
		}
		path = next;
	}
	return path;
}

/* --- libraries --- */

static void note_missing(struct libraries *libraries, const char *name, const struct object *by, bool other)
{
	size_t at = libraries->count++;

	libraries->state = LIBRARIES_LACKING;
	if (at >= LIBRARIES_MISSING_MAX)
		return;
	put(libraries->missing[at].name, name);
	put(libraries->missing[at].by, by->path);
	libraries->missing[at].other = other;
}

static void note_damaged(struct libraries *libraries, const char *path)
{
	libraries->state = LIBRARIES_DAMAGED;
	put(libraries->damaged, path);
}

/* Each name once, whoever needs it: loaders do so too. */
static bool is_known(const struct object *first, const char *name)
{
	for (const struct object *object = first; object; object = object->next)
		if (strcmp(object->name, name) == 0 || (object->elf.name && strcmp(object->elf.name, name) == 0))
			return true;
	return false;
}

static bool was_told(const struct libraries *libraries, const char *name)
{
	for (size_t i = 0; i < libraries->count && i < LIBRARIES_MISSING_MAX; i++)
		if (strcmp(libraries->missing[i].name, name) == 0)
			return true;
	return false;
}

/* Breadth first, as loaders do: what is found stands at the end of the list, until all of it was gone through. */
static void walk(struct search *search, struct object *program, struct libraries *libraries)
{
	struct object *last = program;
	size_t count = 1;

	for (struct object *object = program; object; object = object->next)
		for (size_t i = 0; i < object->elf.needed.count && count < OBJECTS_MAX; i++) {
			const char *name = object->elf.needed.at[i];
			bool other = false;
			struct object *found;

			if (is_known(program, name) || search_is_loader(search, name) || was_told(libraries, name))
				continue;
			found = search_find(search, name, object, &other);
			if (!found) {
				note_missing(libraries, name, object, other);
				continue;
			}
			last->next = found;
			last = found;
			count++;
		}
}

static void look_at(struct search *search, const char *path, struct libraries *libraries)
{
	struct object *program = search_read(search, path, path, NULL);

	put(libraries->program, path);
	if (!program) {
		note_damaged(libraries, path);
		return;
	}
	libraries->state = program->elf.interpreter ? LIBRARIES_WHOLE : LIBRARIES_NONE;
	if (!program->elf.interpreter)
		return;
	put(libraries->loader, program->elf.interpreter);
	if (!is_program(search, search_absolute(search, program->elf.interpreter))) {
		libraries->state = LIBRARIES_NO_LOADER;
		return;
	}
	program->origin = search_real(search, path);
	search_begin(search, program);
	libraries->musl = search->musl;
	walk(search, program, libraries);
}

void libraries_find(struct arena *arena, const struct libraries_asked *asked, struct libraries *ret_libraries)
{
	size_t tries = 0;
	struct search search = { .arena = arena, .root = asked->root, .folder = asked->folder,
				 .library_path = asked->library_path, .tries = &tries };
	const char *path = find_program(&search, asked);

	*ret_libraries = (struct libraries){ .state = LIBRARIES_NO_PROGRAM };
	put(ret_libraries->program, asked->program);
	path = behind_scripts(&search, path, ret_libraries);
	if (path)
		look_at(&search, path, ret_libraries);
	if (tries >= TRIES_MAX)
		ret_libraries->state = LIBRARIES_TOO_MANY;
}
