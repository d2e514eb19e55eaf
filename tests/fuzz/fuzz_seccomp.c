/* fuzz_seccomp.c - any bytes as the linux.seccomp of a config.
 *
 * Whatever the profile, what the compiler makes of it is a program that the kernel would load, without an
 * instruction that nothing leads to, and it has an answer for each call: one of the profile's actions.
 */
#include "../unit/bpf_emulator.h"
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char before[] =
	"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\",\"args\":[\"x\"],"
	"\"noNewPrivileges\":true},\"linux\":{\"namespaces\":[{\"type\":\"mount\"}],\"seccomp\":";
static const char after[] = "}}";

static const uint32_t architectures[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64,
					  AUDIT_ARCH_ARM, AUDIT_ARCH_S390X };
static const int numbers[] = { -1, 0, 1, 16, 102, 117, 135, 257, 400, 462, 1000, 0x40000000, 0x40000010 };
static const uint64_t values[] = { 0, 1, 0xffffffff, 0x100000000, UINT64_MAX };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is_action(uint32_t answer)
{
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_KILL_PROCESS:
	case SECCOMP_RET_KILL_THREAD:
	case SECCOMP_RET_TRAP:
	case SECCOMP_RET_ERRNO:
	case SECCOMP_RET_USER_NOTIF:
	case SECCOMP_RET_TRACE:
	case SECCOMP_RET_LOG:
	case SECCOMP_RET_ALLOW:
		return true;
	}
	return false;
}

static void ask(struct bpf_program program, uint32_t architecture, int number)
{
	for (size_t i = 0; i < COUNT(values); i++) {
		struct seccomp_data data = { .nr = number, .arch = architecture };

		for (int arg = 0; arg < 6; arg++)
			data.args[arg] = values[(i + (size_t)arg * (i & 1)) % COUNT(values)];
		if (!is_action(bpf_run(program, &data)))
			abort();
	}
}

static void check_program(struct bpf_program program)
{
	const char *fault = bpf_fault(program);

	if (fault) {
		fprintf(stderr, "%s\n", fault);
		abort();
	}
	for (size_t i = 0; i < COUNT(architectures); i++)
		for (size_t j = 0; j < COUNT(numbers); j++)
			ask(program, architectures[i], numbers[j]);
}

static void compile(struct arena *arena, const struct spec *spec, enum host_architecture architecture)
{
	struct problem problem = { 0 };
	struct host host = { .architecture = architecture, .kernel_major = 6, .kernel_minor = 18,
			     .capabilities = ~0ULL, .last_capability = 40 };
	struct plan plan = { 0 };
	struct plan_request request = { .spec = spec, .host = &host, .id = "fuzz",
					.bundle = "/bundle" };

	plan_build(arena, &request, &plan, &problem);
	if (problem.found)
		return;
	for (size_t i = 0; i < plan.count; i++)
		if (plan.step[i].kind == STEP_SET_SECCOMP)
			check_program(plan.step[i].seccomp.program);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	size_t length = sizeof(before) - 1 + size + sizeof(after) - 1;
	struct arena arena;
	struct spec spec = { 0 };
	struct problem problem = { 0 };
	char *text;

	arena_init(&arena, NULL, 0);
	text = arena_alloc(&arena, length + 1);
	memcpy(text, before, sizeof(before) - 1);
	memcpy(text + sizeof(before) - 1, bytes, size);
	memcpy(text + sizeof(before) - 1 + size, after, sizeof(after) - 1);
	spec_read(&arena, text, length, &spec, &problem);
	if (!problem.found) {
		compile(&arena, &spec, HOST_X86_64);
		compile(&arena, &spec, HOST_ARM64);
	}
	arena_release(&arena);
	return 0;
}
