/* test_preflight.c - what `check` says a machine lacks, on folders that the test makes. */
#include "base/sys.h"
#include "life/life.h"
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct bundle bundle;
	struct text out;
	size_t count;
	char folder[32];
};

static char name[] = "true", other[] = "A=b", path_variable[] = "PATH=/nowhere:/bin";
static char *args[] = { name, NULL };
static char *env[] = { other, path_variable, NULL };

static void make_folder(struct fixture *f, const char *path)
{
	assert_int_equal(mkdir(arena_printf(&f->arena, "%s/%s", f->folder, path), 0755), 0);
}

static void make_file(struct fixture *f, const char *path, mode_t mode)
{
	int fd = open(arena_printf(&f->arena, "%s/%s", f->folder, path), O_WRONLY | O_CREAT | O_EXCL, mode);

	assert_true(fd >= 0);
	close(fd);
}

/* A bundle that nothing is wrong with: rootfs/bin/true and an empty rootfs/proc. */
static struct fixture *new_fixture(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena, NULL, 0);
	f->out = text_new(&f->arena);
	strcpy(f->folder, "/tmp/taru-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	make_folder(f, "rootfs");
	make_folder(f, "rootfs/bin");
	make_folder(f, "rootfs/proc");
	make_file(f, "rootfs/bin/true", 0755);
	f->bundle.path = f->folder;
	f->bundle.host = (struct host){ .kernel_major = 6, .kernel_minor = 1, .capabilities = ~0ULL,
					.last_capability = 40 };
	f->bundle.spec.root_path = "rootfs";
	f->bundle.spec.namespace[NAMESPACE_MOUNT].asked = true;
	f->bundle.spec.process.asked = true;
	f->bundle.spec.process.cwd = "/";
	f->bundle.spec.process.args = (struct texts){ args, 1 };
	f->bundle.spec.process.env = (struct texts){ env, 2 };
	return f;
}

static void end_fixture(struct fixture *f)
{
	static const char *const made[] = { "rootfs/bin/true", "rootfs/bin/plain", "rootfs/bin",
					    "rootfs/proc", "rootfs" };

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		remove(arena_printf(&f->arena, "%s/%s", f->folder, made[i]));
	assert_int_equal(rmdir(f->folder), 0);
	arena_release(&f->arena);
	free(f);
}

static const char *found(struct fixture *f)
{
	f->out = text_new(&f->arena);
	f->count = life_preflight(&f->arena, &f->bundle, &f->out);
	return f->out.at;
}

static void nothing_is_wrong(void **state)
{
	struct fixture *f = new_fixture();

	assert_string_equal(found(f), "");
	assert_int_equal(f->count, 0);
	end_fixture(f);
}

static void the_root_is_a_directory(void **state)
{
	struct fixture *f = new_fixture();

	f->bundle.spec.root_path = "/nonexistent";
	assert_string_equal(found(f), "root.path: '/nonexistent' does not exist\n");
	f->bundle.spec.root_path = "/dev/null";
	assert_string_equal(found(f), "root.path: '/dev/null' is not a directory\n");
	end_fixture(f);
}

static void proc_in_the_root_is_no_link(void **state)
{
	struct fixture *f = new_fixture();
	struct mount proc = { .destination = "/proc", .type = "proc", .source = "proc" };
	const char *path = arena_printf(&f->arena, "%s/rootfs/proc", f->folder);

	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/tmp", path), 0);
	assert_string_equal(found(f), "");	/* nothing is mounted there */
	f->bundle.spec.mount = &proc;
	f->bundle.spec.mounts = 1;
	assert_string_equal(found(f), "root.path: '/proc' in it is a symbolic link, not a directory\n");
	end_fixture(f);
}

static void sources_and_types_are_there(void **state)
{
	struct fixture *f = new_fixture();
	struct mount mounts[] = {
		{ .destination = "/a", .source = "/nonexistent\n", .options = { .bind = true } },
		{ .destination = "/b", .source = "rootfs", .options = { .bind = true } },
		{ .destination = "/c", .type = "tmpfs", .source = "tmpfs" },
		{ .destination = "/d", .type = "tmp", .source = "tmpfs" },
	};

	f->bundle.spec.mount = mounts;
	f->bundle.spec.mounts = 4;
	assert_string_equal(found(f), "mounts[0].source: '/nonexistent?' does not exist on the host\n"
				      "mounts[3].type: this kernel has no file system 'tmp'\n");
	assert_int_equal(f->count, 2);
	end_fixture(f);
}

static void joined_namespaces_are_of_their_kind(void **state)
{
	struct fixture *f = new_fixture();
	struct namespace *network = &f->bundle.spec.namespace[NAMESPACE_NETWORK];

	*network = (struct namespace){ .asked = true, .path = "/proc/self/ns/net", .index = 2 };
	assert_string_equal(found(f), "");
	network->path = "/proc/self/ns/uts";
	assert_string_equal(found(f), "linux.namespaces[2].path: '/proc/self/ns/uts' is not a network "
				      "namespace\n");
	network->path = "/dev/null";
	assert_string_equal(found(f), "linux.namespaces[2].path: '/dev/null' is not a network namespace\n");
	network->path = "/nonexistent";
	assert_string_equal(found(f), "linux.namespaces[2].path: '/nonexistent' does not exist\n");
	end_fixture(f);
}

static void the_program_is_searched_in_the_root(void **state)
{
	struct fixture *f = new_fixture();
	char plain_name[] = "plain", relative_name[] = "bin/none";
	char *plain[] = { plain_name, NULL }, *relative[] = { relative_name, NULL };
	struct mount volume = { .destination = "/nowhere", .type = "tmpfs", .source = "x" };

	f->bundle.spec.process.args.at = plain;
	assert_string_equal(found(f), "process.args[0]: no program 'plain' in the root file system's PATH "
				      "(/nowhere:/bin)\n");
	make_file(f, "rootfs/bin/plain", 0644);
	assert_int_not_equal(strlen(found(f)), 0);	/* not executable */
	f->bundle.spec.mount = &volume;
	f->bundle.spec.mounts = 1;
	assert_string_equal(found(f), "");		/* it may be on the volume */
	f->bundle.spec.process.args.at = relative;
	assert_string_equal(found(f), "process.args[0]: '/bin/none' in the root file system: no such file "
				      "or directory\n");
	end_fixture(f);
}

static void limits_are_the_hosts(void **state)
{
	struct fixture *f = new_fixture();
	struct process_limit limit = { RLIMIT_NOFILE, 1, UINT64_MAX };

	f->bundle.spec.process.rlimit = &limit;
	f->bundle.spec.process.rlimits = 1;
	assert_non_null(strstr(found(f), "process.rlimits[0].hard: the most for RLIMIT_NOFILE"));
	end_fixture(f);
}

static void the_kernel_is_asked(void **state)
{
	struct fixture *f = new_fixture();

	f->bundle.host.kernel_major = 5;
	f->bundle.host.kernel_minor = 10;
	f->bundle.host.last_capability = 38;
	f->bundle.spec.process.capabilities.bounding = 1ULL << 40;
	f->bundle.spec.seccomp = (struct seccomp){ .asked = true, .default_action = SECCOMP_RET_ALLOW,
						   .flags = SECCOMP_FILTER_FLAG_LOG,
						   .listener_path = "/nonexistent" };
	assert_string_equal(found(f),
			    "this kernel is 5.10: taru needs Linux 5.14 or newer\n"
			    "process.capabilities: this kernel does not know 'CAP_CHECKPOINT_RESTORE'\n"
			    "linux.seccomp.listenerPath: '/nonexistent' does not exist\n");
	end_fixture(f);
}

static void security_modules_and_tools_are_facts(void **state)
{
	struct fixture *f = new_fixture();
	struct id_map many = { 0, 100000, 65536 };

	f->bundle.host.capabilities = 0;
	f->bundle.spec.process.apparmor_profile = "p";
	f->bundle.spec.process.selinux_label = "l";
	f->bundle.spec.namespace[NAMESPACE_USER].asked = true;
	f->bundle.spec.uid_map = f->bundle.spec.gid_map = (struct id_maps){ &many, 1 };
	found(f);
	assert_non_null(strstr(f->out.at, "process.apparmorProfile: 'p': AppArmor is not enabled"));
	assert_non_null(strstr(f->out.at, "process.selinuxLabel: 'l': SELinux is not enabled"));
	assert_non_null(strstr(f->out.at, "linux.uidMappings: mapping more than one's own id needs 'newuidmap'"));
	assert_non_null(strstr(f->out.at, "linux.gidMappings: mapping more than one's own id needs 'newgidmap'"));
	end_fixture(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_wrong),
		cmocka_unit_test(the_root_is_a_directory),
		cmocka_unit_test(proc_in_the_root_is_no_link),
		cmocka_unit_test(sources_and_types_are_there),
		cmocka_unit_test(joined_namespaces_are_of_their_kind),
		cmocka_unit_test(the_program_is_searched_in_the_root),
		cmocka_unit_test(limits_are_the_hosts),
		cmocka_unit_test(the_kernel_is_asked),
		cmocka_unit_test(security_modules_and_tools_are_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
