/* test_devices.c - rules for devices, known ones and random ones: for each device and each access the filter of
 * cgroup v2, in an emulator of eBPF, and the lines for cgroup v1, in an emulator of its controller, answer what
 * walking through the rules does. The seed is fixed; SEED in the environment tries other rules.
 */
#include "devcgroup_emulator.h"
#include "device_oracle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RULES = 12, ANY = -1 };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Numbers that rules are made of, and some that no rule has. */
static const int majors[] = { 0, 1, 2, 5, 10, 136, 4095 };
static const int minors[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 200, 1048575 };

static struct arena arena;
static uint64_t state = 88172645463325252ULL;

static unsigned draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % below);
}

/* --- rules in short --- */

static struct device_rule rule(bool allow, char type, int major, int minor, const char *access)
{
	return (struct device_rule){
		.allow = allow, .type = type,
		.major = { major != ANY, major == ANY ? 0 : major },
		.minor = { minor != ANY, minor == ANY ? 0 : minor },
		.read = strchr(access, 'r'), .write = strchr(access, 'w'), .mknod = strchr(access, 'm'),
	};
}

#define ALLOW(...) rule(true, __VA_ARGS__)
#define DENY(...) rule(false, __VA_ARGS__)

/* --- all of the interesting accesses --- */

struct access {
	char type;
	int major, minor;
	unsigned access;
};

#define ACCESSES (2 * COUNT(majors) * COUNT(minors) * DEVICE_ACCESS)

static struct access access_at(size_t n)
{
	struct access access = { .access = (unsigned)(n % DEVICE_ACCESS) + 1 };

	n /= DEVICE_ACCESS;
	access.minor = minors[n % COUNT(minors)];
	n /= COUNT(minors);
	access.major = majors[n % COUNT(majors)];
	access.type = n / COUNT(majors) ? 'b' : 'c';
	return access;
}

static void fail_at(const char *what, const struct device_rule *rule, size_t rules,
		    const struct access *access)
{
	for (size_t i = 0; i < rules; i++)
		print_error("%s %c %d:%d %s%s%s\n", rule[i].allow ? "allow" : "deny", rule[i].type,
			    rule[i].major.set ? (int)rule[i].major.value : ANY,
			    rule[i].minor.set ? (int)rule[i].minor.value : ANY, rule[i].read ? "r" : "",
			    rule[i].write ? "w" : "", rule[i].mknod ? "m" : "");
	fail_msg("%s: wrong answer for %c %d:%d %u", what, access->type, access->major, access->minor,
		 access->access);
}

static struct device_rules make(const struct device_rule *rule, size_t rules)
{
	struct problem problem = { 0 };
	struct device_rules made;

	device_rules_make(&arena, rule, rules, &made, &problem);
	assert_false(problem.found);
	return made;
}

static struct device_filter check_filter(const struct device_rule *rule, size_t rules)
{
	struct device_rules made = make(rule, rules);
	struct device_filter filter = device_filter_compile(&arena, &made);
	const char *fault = ebpf_fault(filter);

	if (fault)
		print_error("%s\n", fault);
	assert_null(fault);
	for (size_t n = 0; n < ACCESSES; n++) {
		struct access a = access_at(n);

		if (device_filter_answer(filter, a.type, a.major, a.minor, a.access) !=
		    device_expected(rule, rules, a.type, a.major, a.minor, a.access))
			fail_at("filter", rule, rules, &a);
	}
	return filter;
}

static void write_lines(struct devcgroup *cgroup, const struct device_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		assert_true(devcgroup_write(cgroup, &lines->at[i]));
}

static void check_cgroup(const struct devcgroup *cgroup, const struct device_rule *rule, size_t rules)
{
	for (size_t n = 0; n < ACCESSES; n++) {
		struct access a = access_at(n);

		if (devcgroup_allows(cgroup, a.type, (uint32_t)a.major, (uint32_t)a.minor, a.access) !=
		    device_expected(rule, rules, a.type, a.major, a.minor, a.access))
			fail_at("v1", rule, rules, &a);
	}
}

/* False where cgroup v1 has no words for the rules. */
static bool check_v1(const struct device_rule *rule, size_t rules, struct devcgroup *cgroup)
{
	struct problem problem = { 0 };
	struct device_rules made = make(rule, rules);
	struct device_lines lines;

	device_rules_v1(&arena, &made, &lines, &problem);
	assert_true(problem.found == (lines.count == 0));
	if (problem.found)
		return false;
	write_lines(cgroup, &lines);
	check_cgroup(cgroup, rule, rules);
	return true;
}

/* --- known rules --- */

static void assert_lines(const struct device_lines *lines, const char *text)
{
	char all[2048] = "";

	for (size_t i = 0; i < lines->count; i++) {
		strcat(all, lines->at[i].allow ? "+" : "-");
		strcat(all, lines->at[i].text);
		strcat(all, i + 1 < lines->count ? "\n" : "");
	}
	assert_string_equal(all, text);
}

static void assert_v1(const struct device_rule *rule, size_t rules, const char *text)
{
	struct problem problem = { 0 };
	struct device_rules made = make(rule, rules);
	struct device_lines lines;

	device_rules_v1(&arena, &made, &lines, &problem);
	assert_false(problem.found);
	assert_lines(&lines, text);
}

static void test_all_or_nothing(void **unused)
{
	const struct device_rule nothing[] = { DENY('a', ANY, ANY, "rwm") };
	const struct device_rule all[] = { DENY('c', 1, 3, "r"), ALLOW('a', ANY, ANY, "rwm") };
	struct devcgroup cgroup = { .allow = true };

	assert_int_equal(check_filter(NULL, 0).count, 2);
	assert_int_equal(check_filter(nothing, 1).count, 2);
	assert_int_equal(check_filter(all, 2).count, 2);
	assert_v1(NULL, 0, "-a");
	assert_v1(all, 2, "+a");
	assert_true(check_v1(nothing, 1, &cgroup));
	assert_true(check_v1(all, 2, &cgroup));
}

/* What Docker writes into a config (oci/devices.go, profiles): the defaults of runc come after it. */
static const char docker_lines[] = "-a\n+b *:* m\n+c *:* m\n+c 1:3 rwm\n+c 1:5 rwm\n"
				   "+c 1:7 rwm\n+c 1:8 rwm\n+c 1:9 rwm\n"
				   "+c 5:0 rwm\n+c 5:1 rwm\n+c 5:2 rwm\n+c 10:200 rwm\n+c 136:* rwm";

static size_t docker(struct device_rule *ret_rules)
{
	const struct device_rule rules[] = {
		DENY('a', ANY, ANY, "rwm"),  ALLOW('c', 1, 5, "rwm"),	ALLOW('c', 1, 3, "rwm"),
		ALLOW('c', 1, 9, "rwm"),     ALLOW('c', 1, 8, "rwm"),	ALLOW('c', 5, 0, "rwm"),
		ALLOW('c', 5, 1, "rwm"),     DENY('c', 10, 229, "rwm"), ALLOW('c', ANY, ANY, "m"),
		ALLOW('b', ANY, ANY, "m"),   ALLOW('c', 1, 7, "rwm"),	ALLOW('c', 136, ANY, "rwm"),
		ALLOW('c', 5, 2, "rwm"),     ALLOW('c', 10, 200, "rwm"),
	};

	memcpy(ret_rules, rules, sizeof(rules));
	return COUNT(rules);
}

static void test_docker(void **unused)
{
	struct device_rule rules[20];
	size_t count = docker(rules);
	struct devcgroup cgroup = { .allow = true };
	struct device_filter filter = check_filter(rules, count);

	assert_true(check_v1(rules, count, &cgroup));
	assert_v1(rules, count, docker_lines);
	/* 4 to begin with; the type; 6 for 1:3,5,7-9, 4 for 5:0-2, 3 for 10:200, 1 for 136; 3 for the answers. */
	assert_int_equal(filter.count, 22);
}

/* The rules of a config, and runc's after them. */
static void test_defaults(void **unused)
{
	const struct device_rule podman[] = { DENY('a', ANY, ANY, "rwm"), ALLOW('c', 10, 229, "rw") };
	const struct device_rule privileged[] = { ALLOW('a', ANY, ANY, "rwm") };
	struct problem problem = { 0 };
	struct device_rules made;
	struct device_lines lines;

	device_rules_of_container(&arena, podman, COUNT(podman), &made, &problem);
	device_rules_v1(&arena, &made, &lines, &problem);
	assert_false(problem.found);
	assert_lines(&lines, "-a\n+b *:* m\n+c *:* m\n+c 1:3 rwm\n+c 1:5 rwm\n"
			     "+c 1:7 rwm\n+c 1:8 rwm\n+c 1:9 rwm\n+c 5:0 rwm\n"
			     "+c 5:2 rwm\n+c 10:229 rwm\n+c 136:* rwm");
	device_rules_of_container(&arena, privileged, 1, &made, &problem);
	device_rules_v1(&arena, &made, &lines, &problem);
	assert_false(problem.found);
	assert_lines(&lines, "+a");
	assert_int_equal(device_filter_compile(&arena, &made).count, 2);
}

static void test_order(void **unused)
{
	const struct device_rule subtracted[] = { ALLOW('c', 1, 3, "rwm"), DENY('c', 1, ANY, "w"),
						  ALLOW('b', 8, 0, "r"), DENY('b', 8, 0, "r") };
	const struct device_rule merged[] = { ALLOW('c', 1, 3, "r"), ALLOW('c', 1, ANY, "w"),
					      ALLOW('c', 1, 4, "w") };
	const struct device_rule but[] = { ALLOW('a', ANY, ANY, "rwm"), DENY('b', 8, ANY, "w"),
					   DENY('b', 8, 1, "r"), ALLOW('c', 1, 3, "rwm") };
	const struct device_rule needless[] = { ALLOW('c', 7, 1, "m"), ALLOW('c', ANY, ANY, "m"),
						ALLOW('c', 7, ANY, "m"), DENY('c', 9, ANY, "rw") };

	assert_v1(subtracted, COUNT(subtracted), "-a\n+c 1:3 rm");
	assert_v1(merged, COUNT(merged), "-a\n+c 1:3 rw\n+c 1:* w");
	assert_v1(but, COUNT(but), "+a\n-b 8:1 rw\n-b 8:* w");
	assert_v1(needless, COUNT(needless), "-a\n+c *:* m");
	check_filter(subtracted, COUNT(subtracted));
	check_filter(merged, COUNT(merged));
	check_filter(but, COUNT(but));
}

/* An «a» with numbers is not all devices. */
static void test_type_a(void **unused)
{
	const struct device_rule numbered[] = { ALLOW('a', 10, 200, "r") };
	const struct device_rule mknod[] = { ALLOW('a', ANY, ANY, "rwm"), DENY('a', ANY, ANY, "m") };

	assert_v1(numbered, 1, "-a\n+b 10:200 r\n+c 10:200 r");
	assert_v1(mknod, 2, "-a\n+b *:* rw\n+c *:* rw");
	/* Both types alike: the type is not looked at. 4 to begin with, 2 numbers, 3 for the answer, 1 to get there. */
	assert_int_equal(check_filter(numbered, 1).count, 10);
	check_filter(mknod, 2);
}

static void test_hole(void **unused)
{
	const struct device_rule rules[] = { ALLOW('c', 10, ANY, "rwm"), DENY('c', 10, 200, "w") };
	const struct device_rule crossing[] = { ALLOW('b', ANY, 5, "rw"), ALLOW('b', 1, ANY, "r"),
						DENY('b', 1, ANY, "w") };
	struct devcgroup cgroup = { .allow = true };
	struct problem problem = { 0 };
	struct device_rules made = make(rules, COUNT(rules));
	struct device_lines lines;

	check_filter(rules, COUNT(rules));
	check_filter(crossing, COUNT(crossing));
	assert_false(check_v1(crossing, COUNT(crossing), &cgroup));
	device_rules_v1(&arena, &made, &lines, &problem);
	assert_string_equal(problem.text, "linux.resources.devices: c 10:200: cgroup v1 cannot deny a part of what is "
					  "allowed for more devices");
}

/* As many rules as there may be make a program that the kernel takes; more do not. */
static void test_many(void **unused)
{
	struct device_rule *many = ARENA_ARRAY(&arena, DEVICE_RULES_MAX + 1, struct device_rule);
	struct problem problem = { 0 };
	struct device_rules made;
	struct device_filter filter;

	for (int i = 0; i <= DEVICE_RULES_MAX; i++)
		many[i] = ALLOW('c', i % 4096, i / 4096 + 7, i % 2 ? "r" : "rw");
	device_rules_make(&arena, many, DEVICE_RULES_MAX, &made, &problem);
	assert_false(problem.found);
	filter = device_filter_compile(&arena, &made);
	assert_null(ebpf_fault(filter));
	assert_true(device_filter_answer(filter, 'c', 4094, 7, DEVICE_READ | DEVICE_WRITE));
	assert_false(device_filter_answer(filter, 'c', 4095, 7, DEVICE_WRITE));
	device_rules_make(&arena, many, DEVICE_RULES_MAX + 1, &made, &problem);
	assert_string_equal(problem.text, "linux.resources.devices: these are more than 4096 rules");
	memset(&problem, 0, sizeof(problem));
	for (int i = 0; i < 200; i++)
		many[i] = i % 2 ? ALLOW('b', i, ANY, "r") : ALLOW('b', ANY, i, "w");
	device_rules_make(&arena, many, 200, &made, &problem);
	assert_true(problem.found);
}

/* --- random rules --- */

static size_t draw_rules(struct device_rule *ret_rules)
{
	static const char *const accesses[] = { "r", "w", "m", "rw", "rm", "wm", "rwm", "rwm" };
	size_t count = draw(RULES + 1);
	unsigned wild = draw(12) + 1, allow = draw(4) + 1;

	for (size_t i = 0; i < count; i++)
		ret_rules[i] = rule(draw(4) < allow, "aabbccccc"[draw(9)],
				    draw(wild) ? majors[1 + draw(COUNT(majors) - 1)] : ANY,
				    draw(wild) ? minors[1 + draw(COUNT(minors) - 1)] : ANY,
				    accesses[draw(COUNT(accesses))]);
	return count;
}

static void test_random(void **unused)
{
	struct devcgroup cgroup = { .allow = true };	/* with what the round before has left in it */
	unsigned in_v1 = 0;

	for (int round = 0; round < 3000; round++) {
		struct device_rule rules[RULES];
		size_t count = draw_rules(rules);

		check_filter(rules, count);
		in_v1 += check_v1(rules, count, &cgroup);
		arena_release(&arena);
		arena_init(&arena, NULL, 0);
	}
	assert_true(in_v1 > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_or_nothing), cmocka_unit_test(test_docker),
		cmocka_unit_test(test_defaults),       cmocka_unit_test(test_order),
		cmocka_unit_test(test_type_a),	       cmocka_unit_test(test_hole),
		cmocka_unit_test(test_many),	       cmocka_unit_test(test_random),
	};
	const char *seed = getenv("SEED");
	int failed;

	if (seed)
		state ^= strtoull(seed, NULL, 0) * 0x9E3779B97F4A7C15ULL;
	arena_init(&arena, NULL, 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
