/* seccomp_compile.c - a filter: which architecture makes the call, then the search for its number.
 *
 * A 64-bit kernel runs programs of its 32-bit relatives too, and each kind has numbers of its own: on
 * x86-64 the 203 of i386 is setreuid, not sched_setaffinity. So nothing is looked at before the
 * architecture is. x32 says that it is x86-64, and has a bit of its own in the number.
 */
#include "plan/seccomp.h"
#include "plan/seccomp_parts.h"
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>

/* What libseccomp does where nothing else was asked for, and so runc and crun. */
#define ANSWER_UNLISTED SECCOMP_RET_KILL_THREAD

enum { X32_BIT = 0x40000000 };

struct compilation {
	struct arena *arena;
	struct seccomp_profile profile;
	struct seccomp_spans spans;	/* of one architecture at a time */
	struct bpf_writer writer;
};

static bool is_listed(const struct compilation *c, enum seccomp_architecture architecture)
{
	return c->profile.seccomp->architectures & (1U << architecture);
}

/* x32's numbers, or their absence. -1 is no call of x32: a tracer sets it to skip a call. */
static void add_x32(struct compilation *c)
{
	if (is_listed(c, ARCH_X32)) {
		seccomp_add_abi(&c->profile, SYSCALLS_X32, &c->spans);
		return;
	}
	seccomp_add_span(&c->spans,
			 &(struct seccomp_span){ .first = X32_BIT, .answer = ANSWER_UNLISTED });
	seccomp_add_span(&c->spans, &(struct seccomp_span){ .first = UINT32_MAX,
							    .answer = c->profile.default_answer });
}

/* Writes what is done with a call if the loaded word is the architecture's name. */
static struct bpf_target write_architecture(struct compilation *c, uint32_t audit,
					    enum syscall_abi abi, struct bpf_target otherwise)
{
	c->spans.count = 0;
	seccomp_add_abi(&c->profile, abi, &c->spans);
	if (abi == SYSCALLS_X86_64)
		add_x32(c);
	return bpf_jump(&c->writer, BPF_JEQ, audit,
			seccomp_write_search(c->arena, &c->writer, &c->spans), otherwise);
}

static struct bpf_target write_x86_64(struct compilation *c, struct bpf_target next)
{
	if (is_listed(c, ARCH_X86))
		next = write_architecture(c, AUDIT_ARCH_I386, SYSCALLS_I386, next);
	return write_architecture(c, AUDIT_ARCH_X86_64, SYSCALLS_X86_64, next);
}

static struct bpf_target write_aarch64(struct compilation *c, struct bpf_target next)
{
	if (is_listed(c, ARCH_ARM))
		next = write_architecture(c, AUDIT_ARCH_ARM, SYSCALLS_ARM, next);
	return write_architecture(c, AUDIT_ARCH_AARCH64, SYSCALLS_ARM64, next);
}

void seccomp_compile(struct arena *arena, const struct seccomp *seccomp,
		     enum seccomp_architecture native, struct bpf_program *ret_program,
		     struct problem *problem)
{
	struct compilation c = { .arena = arena };
	struct bpf_target first = bpf_return(ANSWER_UNLISTED);

	c.profile = seccomp_read_profile(arena, seccomp, problem);
	if (problem->found)
		return;
	c.spans.at = ARENA_ARRAY(arena, SECCOMP_SPANS, struct seccomp_span);
	c.writer = bpf_begin(arena);
	first = native == ARCH_X86_64 ? write_x86_64(&c, first) : write_aarch64(&c, first);
	first = bpf_load(&c.writer, offsetof(struct seccomp_data, arch), first);
	if (c.writer.full)
		problem_set(problem,
			    "linux.seccomp: the filter for these rules would have more than %d "
			    "instructions, which is all that the kernel takes",
			    BPF_MAXINSNS);
	else
		*ret_program = bpf_end(&c.writer, first);
}
