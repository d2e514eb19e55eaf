/* arena.c - see arena.h */
#include "base/arena.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALIGN = 16, BLOCK = 256 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t size;
};

void arena_init(struct arena *arena, void *first, size_t size)
{
	uintptr_t skip = -(uintptr_t)first % ALIGN;

	*arena = (struct arena){ 0 };
	if (first && size > skip) {
		arena->at = (unsigned char *)first + skip;
		arena->end = (unsigned char *)first + size;
	}
}

static _Noreturn void no_memory(void)
{
	static const char text[] = "taru: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	_exit(1);
}

static void add_block(struct arena *arena, size_t need)
{
	size_t header = (sizeof(struct arena_block) + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	size_t size = need + header > BLOCK ? need + header : BLOCK;
	struct arena_block *block =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED)
		no_memory();
	block->next = arena->blocks;
	block->size = size;
	arena->blocks = block;
	arena->at = (unsigned char *)block + header;
	arena->end = (unsigned char *)block + size;
}

static size_t round_up(size_t size)
{
	if (size > SIZE_MAX / 2)
		no_memory();
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *result;

	size = round_up(size);
	if (!arena->at || (size_t)(arena->end - arena->at) < size)
		add_block(arena, size);
	result = arena->at;
	arena->at += size;
	return result;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		no_memory();
	return arena_alloc(arena, total);
}

void *arena_resize(struct arena *arena, void *at, size_t size, size_t want)
{
	unsigned char *begin = at;
	void *moved;

	size = round_up(size);
	if (begin && begin + size == arena->at && round_up(want) <= (size_t)(arena->end - begin)) {
		arena->at = begin + round_up(want);
		return at;
	}
	if (want <= size)
		return at;
	moved = arena_alloc(arena, want);
	if (at)
		memcpy(moved, at, size);
	return moved;
}

void *arena_grow(struct arena *arena, void *at, size_t count, size_t *room, size_t size)
{
	enum { FIRST_ROOM = 16 };
	size_t before = *room * size, want;

	if (count < *room)
		return at;
	*room = *room ? 2 * *room : FIRST_ROOM;
	if (__builtin_mul_overflow(*room, size, &want))
		no_memory();
	return arena_resize(arena, at, before, want);
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list list)
{
	char *const here = (char *)arena->at;
	va_list again;
	char *text;
	int length;

	/* Mostly it fits in where it will be, and is not printed twice. */
	va_copy(again, list);
	length = vsnprintf(here, here ? (size_t)((char *)arena->end - here) : 0, format, again);
	va_end(again);
	if (length < 0)
		no_memory();
	text = arena_alloc(arena, (size_t)length + 1);
	if (text != here)
		(void)vsnprintf(text, (size_t)length + 1, format, list);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = arena_vprintf(arena, format, list);
	va_end(list);
	return text;
}

char *arena_join(struct arena *arena, const char *const *parts)
{
	size_t length = 0;
	char *text, *at;

	for (const char *const *part = parts; *part; part++)
		length += strlen(*part);
	at = text = arena_alloc(arena, length + 1);
	for (const char *const *part = parts; *part; part++)
		at = stpcpy(at, *part);
	return text;
}

void arena_release(struct arena *arena)
{
	struct arena_block *next;

	for (struct arena_block *block = arena->blocks; block; block = next) {
		next = block->next;
		munmap(block, block->size);
	}
	*arena = (struct arena){ 0 };
}
