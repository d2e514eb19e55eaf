/* arena.h - memory that is freed all at once.
 *
 * A run of taru lives for milliseconds: it takes memory from one arena and never
 * gives a piece back. What comes out of an arena is zeroed and aligned to 16.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	unsigned char *at, *end;	/* the free part of the current block */
	struct arena_block *blocks;	/* mapped blocks, newest first; not the first one */
};

/* `first` (static memory, may be NULL) is used before anything is mapped, so that a small run
 * makes no system call for memory. It must be zeroed. */
void arena_init(struct arena *arena, void *first, size_t size);

/* Never returns NULL: without memory the program ends with a message and status 1, which
 * loses nothing, since arenas are used only before anything has been made. */
void *arena_alloc(struct arena *arena, size_t size);

/* count * size, checked for overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Makes the piece `at` of `size` bytes `want` bytes large: where it is when it is the newest piece
 * and there is room, else elsewhere with its content copied. What a smaller one gives back must
 * still be zero. */
void *arena_resize(struct arena *arena, void *at, size_t size, size_t want);

/* Makes room for one more in an array that grows: `at` has room for `*room` members of `size` bytes (0: there is none
 * yet), of which `count` are taken. Returns where it is then. */
void *arena_grow(struct arena *arena, void *at, size_t count, size_t *room, size_t size);

/* A copy of `length` bytes and a NUL. */
char *arena_copy(struct arena *arena, const char *text, size_t length);

/* A text made as printf(3) does. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same from a list of arguments. */
char *arena_vprintf(struct arena *arena, const char *format, va_list list)
	__attribute__((format(printf, 2, 0), nonnull));

/* Texts one after another, the last of which is followed by NULL: where there are many to be made printf(3) is slow. */
char *arena_join(struct arena *arena, const char *const *parts);
#define ARENA_JOIN(arena, ...) arena_join((arena), (const char *const[]){ __VA_ARGS__, NULL })

/* Frees all that was mapped. */
void arena_release(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))
