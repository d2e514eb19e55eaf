/* test_risks.c - what weakens a process's isolation is found in facts that the test makes up, and nothing else is; and
 * a config that is made of such facts is one. */
#include "spec/usual.h"
#include "xray/mounts.h"
#include "xray/parse.h"
#include "xray/tell.h"
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

static char *no_arguments[] = { NULL };

/* As a container is that asks for nothing, but has limits. */
static struct xray *usual(void)
{
	struct xray *xray = ARENA_NEW(&arena, struct xray);

	xray->arena = &arena;
	xray->pid = 7;
	xray->name = "x";
	xray->arguments = no_arguments;
	xray->label = "docker-default (enforce)";
	xray->apparmor = true;
	for (int i = 0; i < NAMESPACES; i++)
		xray->namespace[i].inode = (uint64_t)i + 1;
	xray->status.sets_told = true;
	xray->status.set[SET_BOUNDING] = capability_usual();
	xray->status.set[SET_EFFECTIVE] = xray->status.set[SET_PERMITTED] = capability_usual();
	xray->status.seccomp = (struct maybe_u32){ true, 2 };
	xray->status.no_new_privileges = (struct maybe_bool){ true, true };
	xray->limits = (struct xray_limits){ true, true, { true, 1 << 20 }, { true, 10 }, { true, false } };
	xray->mounts = xray_parse_mounts(
		&arena, "1 0 0:61 / / ro - overlay overlay rw\n2 1 0:63 / /proc rw - proc proc rw\n"
			"3 2 0:63 /sys /proc/sys ro - proc proc rw\n4 2 0:63 /bus /proc/bus ro - proc proc rw\n"
			"5 2 0:63 /irq /proc/irq ro - proc proc rw\n6 1 0:65 / /sys ro - sysfs sysfs rw\n"
			"7 2 0:63 /sysrq-trigger /proc/sysrq-trigger ro - proc proc rw\n");
	xray->mounts_known = true;
	xray->absent.at = ARENA_ARRAY(&arena, 64, char *);
	for (size_t i = 0; usual_masked_paths[i]; i++)
		xray->absent.at[xray->absent.count++] = arena_copy(&arena, usual_masked_paths[i],
								   strlen(usual_masked_paths[i]));
	return xray;
}

static const struct risk *find(const struct risks *risks, const char *name)
{
	for (size_t i = 0; i < risks->count; i++)
		if (!strcmp(risks->at[i].name, name))
			return &risks->at[i];
	return NULL;
}

static const struct risk *find_in(const struct xray *xray, const char *name)
{
	const struct risks risks = xray_judge(xray);

	return find(&risks, name);
}

static void expect(const struct xray *xray, const char *name, enum severity severity, const char *words)
{
	const struct risks risks = xray_judge(xray);
	const struct risk *risk = find(&risks, name);

	assert_non_null(risk);
	assert_int_equal(risk->severity, severity);
	assert_non_null(strstr(risk->what, words));
	assert_true(*risk->why && *risk->mend);
	for (size_t i = 1; i < risks.count; i++)
		assert_true(risks.at[i - 1].severity <= risks.at[i].severity);
}

static void add_mount(struct xray *xray, const char *line, const char *host)
{
	struct xray_mounts more = xray_parse_mounts(&arena, line);
	struct xray_mount *all = ARENA_ARRAY(&arena, xray->mounts.count + 1, struct xray_mount);

	assert_int_equal(more.count, 1);
	memcpy(all, xray->mounts.at, xray->mounts.count * sizeof(*all));
	all[xray->mounts.count] = more.at[0];
	all[xray->mounts.count].host = host;
	xray->mounts = (struct xray_mounts){ all, xray->mounts.count + 1 };
}

static void test_nothing(void **state)
{
	assert_int_equal(xray_judge(usual()).count, 0);
}

static void test_namespaces(void **state)
{
	static const struct { enum namespace_kind kind; const char *name; enum severity severity; } rows[] = {
		{ NAMESPACE_PID, "host-pid", SEVERITY_HIGH },	{ NAMESPACE_NETWORK, "host-network", SEVERITY_HIGH },
		{ NAMESPACE_IPC, "host-ipc", SEVERITY_MEDIUM },	{ NAMESPACE_UTS, "host-uts", SEVERITY_LOW },
		{ NAMESPACE_CGROUP, "host-cgroup", SEVERITY_LOW },
		{ NAMESPACE_MOUNT, "host-mount", SEVERITY_HIGH },
		{ NAMESPACE_USER, "host-root", SEVERITY_MEDIUM },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xray *xray = usual();

		xray->namespace[rows[i].kind].host = true;
		expect(xray, rows[i].name, rows[i].severity, rows[i].kind == NAMESPACE_USER ? "uid 0" : "host's");
	}
}

/* chroot(2) alone holds whom it is not left to. */
static void test_shut_in(void **state)
{
	struct xray *xray = usual();

	xray->namespace[NAMESPACE_MOUNT].host = true;
	xray->root = "/srv/a\n";
	expect(xray, "host-mount", SEVERITY_HIGH, "host's");
	xray->status.set[SET_EFFECTIVE] = 0;
	expect(xray, "host-mount", SEVERITY_LOW, "shut into '/srv/a\\012' by chroot");
	xray->root = "/";
	expect(xray, "host-mount", SEVERITY_HIGH, "host's");
}

/* What could not be read is not judged. */
static void test_unknown(void **state)
{
	struct xray *xray = usual();

	memset(xray->namespace, 0, sizeof(xray->namespace));
	xray->status = (struct xray_status){ 0 };
	xray->limits = (struct xray_limits){ 0 };
	xray->mounts = (struct xray_mounts){ 0 };
	assert_int_equal(xray_judge(xray).count, 0);
}

/* Rights in a user namespace of its own end there. */
static void test_capabilities(void **state)
{
	struct xray *xray = usual();

	xray->namespace[NAMESPACE_USER].host = true;
	xray->status.uid[1] = 1000;
	xray->status.uid[0] = xray->status.uid[2] = 1000;
	xray->status.set[SET_BOUNDING] |= 1ULL << CAP_SYS_ADMIN;
	assert_int_equal(xray_judge(xray).count, 0);
	xray->status.set[SET_EFFECTIVE] |= 1ULL << CAP_SYS_ADMIN;
	expect(xray, "capability", SEVERITY_CRITICAL, "CAP_SYS_ADMIN");
	xray->namespace[NAMESPACE_USER].host = false;
	expect(xray, "capability", SEVERITY_LOW, "CAP_SYS_ADMIN");
	xray->status.set[SET_EFFECTIVE] = 1ULL << 63;
	expect(xray, "capability", SEVERITY_NOTE, "capability 63");
}

static void test_confinement(void **state)
{
	struct xray *xray = usual();

	xray->status.seccomp.value = 0;
	xray->status.no_new_privileges.value = false;
	xray->label = "unconfined\n\x1b";
	expect(xray, "no-seccomp", SEVERITY_HIGH, "filter");
	expect(xray, "new-privileges", SEVERITY_NOTE, "no_new_privs");
	expect(xray, "unconfined", SEVERITY_LOW, "unconfined\\012\\033");
	xray->label = NULL;
	expect(xray, "no-label", SEVERITY_LOW, "label");
	xray->apparmor = false;
	expect(xray, "no-lsm", SEVERITY_NOTE, "AppArmor");
}

static void test_limits(void **state)
{
	static char disk[] = "/dev/sda";
	static char *list[] = { disk, NULL };
	struct xray *xray = usual();

	xray->limits.memory.set = xray->limits.pids.set = false;
	xray->limits.all_devices.value = true;
	xray->block_devices = (struct texts){ list, 1 };
	xray->namespace[NAMESPACE_USER].host = true;
	expect(xray, "no-memory-limit", SEVERITY_MEDIUM, "memory");
	expect(xray, "no-pids-limit", SEVERITY_MEDIUM, "processes");
	expect(xray, "all-devices", SEVERITY_HIGH, "devices");
	expect(xray, "block-device", SEVERITY_CRITICAL, "/dev/sda");
}

#define DIGITS "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct { const char *host, *options, *name; enum severity severity; } host_files[] = {
	{ "/", "rw", "host-files", SEVERITY_CRITICAL },
	{ "/", "ro", "host-files", SEVERITY_HIGH },
	{ "/etc", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/home", "ro", "host-folder", SEVERITY_HIGH },
	{ "/etc/cron.d", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/etc/shadow", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/usr/bin", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/usr/lib/systemd", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/usr/bin", "ro", "host-folder", SEVERITY_LOW },
	{ "/root/.ssh", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/run/docker.sock", "ro", "engine-socket", SEVERITY_CRITICAL },
	{ "/run/containerd/containerd.sock", "rw", "engine-socket", SEVERITY_CRITICAL },
	{ "/run/taru/containers/x/attach", "rw", "engine-socket", SEVERITY_CRITICAL },
	{ "/run/systemd/private", "rw", "engine-socket", SEVERITY_CRITICAL },
	{ "/srv/x/podman.sock", "ro", "engine-socket", SEVERITY_CRITICAL },
	{ "/var/snap/lxd/common/lxd/unix.socket", "ro", "engine-socket", SEVERITY_CRITICAL },
	{ "/run/dbus/system_bus_socket", "ro", "bus-socket", SEVERITY_HIGH },
	{ "/run/user/1000/bus", "ro", "session-socket", SEVERITY_HIGH },
	{ "/run/user/1000/systemd/private", "ro", "session-socket", SEVERITY_HIGH },
	{ "/var", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/var/lib", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/var/lib/docker", "ro", "host-folder", SEVERITY_HIGH },
	{ "/var/lib/docker/overlay2", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/var/lib/docker/volumes", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/var/lib/containers/storage", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/var/lib/kubelet/pki", "ro", "host-folder", SEVERITY_CRITICAL },
	{ "/var/lib/kubelet/pods", "ro", "host-folder", SEVERITY_CRITICAL },
	{ "/var/spool/cron/crontabs", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/var/lib/dpkg/info", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/run/systemd/system", "rw", "host-folder", SEVERITY_CRITICAL },
	{ "/run/systemd", "ro", "host-folder", SEVERITY_HIGH },
	{ "/run/dbus", "ro", "host-folder", SEVERITY_HIGH },
	{ "/run/containerd", "ro", "host-folder", SEVERITY_CRITICAL },
	{ "/run/user/1000", "rw", "host-folder", SEVERITY_HIGH },
	{ "/home/eve", "rw", "host-folder", SEVERITY_HIGH },
	{ "/home/eve/.ssh", "ro", "host-folder", SEVERITY_HIGH },
	{ "/home/eve/.ssh/id_ed25519", "ro", "host-folder", SEVERITY_HIGH },
	{ "/home/eve/.bashrc", "rw", "host-folder", SEVERITY_HIGH },
	{ "/home/eve/.gitconfig", "ro", "host-folder", SEVERITY_NOTE },
	{ "/home/eve/.config/systemd/user", "rw", "host-folder", SEVERITY_HIGH },
	{ "/root/.ssh/id_rsa", "ro", "host-folder", SEVERITY_HIGH },
	{ "/etc/shadow", "ro", "host-folder", SEVERITY_HIGH },
	{ "/etc/shadow-", "ro", "host-folder", SEVERITY_HIGH },
	{ "/tmp", "rw", "host-folder", SEVERITY_MEDIUM },
};

/* What people mount all day, and what engines mount of their own. */
static const struct { const char *host, *options; } usual_files[] = {
	{ "/home/eve/project", "rw" },
	{ "/var/www", "rw" },
	{ "/var/log/nginx", "rw" },
	{ "/srv/x/bus", "rw" },
	{ "/var/lib/postgresql", "rw" },
	{ "/var/lib/docker/volumes/v/_data", "rw" },
	{ "/etc/ssl/certs/ca.crt", "ro" },
	{ "/var/lib/docker/containers/" DIGITS "/hosts", "rw" },
	{ "/run/containers/storage/overlay-containers/" DIGITS "/userdata/hosts", "rw" },
	{ "/run/user/1000/containers/overlay-containers/" DIGITS "/userdata/hosts", "rw" },
	{ "/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/" DIGITS "/resolv.conf", "rw" },
	{ "/var/lib/kubelet/pods/12345678-1234-1234-1234-123456789abc/etc-hosts", "rw" },
	{ "/run/lock", "rw" },
	{ "/opt/data", "rw" },
	{ "/tmp/build", "rw" },
};

static void test_mounts(void **state)
{
	struct xray *xray;

	for (size_t i = 0; i < sizeof(host_files) / sizeof(host_files[0]); i++) {
		xray = usual();
		add_mount(xray, arena_printf(&arena, "9 1 8:1 / /a\\012b %s - ext4 d rw\n", host_files[i].options),
			  host_files[i].host);
		expect(xray, host_files[i].name, host_files[i].severity, "/a\\012b");
	}
}

/* Read-only mends it where it is enough. */
static void test_mends(void **state)
{
	struct xray *xray = usual();

	add_mount(xray, "9 1 8:1 / /a rw - ext4 d rw\n", "/home/eve/.config/autostart");
	assert_string_equal(find_in(xray, "host-folder")->why,
			    "of '/home/eve/.config': what is run for a user is set there");
	assert_non_null(strstr(find_in(xray, "host-folder")->mend, ":ro"));
	xray = usual();
	add_mount(xray, "9 1 8:1 / /a rw - ext4 d rw\n", "/home/eve/.ssh");
	assert_null(strstr(find_in(xray, "host-folder")->mend, ":ro"));
}

/* Who may not take away what covers it does not reach it. */
static void test_covered(void **state)
{
	struct xray *xray = usual();

	add_mount(xray, "9 1 8:1 / /a rw - ext4 d rw\n", "/");
	xray->mounts.at[xray->mounts.count - 1].covered = true;
	expect(xray, "host-files", SEVERITY_LOW, "covered by another mount");
	xray->status.set[SET_EFFECTIVE] |= 1ULL << CAP_SYS_ADMIN;
	expect(xray, "host-files", SEVERITY_CRITICAL, "covered by another mount");
}

static void test_usual_mounts(void **state)
{
	struct xray *xray = usual();

	add_mount(xray, "9 1 8:1 / /data rw - ext4 d rw\n", "/srv/data");
	add_mount(xray, "10 1 8:1 / /private rw - ext4 d rw\n", "/srv/private");
	/* What an engine mounts of its own, and what cannot be written to below such a folder. */
	add_mount(xray, "11 1 8:1 / /etc/hosts rw - ext4 d rw\n", "/var/lib/taru/containers/" DIGITS "/hosts");
	add_mount(xray, "14 1 8:1 / /etc/hostname rw - ext4 d rw\n",
		  arena_printf(&arena, "/root/store/containers/%064d/hostname", 7));
	add_mount(xray, "15 1 8:1 / /volume rw - ext4 d rw\n", "/root/store/volumes/v/data");
	add_mount(xray, "12 1 8:1 / /etc/ssl ro - ext4 d rw\n", "/etc/ssl/certs");
	add_mount(xray, "13 1 8:1 / /other rw - ext4 d rw\n", "/etcetera");
	for (size_t i = 0; i < sizeof(usual_files) / sizeof(usual_files[0]); i++)
		add_mount(xray, arena_printf(&arena, "%zu 1 8:1 / /u%zu %s - ext4 d rw\n", i + 20, i,
					     usual_files[i].options), usual_files[i].host);
	assert_int_equal(xray_judge(xray).count, 0);
}

static void test_kernel_files(void **state)
{
	struct xray *xray = usual();

	xray->namespace[NAMESPACE_USER].host = true;
	xray->mounts.at[2].readonly = false;
	expect(xray, "writable-kernel-file", SEVERITY_CRITICAL, "core_pattern");
	xray->mounts.at[2].readonly = true;
	xray->mounts.at[5].readonly = false;
	expect(xray, "writable-kernel-file", SEVERITY_CRITICAL, "uevent_helper");
	xray = usual();
	xray->absent.count = 0;
	expect(xray, "unmasked", SEVERITY_LOW, "/proc/kcore");
	add_mount(xray, "9 6 0:70 / /sys/fs/cgroup rw - cgroup cgroup rw,cpu\n", NULL);
	expect(xray, "writable-cgroup", SEVERITY_LOW, "/sys/fs/cgroup");
	xray->namespace[NAMESPACE_USER].host = true;
	expect(xray, "writable-cgroup", SEVERITY_HIGH, "/sys/fs/cgroup");
	xray->mounts.at[0].readonly = false;
	expect(xray, "writable-root", SEVERITY_NOTE, "root");
	xray->mounts.at[0].escapes = true;
	expect(xray, "shared-mount", SEVERITY_HIGH, "'/'");
}

static void test_files(void **state)
{
	struct xray_file files[] = { { 0, "/dev/pts/3", false, true, true, true },
				     { 8, "/etc/shadow", false, true, false, true },
				     { 9, "/inside", true, false, false, false },
				     { -1, "/sys/fs/cgroup", true, false, false, true } };
	struct xray *xray = usual();

	xray->files = (struct xray_files){ files, 1 };
	expect(xray, "descriptor", SEVERITY_NOTE, "device");
	xray->files.count = 2;
	expect(xray, "descriptor", SEVERITY_HIGH, "/etc/shadow");
	xray->files.count = 4;
	expect(xray, "descriptor", SEVERITY_CRITICAL, "working directory");
	assert_int_equal(xray_judge(xray).count, 3);
}

static void test_ports(void **state)
{
	struct xray_socket socket = { PROTOCOL_TCP, "0.0.0.0", 80, true, 5, true };
	struct xray *xray = usual();

	xray->sockets = (struct xray_sockets){ &socket, 1 };
	assert_int_equal(xray_judge(xray).count, 0);
	xray->namespace[NAMESPACE_NETWORK].host = true;
	expect(xray, "privileged-port", SEVERITY_LOW, "port 80");
	xray->namespace[NAMESPACE_PID].host = true;
	xray->ptrace_scope = (struct maybe_u32){ true, 0 };
	expect(xray, "ptrace-scope", SEVERITY_LOW, "Yama");
}

/* What it says is a config that the rules of the specification have nothing against, whatever names are in it. */
static void test_spec(void **state)
{
	struct xray *xray = usual();
	struct text out = text_new(&arena), warnings = text_new(&arena);
	struct json_writer json = json_writer_new(&out, NULL);
	struct problem problem = { 0 };
	struct spec spec;

	xray->uids = xray_parse_id_map(&arena, "0 1000 10\n");
	xray->gids = xray->uids;
	xray->status.uid[1] = 1003;
	xray->status.gid[1] = 99;
	xray->root = "/";
	xray->directory = "/";
	add_mount(xray, "9 1 8:1 / /a\\012\"b ro,nosuid - ext4 d rw\n", "/srv/a\n\"b");
	add_mount(xray, "10 1 0:99 / /t rw,noexec,relatime - tmpfs t rw,size=64k,mode=755,uid=1002,gid=5\n", NULL);
	add_mount(xray, "11 1 0:98 / /fuse rw - fuse f rw\n", NULL);
	xray_judge_mounts(&arena, &xray->mounts, &(struct xray_mounts){ 0 });
	xray->mounts.at[7].host = "/srv/a\n\"b";
	xray_tell_spec(xray, &json, &warnings);
	spec_read(&arena, out.at, out.length, &spec, &problem);
	assert_string_equal(problem.text, "");
	assert_true(spec_new_namespace(&spec, NAMESPACE_USER) && spec_new_namespace(&spec, NAMESPACE_TIME));
	assert_int_equal(spec.process.user.uid, 3);
	assert_int_equal(spec.process.user.gid, 0);
	assert_non_null(strstr(warnings.at, "99 is no id"));
	assert_non_null(strstr(warnings.at, "'/fuse' (fuse)"));
	assert_int_equal(spec.process.capabilities.bounding, capability_usual());
	assert_true(spec.process.no_new_privileges && spec.root_readonly && spec.seccomp.asked);
	assert_string_equal(spec.process.apparmor_profile, "docker-default");
	assert_int_equal(spec.readonly_paths.count, 4);
	assert_int_equal(spec.resources.pids_limit.value, 10);
	assert_int_equal(spec.mounts, 4);
	assert_string_equal(spec.mount[2].destination, "/a\n\"b");
	assert_string_equal(spec.mount[3].option.at[3], "mode=755");
	assert_string_equal(spec.mount[3].option.at[4], "uid=2");
	assert_int_equal(spec.mount[3].option.count, 5);
}

#define EVIL "<u id=x>'\"&\x1b"

/* Whatever can be named by others is so named. */
static struct xray *named_by_others(void)
{
	static char evil[] = EVIL, *texts[] = { evil, NULL };
	static struct pair files[] = { { evil, evil } };
	static struct xray_cgroup cgroups[] = { { 3, EVIL, EVIL, EVIL, { files, 1 } } };
	static struct xray_file open_files[] = { { 3, EVIL, true, true, false, true } };
	struct xray *xray = usual();

	xray->name = xray->container = xray->executable = xray->label = xray->root = xray->directory = EVIL;
	xray->arguments = texts;
	xray->status.cpus = EVIL;
	xray->namespace[NAMESPACE_PID].others = 1;
	xray->namespace[NAMESPACE_PID].other[0] = (struct xray_other){ 5, EVIL };
	xray->cgroups = (struct xray_cgroups){ cgroups, 1 };
	xray->files = (struct xray_files){ open_files, 1 };
	xray->block_devices = xray->unread = (struct texts){ texts, 1 };
	add_mount(xray, "9 1 8:1 / /" EVIL " rw - " EVIL " " EVIL " rw\n", "/etc/" EVIL);
	return xray;
}

/* Names of others are text on the page, wherever they stand. */
static void test_page(void **state)
{
	struct xray *xray = named_by_others();
	const struct risks risks = xray_judge(xray);
	struct text page = text_new(&arena), alone = text_new(&arena);
	size_t count = 0;

	xray_tell_html(xray, &risks, &page);
	xray_tell_risks_html(xray, &risks, &alone);
	for (const char *at = page.at; (at = strstr(at, "&lt;u id=x&gt;&#39;&quot;&amp;")); at++)
		count++;
	assert_true(count > 20);
	assert_null(strstr(page.at, "<u "));
	assert_null(strstr(alone.at, "<u "));
	assert_null(strchr(page.at, '\x1b'));
	assert_non_null(strstr(alone.at, "host-folder"));
	assert_null(strstr(alone.at, "id=\"mounts\""));
	/* One of whom nothing is known has a page as well. */
	page = text_new(&arena);
	xray = ARENA_NEW(&arena, struct xray);
	*xray = (struct xray){ .arena = &arena, .name = "x", .arguments = no_arguments };
	xray_tell_html(xray, &(struct risks){ 0 }, &page);
	assert_non_null(strstr(page.at, "not told"));
	assert_non_null(strstr(page.at, "</html>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_shut_in),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_confinement),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_mends),
		cmocka_unit_test(test_covered),
		cmocka_unit_test(test_usual_mounts),
		cmocka_unit_test(test_kernel_files),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_spec),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
