/* machine.c - names of the facts, and what is known of file systems: see machine.h. Pure. */
#include "doctor/machine.h"

const char *const machine_calls[MACHINE_CALLS] = {
	[CALL_OPENAT2] = "openat2", [CALL_CLONE3] = "clone3", [CALL_PIDFD_OPEN] = "pidfd_open",
	[CALL_CLOSE_RANGE] = "close_range", [CALL_FACCESSAT2] = "faccessat2", [CALL_OPEN_TREE] = "open_tree",
	[CALL_FSOPEN] = "fsopen", [CALL_MOVE_MOUNT] = "move_mount", [CALL_MOUNT_SETATTR] = "mount_setattr",
	[CALL_SECCOMP] = "seccomp", [CALL_KEYCTL] = "keyctl",
};

const char *const machine_mounts[MACHINE_MOUNTS] = {
	[MOUNT_PROC] = "proc", [MOUNT_SYSFS] = "sysfs", [MOUNT_TMPFS] = "tmpfs", [MOUNT_DEVPTS] = "devpts",
	[MOUNT_MQUEUE] = "mqueue", [MOUNT_OVERLAY] = "overlay",
};

const char *const machine_modules[MACHINE_MODULES] = {
	[MODULE_OVERLAY] = "overlay", [MODULE_FUSE] = "fuse", [MODULE_TUN] = "tun", [MODULE_BRIDGE] = "bridge",
	[MODULE_VETH] = "veth", [MODULE_MACVLAN] = "macvlan", [MODULE_IPVLAN] = "ipvlan",
	[MODULE_BR_NETFILTER] = "br_netfilter", [MODULE_NF_CONNTRACK] = "nf_conntrack",
	[MODULE_NF_TABLES] = "nf_tables", [MODULE_NFT_CT] = "nft_ct", [MODULE_NFT_CHAIN_NAT] = "nft_chain_nat",
	[MODULE_NFT_NAT] = "nft_nat", [MODULE_NFT_MASQ] = "nft_masq", [MODULE_NFT_FIB_INET] = "nft_fib_inet",
};

const char *const machine_sysctls[MACHINE_SYSCTLS] = {
	[SYSCTL_MNT_NAMESPACES] = "user.max_mnt_namespaces", [SYSCTL_PID_NAMESPACES] = "user.max_pid_namespaces",
	[SYSCTL_NET_NAMESPACES] = "user.max_net_namespaces", [SYSCTL_IPC_NAMESPACES] = "user.max_ipc_namespaces",
	[SYSCTL_UTS_NAMESPACES] = "user.max_uts_namespaces",
	[SYSCTL_CGROUP_NAMESPACES] = "user.max_cgroup_namespaces",
	[SYSCTL_TIME_NAMESPACES] = "user.max_time_namespaces", [SYSCTL_MODULES_DISABLED] = "kernel.modules_disabled",
	[SYSCTL_IP_FORWARD] = "net.ipv4.ip_forward", [SYSCTL_BRIDGE_CALLS] = "net.bridge.bridge-nf-call-iptables",
	[SYSCTL_PORT_START] = "net.ipv4.ip_unprivileged_port_start",
	[SYSCTL_INOTIFY_INSTANCES] = "fs.inotify.max_user_instances",
	[SYSCTL_INOTIFY_WATCHES] = "fs.inotify.max_user_watches", [SYSCTL_PID_MAX] = "kernel.pid_max",
	[SYSCTL_FILE_MAX] = "fs.file-max",
};

const char *const machine_helpers[MACHINE_HELPERS] = {
	[HELPER_FETCH] = "fetch", [HELPER_UNPACK] = "unpack", [HELPER_MONITOR] = "taru-monitor",
	[HELPER_NAMES] = "taru-names", [HELPER_OUTWARD] = "taru-outward", [HELPER_INIT] = "init",
};

/* overlayfs refuses as what is written to what has no d_type or no attributes, and what decides names by itself
 * (ovl_dentry_weird, ovl_check_rename_whiteout). Idmapped mounts: mount_setattr(2). */
static const struct filesystem filesystems[] = {
	{ 0xEF53UL, "ext4", false, 5, 12, false },
	{ 0x58465342UL, "xfs", false, 5, 12, false },
	{ 0x9123683EUL, "btrfs", false, 5, 15, false },
	{ 0xF2F52010UL, "f2fs", false, 5, 18, false },
	{ 0x01021994UL, "tmpfs", false, 6, 3, false },
	{ 0x2FC12FC1UL, "zfs", false, 5, 14, false },
	{ 0xCA451A4EUL, "bcachefs", false, 6, 10, false },
	{ 0x794C7630UL, "overlay", true, 5, 19, false },
	{ 0x858458F6UL, "ramfs", true, 0, 0, false },
	{ 0x00006969UL, "nfs", true, 0, 0, false },
	{ 0xFF534D42UL, "cifs", true, 0, 0, false },
	{ 0xFE534D42UL, "smb3", true, 0, 0, false },
	{ 0x01021997UL, "9p", true, 0, 0, false },
	{ 0x65735546UL, "fuse", true, 6, 12, false },
	{ 0x00004D44UL, "vfat", true, 5, 12, false },
	{ 0x2011BAB0UL, "exfat", true, 5, 12, false },
	{ 0x7366746EUL, "ntfs3", true, 5, 15, false },
	{ 0x73717368UL, "squashfs", true, 6, 2, false },
	{ 0xE0F5E1E2UL, "erofs", true, 5, 19, false },
	{ 0x00C36400UL, "ceph", true, 6, 7, false },
	{ 0x00009FA0UL, "proc", true, 0, 0, true },
	{ 0x62656572UL, "sysfs", true, 0, 0, true },
	{ 0x0027E0EBUL, "cgroup", true, 0, 0, true },
	{ 0x63677270UL, "cgroup2", true, 0, 0, true },
	{ 0x64626720UL, "debugfs", true, 0, 0, true },
	{ 0x74726163UL, "tracefs", true, 0, 0, true },
	{ 0x73636673UL, "securityfs", true, 0, 0, true },
	{ 0xCAFE4A11UL, "bpf", true, 0, 0, true },
	{ 0x00001CD1UL, "devpts", true, 0, 0, true },
};

const struct filesystem *filesystem_find(unsigned long type)
{
	for (size_t i = 0; i < sizeof(filesystems) / sizeof(filesystems[0]); i++)
		if (filesystems[i].type == type)
			return &filesystems[i];
	return NULL;
}
