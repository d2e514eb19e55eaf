/* syscalls.c - looks up names in the table that tools/make-syscall-table makes.
 *
 * A seccomp profile names some 400 calls, and each start of a container looks all of them up:
 * hence the hash. The table holds no pointers (a name is a position in one long text), so that
 * nothing in it has to be relocated when the program starts.
 */
#include "spec/syscalls.h"
#include <stddef.h>
#include <string.h>

#include "spec/syscalls_table.h"

/* FNV-1a; the generator computes the same. */
static uint32_t hash(const char *name)
{
	uint32_t value = 2166136261U;

	for (; *name; name++)
		value = (value ^ (unsigned char)*name) * 16777619U;
	return value % HASH_SIZE;
}

const struct syscall_row *syscall_find(const char *name)
{
	for (uint32_t at = hash(name); hashed[at]; at = (at + 1) % HASH_SIZE) {
		const struct syscall_row *row = &rows[hashed[at] - 1];

		if (strcmp(names + row->name, name) == 0)
			return row;
	}
	return NULL;
}

uint32_t syscall_number(enum syscall_abi abi, unsigned slot)
{
	if (abi == SYSCALLS_X32)
		return slot | 0x40000000U;
	if (abi == SYSCALLS_ARM && slot >= SYSCALL_PRIVATE_SLOT)
		return 0x0f0000U + (slot - SYSCALL_PRIVATE_SLOT);
	return slot;
}

bool syscall_apart(enum syscall_abi abi, unsigned slot)
{
	if (abi == SYSCALLS_X32)
		return slot >= 512 && slot <= 547;
	return abi == SYSCALLS_ARM && slot >= SYSCALL_PRIVATE_SLOT;
}

const char *syscall_name_in(enum syscall_abi abi, uint32_t number)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].slot[abi] >= 0 && syscall_number(abi, (unsigned)rows[i].slot[abi]) == number)
			return names + rows[i].name;
	return NULL;
}

const char *syscall_name(int number)
{
	return number < 0 ? NULL : syscall_name_in(SYSCALLS_OWN, (uint32_t)number);
}
