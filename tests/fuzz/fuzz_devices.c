/* fuzz_devices.c - any bytes as rules for devices, four for each rule.
 *
 * Whatever the rules, the program is one that the kernel would load, and it and the lines for cgroup v1 allow
 * just what the rules do. Numbers are small, so that rules meet.
 */
#include "../unit/devcgroup_emulator.h"
#include "../unit/device_oracle.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { RULES = 32, MAJORS = 5, MINORS = 9 };

/* 0 is any. */
static struct maybe_i64 number(uint8_t byte, unsigned count)
{
	unsigned value = byte % count;

	return (struct maybe_i64){ value != 0, value };
}

static struct device_rule rule(const uint8_t *bytes)
{
	return (struct device_rule){
		.allow = bytes[0] & 1, .type = "abcc"[bytes[0] >> 1 & 3],
		.major = number(bytes[1], MAJORS), .minor = number(bytes[2], MINORS),
		.read = bytes[3] & 1, .write = bytes[3] & 2, .mknod = bytes[3] & 4,
	};
}

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static void check_v1(const struct device_rules *made, struct arena *arena, struct devcgroup *cgroup,
		     struct problem *problem)
{
	struct device_lines lines;

	device_rules_v1(arena, made, &lines, problem);
	for (size_t i = 0; i < lines.count; i++)
		check(devcgroup_write(cgroup, &lines.at[i]), lines.at[i].text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct problem none = { 0 }, problem = { 0 };
	struct device_rule rules[RULES];
	struct devcgroup cgroup = { .allow = true };
	struct device_rules made;
	struct device_filter filter;
	struct arena arena;
	size_t count;

	arena_init(&arena, NULL, 0);
	for (count = 0; count < RULES && 4 * count + 4 <= size; count++)
		rules[count] = rule(bytes + 4 * count);
	device_rules_make(&arena, rules, count, &made, &none);
	check(!none.found, none.text);
	filter = device_filter_compile(&arena, &made);
	check(!ebpf_fault(filter), "a program with a fault");
	check_v1(&made, &arena, &cgroup, &problem);
	for (int major = 0; major <= MAJORS; major++)
		for (int minor = 0; minor <= MINORS; minor++)
			for (unsigned a = 2; a < 2 * (DEVICE_ACCESS + 1U); a++) {
				char type = a & 1 ? 'b' : 'c';
				bool good;

				good = device_expected(rules, count, type, major, minor, a / 2);
				check(device_filter_answer(filter, type, major, minor, a / 2) == good,
				      "the program is wrong");
				check(problem.found ||
					      devcgroup_allows(&cgroup, type, (uint32_t)major,
							       (uint32_t)minor, a / 2) == good,
				      "the lines are wrong");
			}
	arena_release(&arena);
	return 0;
}
