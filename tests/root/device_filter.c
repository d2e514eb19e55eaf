/* device_filter.c - has the kernel itself decide by rules: device_filter KIND CGROUP
 *
 * KIND v2: CGROUP is a directory of a cgroup2, to which programs are attached. KIND v1: one of the devices
 * controller, to whose files lines are written. This process goes into the cgroup and opens and makes devices;
 * then the rules are changed. The last line that it prints is «ok».
 */
#include "exec/do.h"
#include "plan/device_rules.h"
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static struct arena arena;
static int cgroup;

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "wrong: %s (%s)\n", what, strerror(errno));
	exit(1);
}

static struct device_rule rule(bool allow, int major, int minor, const char *access)
{
	return (struct device_rule){
		.allow = allow, .type = 'c',
		.major = { major >= 0, major }, .minor = { minor >= 0, minor },
		.read = strchr(access, 'r'), .write = strchr(access, 'w'), .mknod = strchr(access, 'm'),
	};
}

/* --- what is allowed --- */

static bool may_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	else
		check(errno == EPERM, path);
	return fd >= 0;
}

static bool may_make(unsigned major, unsigned minor)
{
	char path[] = "/tmp/device.XXXXXX";
	bool made;

	check(mkdtemp(path), path);
	check(chdir(path) == 0, path);
	made = mknod("d", S_IFCHR | 0600, makedev(major, minor)) == 0;
	check(made || errno == EPERM, "mknod");
	unlink("d");
	check(chdir("/") == 0 && rmdir(path) == 0, path);
	return made;
}

/* --- setting it --- */

static void write_text(const char *file, const char *text)
{
	int fd = openat(cgroup, file, O_WRONLY | O_CLOEXEC);

	check(fd >= 0, file);
	check(write(fd, text, strlen(text)) == (ssize_t)strlen(text), text);
	close(fd);
}

/* `replaces`: there are some already, which is nothing special to v1. */
static void set(bool v1, const struct device_rules *rules, bool replaces)
{
	struct problem problem = { 0 };
	struct device_lines lines;
	struct device_filter filter;

	if (!v1) {
		filter = device_filter_compile(&arena, rules);
		errno = -set_devices(cgroup, filter.at, filter.count, replaces);
		check(errno == 0, "set_devices");
		return;
	}
	device_rules_v1(&arena, rules, &lines, &problem);
	check(!problem.found, problem.text);
	for (size_t i = 0; i < lines.count; i++)
		write_text(lines.at[i].allow ? "devices.allow" : "devices.deny", lines.at[i].text);
}

/* How many programs are attached. */
static unsigned attached(void)
{
	uint32_t ids[64];
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = (uint32_t)cgroup;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.prog_ids = (uintptr_t)ids;
	attr.query.prog_cnt = 64;
	errno = -sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	check(errno == 0, "query");
	return attr.query.prog_cnt;
}

/* --- the parts --- */

/* A container's usual rights, then others, then all. */
static void check_rules(bool v1)
{
	const struct device_rule few[] = { rule(true, 1, 3, "r"), rule(true, 1, 5, "rw"), rule(true, 1, 9, "rwm") };
	const struct device_rule all = { .allow = true, .type = 'a', .read = true, .write = true, .mknod = true };
	struct device_rules usual, other, every;
	struct problem problem = { 0 };

	device_rules_of_container(&arena, NULL, 0, &usual, &problem);
	device_rules_make(&arena, few, 3, &other, &problem);
	device_rules_make(&arena, &all, 1, &every, &problem);
	set(v1, &usual, false);
	check(may_open("/dev/null", O_RDWR) && may_open("/dev/full", O_RDONLY), "usual devices");
	check(!may_open("/dev/kmsg", O_RDONLY), "/dev/kmsg is not usual");
	check(may_make(10, 229), "any device can be made");
	set(v1, &other, true);
	check(may_open("/dev/null", O_RDONLY) && !may_open("/dev/null", O_WRONLY), "null to be read");
	check(!may_open("/dev/null", O_RDWR), "null to be read and written");
	check(may_open("/dev/zero", O_RDWR) && may_open("/dev/urandom", O_RDONLY), "zero, urandom");
	check(!may_open("/dev/full", O_RDONLY) && !may_make(10, 229), "full is gone, and mknod");
	check(may_make(1, 9) && !may_make(1, 5), "mknod of urandom alone");
	set(v1, &every, true);
	check(may_open("/dev/kmsg", O_RDONLY) && may_make(10, 229), "all");
	set(v1, &usual, true);
	check(may_open("/dev/null", O_RDWR) && !may_open("/dev/kmsg", O_RDONLY), "usual devices again");
}

/* A part of a wildcard: for v2 alone. */
static void check_hole(void)
{
	const struct device_rule rules[] = { rule(true, 1, -1, "rw"), rule(false, 1, 7, "w") };
	struct problem problem = { 0 };
	struct device_rules made;

	device_rules_make(&arena, rules, 2, &made, &problem);
	set(false, &made, true);
	check(may_open("/dev/null", O_RDWR) && may_open("/dev/full", O_RDONLY), "around the hole");
	check(!may_open("/dev/full", O_RDWR) && !may_open("/dev/full", O_WRONLY), "the hole");
}

/* Ours are replaced, also where there are several; a program of somebody else stays. */
static void check_others(void)
{
	const struct bpf_insn yes[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
					{ .code = BPF_JMP | BPF_EXIT } };
	union bpf_attr attr;
	int other;

	check(attached() == 1, "one program is attached");
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)yes;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t) "GPL";
	other = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	check(other >= 0, "another program");
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)cgroup;
	attr.attach_bpf_fd = (uint32_t)other;
	attr.attach_type = BPF_CGROUP_DEVICE;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	check(sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr)) == 0, "attach another program");
	close(other);
	check(set_devices(cgroup, yes, 2, false) == 0 && attached() == 3, "a second one of ours");
	check(set_devices(cgroup, yes, 2, true) == 0 && attached() == 2, "one instead of two");
	check(set_devices(cgroup, yes, 2, true) == 0 && attached() == 2, "one instead of one");
	check(set_devices(cgroup, yes, 1, true) == -EINVAL && attached() == 2, "a program that is none");
	check(may_open("/dev/kmsg", O_RDONLY), "all is allowed");
}

/* The largest programs are not too much for the verifier. */
static void check_large(void)
{
	struct device_rule *rules = ARENA_ARRAY(&arena, DEVICE_RULES_MAX, struct device_rule);
	struct problem problem = { 0 };
	struct device_rules made;

	for (int i = 0; i < DEVICE_RULES_MAX; i++) {
		rules[i] = rule(true, i / 2 % 512 * 2, i / 1024 * 2 + i % 2, &"rwm"[i % 3]);
		rules[i].type = 'a';
	}
	rules[7].type = 'b';
	device_rules_make(&arena, rules, DEVICE_RULES_MAX, &made, &problem);
	check(!problem.found, problem.text);
	set(false, &made, true);
}

int main(int argc, char **argv)
{
	bool v1 = argc == 3 && strcmp(argv[1], "v1") == 0;

	check(argc == 3, "two arguments");
	arena_init(&arena, NULL, 0);
	cgroup = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
	check(cgroup >= 0, argv[2]);
	write_text("cgroup.procs", "0");
	check_rules(v1);
	if (!v1) {
		check_hole();
		check_others();
		check_large();
	}
	puts("ok");
	return 0;
}
