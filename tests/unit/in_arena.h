/* in_arena.h - for tests that take memory from one arena: the setup and teardown of a group of them. */
#pragma once
#include "base/arena.h"

static struct arena arena;

static int setup(void **state)
{
	arena_init(&arena, NULL, 0);
	return 0;
}

static int teardown(void **state)
{
	arena_release(&arena);
	return 0;
}
