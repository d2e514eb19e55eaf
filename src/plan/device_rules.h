/* device_rules.h - which devices a container may use (linux.resources.devices), for both kinds of cgroups.
 *
 * What the rules mean:
 *
 *   order       «The runtime MUST apply entries in the listed order» (runtime-spec, config-linux.md, Allowed
 *               Device list), and what no rule is about is denied. So for a device, and for each of read, write
 *               and mknod by itself, the last rule that names both decides; without one it is denied. An access
 *               that asks for several of them (open(2) with O_RDWR) needs all of them.
 *   type a      is c and b, as the specification says, with the numbers and the access of the rule. (runc and the
 *               file devices.allow take an «a» for all devices with every access, whatever else the rule says; here
 *               {allow, a, 10:229, r} gives nothing else away. Where nothing else is said it is the same.)
 *   parts       A denial of a part of what a rule with wildcards allows is kept exactly. The filter of cgroup v2
 *               can do that; cgroup v1 cannot, so there it is refused. (runc refuses it for both: «cannot punch
 *               hole in existing wildcard rule».)
 *   defaults    The rules of a config are followed by runc's own (specconv.AllowedDevices): mknod of any device;
 *               null, full, zero, random, urandom, tty, ptmx and the pseudo terminals.
 *
 * First the rules are brought into a form where order does not matter: for each type what holds for all
 * devices, and the exceptions from it, each with all that is allowed there. Of several exceptions for a device the
 * more specific one holds. Equal rights have equal forms, so what rules were written for nothing is gone.
 */
#pragma once
#include "base/arena.h"
#include "base/problem.h"
#include "spec/spec.h"

/* As the kernel has them (BPF_DEVCG_ACC_*). */
enum { DEVICE_MKNOD = 1, DEVICE_READ = 2, DEVICE_WRITE = 4, DEVICE_ACCESS = 7 };

enum { DEVICE_ANY = -1 };

/* More is refused, of rules and of exceptions: the kernel looks through them at each open(2). */
enum { DEVICE_RULES_MAX = 4096 };

struct device_entry {
	int major, minor;		/* or DEVICE_ANY, but not both */
	uint8_t access;			/* what is allowed: bits of DEVICE_ACCESS */
};

/* One type of device. major:minor goes before major:*, that before *:minor. Where both major:* and *:minor are
 * there and differ, there is a major:minor too. */
struct device_set {
	uint8_t rest;			/* what is allowed for all others */
	struct device_entry *at;	/* by major, then minor; DEVICE_ANY last */
	size_t count;
};

struct device_rules {
	struct device_set block, character;
};

/* A program for BPF_PROG_TYPE_CGROUP_DEVICE. It calls no helper, so its license is of no matter. */
struct device_filter {
	struct bpf_insn *at;
	size_t count;
};

/* What is to be written, in one write(2), to devices.allow or devices.deny of a cgroup v1. */
struct device_line {
	bool allow;
	const char *text;		/* "a", "c 1:3 rwm" */
};

struct device_lines {
	struct device_line *at;
	size_t count;
};

/* --- device_rules.c --- */

/* The rights that exactly these rules give, in the arena. The problem is that there are too many. */
void device_rules_make(struct arena *arena, const struct device_rule *rule, size_t rules,
		       struct device_rules *ret_rules, struct problem *problem);

/* The same followed by runc's own rules: what a container gets. */
void device_rules_of_container(struct arena *arena, const struct device_rule *rule, size_t rules,
			       struct device_rules *ret_rules, struct problem *problem);

/* The exception for just these numbers (DEVICE_ANY: for all), or NULL. */
const struct device_entry *device_find(const struct device_set *set, int major, int minor);

/* --- device_v1.c --- */

/* All that is to be written, in this order, to a cgroup whatever its state: a reset, then the exceptions. The
 * problem is that cgroup v1 has no words for such rights. The kernel refuses what the parent may not (EPERM),
 * and a reset where the cgroup has children (EINVAL). */
void device_rules_v1(struct arena *arena, const struct device_rules *rules,
		     struct device_lines *ret_lines, struct problem *problem);

/* --- device_filter.c --- */

/* The program that answers 1 where all that is asked for is allowed, else 0; in the arena. */
struct device_filter device_filter_compile(struct arena *arena, const struct device_rules *rules);
