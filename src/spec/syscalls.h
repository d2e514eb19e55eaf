/* syscalls.h - names of system calls ↔ numbers, for each ABI that taru's machines can run.
 *
 * A number here is a «slot»: what the kernel's tables say, but without the bit that marks x32, and
 * with arm's six private calls (0xf0001 …) moved down behind the others, so that an array with
 * SYSCALL_SLOTS entries has a place for every call of an ABI. Complete up to Linux 6.19.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum syscall_abi {
	SYSCALLS_X86_64,
	SYSCALLS_I386,
	SYSCALLS_X32,
	SYSCALLS_ARM64,
	SYSCALLS_ARM,
	SYSCALL_ABIS,
#if defined(__x86_64__)
	SYSCALLS_OWN = SYSCALLS_X86_64,	/* that this program was built for */
#else
	SYSCALLS_OWN = SYSCALLS_ARM64,
#endif
};

enum {
	SYSCALL_NONE = -1,		/* the ABI has no such call */
	SYSCALL_PRIVATE_SLOT = 560,	/* arm's private call n is at this + n */
	SYSCALL_SLOTS = SYSCALL_PRIVATE_SLOT + 16,
};

struct syscall_row {
	uint16_t name;			/* where its name begins in the list of names */
	int16_t slot[SYSCALL_ABIS];	/* or SYSCALL_NONE */
	/* i386 only: 100 + n where the call can also be made by socketcall(n, …), 200 + n for
	 * ipc(n, …); else below 0. */
	int16_t multiplexed;
};

/* What is known of the name, or NULL. */
const struct syscall_row *syscall_find(const char *name);

/* The number that the kernel and its filters see. */
uint32_t syscall_number(enum syscall_abi abi, unsigned slot);

/* Whether the slot is in a range that its ABI keeps apart from the numbers that grow with each
 * kernel: 512 … 547 of x32, the private calls of arm. */
bool syscall_apart(enum syscall_abi abi, unsigned slot);

/* The name of a number of the ABI that this program was built for ("mount"), or NULL. */
const char *syscall_name(int number);

/* The same of another ABI, as syscall_number() has it. */
const char *syscall_name_in(enum syscall_abi abi, uint32_t number);
