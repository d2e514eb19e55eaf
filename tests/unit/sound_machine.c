/* sound_machine.c - see sound_machine.h */
#include "sound_machine.h"
#include "net/firewall.h"

static struct host_cgroup tree = { .controllers = "cpuset,cpu,io,memory,pids", .mount = "/sys/fs/cgroup", .path = "/",
				   .unified = true, .base = "" };

struct machine_folder sound_folder(const char *path, unsigned long type)
{
	return (struct machine_folder){ .path = path, .there = "/var", .type = type, .free = 100ULL << 30,
					.files_free = 10000000, .writable = true, .attributes = true,
					.access_lists = true };
}

struct machine sound_machine(struct arena *arena, uint32_t uid)
{
	struct machine machine = {
		.host = { .kernel_major = 6, .kernel_minor = 1, .uid = uid, .gid = uid, .cgroup = CGROUP_V2,
			  .hierarchy = &tree, .hierarchies = 1, .nft = "/usr/sbin/nft", .apparmor = true,
			  .user = uid ? "alice" : NULL, .capabilities = uid ? 0 : ~0ULL },
		.release = "6.1.0-13-amd64", .processor = "x86_64", .lsm = "capability,apparmor", .profiles = 10,
		.seccomp = true, .seccomp_notify = true, .disabled_controllers = "", .systemd = true,
		.subordinate_uids = 65536, .subordinate_gids = 65536, .newuidmap = { "/usr/bin/newuidmap", true },
		.newgidmap = { "/usr/bin/newgidmap", false, true }, .default_device = "eth0",
		.firewall = FIREWALL_THERE, .others = "",
		.pasta = "/usr/bin/pasta", .tun = true, .ping_last = 2147483647, .criu = "/usr/sbin/criu",
		.binfmt = true, .cdi_folders = "/etc/cdi", .cdi_files = 1, .files_limit = UINT64_MAX,
		.processes_limit = UINT64_MAX, .keys_max = 200, .key_bytes_max = 20000, .now = 1790000000,
		.synchronised = true,
	};

	for (int i = 0; i < NAMESPACES; i++)
		machine.namespace[i] = true;
	for (int i = 0; i < MACHINE_MODULES; i++)
		machine.module[i] = MODULE_LOADABLE;
	for (int i = 0; i < MACHINE_SYSCTLS; i++)
		machine.sysctl[i] = 100000;
	machine.sysctl[SYSCTL_MODULES_DISABLED] = 0;
	machine.sysctl[SYSCTL_IP_FORWARD] = 1;
	machine.sysctl[SYSCTL_BRIDGE_CALLS] = -1;
	machine.sysctl[SYSCTL_PORT_START] = 0;
	for (int i = 0; i < MACHINE_HELPERS; i++)
		machine.helper[i] = "/usr/libexec/taru/helper";
	machine.store = sound_folder("/var/lib/taru", EXT4);
	machine.run = sound_folder("/run/taru/containers", TMPFS);
	machine.emulated = (struct texts){ ARENA_ARRAY(arena, 2, char *), 1 };
	machine.emulated.at[0] = arena_copy(arena, "aarch64", 7);
	return machine;
}
