/* read_modules.c - see read_parts.h
 *
 * A part of the kernel is there where /sys/module has it, where modules.builtin names it, or, without such a file,
 * where the kernel has a function of it; it can be loaded where modules.dep names its file.
 */
#include "base/file.h"
#include "base/sys.h"
#include "doctor/read_parts.h"
#include <string.h>

enum { LIST_MAX = 64 << 20 };

/* A function that only this one has, of kernels from 5.14 on. */
static const char *const symbol[MACHINE_MODULES] = {
	[MODULE_OVERLAY] = "ovl_fill_super", [MODULE_FUSE] = "fuse_fill_super", [MODULE_TUN] = "tun_setup",
	[MODULE_BRIDGE] = "br_dev_setup", [MODULE_VETH] = "veth_setup", [MODULE_MACVLAN] = "macvlan_setup",
	[MODULE_IPVLAN] = "ipvlan_link_setup", [MODULE_BR_NETFILTER] = "br_nf_pre_routing",
	[MODULE_NF_CONNTRACK] = "nf_conntrack_in", [MODULE_NF_TABLES] = "nft_do_chain",
	[MODULE_NFT_CT] = "nft_ct_get_eval", [MODULE_NFT_CHAIN_NAT] = "nft_nat_do_chain",
	[MODULE_NFT_NAT] = "nft_nat_eval", [MODULE_NFT_MASQ] = "nft_masq_eval",
	[MODULE_NFT_FIB_INET] = "nft_fib_inet_eval",
};

static const char *read_list(struct arena *arena, const char *path)
{
	char *text;
	size_t length;

	return file_read(arena, AT_FDCWD, path, LIST_MAX, &text, &length) ? NULL : text;
}

/* Lines of both lists begin with a path: "kernel/net/bridge/bridge.ko.zst: …". A file's '_' may be a '-'. */
static bool has_file(const char *list, const char *name)
{
	const size_t length = strlen(name);

	for (const char *at = list; at && (at = strstr(at, ".ko")); at++) {
		const char *begin = (size_t)(at - list) > length ? at - length : NULL;
		bool same = begin && begin[-1] == '/';

		for (size_t i = 0; same && i < length; i++)
			same = begin[i] == name[i] || (begin[i] == '-' && name[i] == '_');
		if (same)
			return true;
	}
	return false;
}

/* A line is "0000000000000000 t veth_setup"; of a module that was loaded, with "\t[veth]" behind it. */
static bool has_symbol(struct arena *arena, const char *symbols, const char *name)
{
	const char *wanted = arena_printf(arena, " %s", name);

	for (const char *at = symbols; (at = strstr(at, wanted)); at++)
		if (strchr("\n\t.", at[strlen(wanted)]))
			return true;
	return false;
}

enum module_state module_in_lists(struct arena *arena, const struct module_lists *lists, enum machine_module module)
{
	const char *name = machine_modules[module];

	if (has_file(lists->builtin, name))
		return MODULE_BUILTIN;
	if (has_file(lists->loadable, name))
		return MODULE_LOADABLE;
	if (lists->symbols && has_symbol(arena, lists->symbols, symbol[module]))
		return MODULE_BUILTIN;
	return lists->builtin || lists->symbols ? MODULE_MISSING : MODULE_UNKNOWN;
}

/* A module that was loaded has a state there, what is built in has none. */
static enum module_state find(struct arena *arena, const struct module_lists *lists, enum machine_module module)
{
	const char *folder = arena_printf(arena, "/sys/module/%s", machine_modules[module]);

	if (sys_faccessat2(AT_FDCWD, folder, F_OK, 0))
		return module_in_lists(arena, lists, module);
	return sys_faccessat2(AT_FDCWD, arena_printf(arena, "%s/initstate", folder), F_OK, 0) ? MODULE_BUILTIN :
		MODULE_LOADED;
}

void read_modules(struct arena *arena, struct machine *machine)
{
	const char *folder = arena_printf(arena, "/lib/modules/%s", machine->release);
	struct module_lists lists = {
		.builtin = read_list(arena, arena_printf(arena, "%s/modules.builtin", folder)),
		.loadable = read_list(arena, arena_printf(arena, "%s/modules.dep", folder)),
	};

	/* It takes the kernel some 50 ms to write it. */
	if (!lists.builtin)
		lists.symbols = read_list(arena, "/proc/kallsyms");
	for (int i = 0; i < MACHINE_MODULES; i++)
		machine->module[i] = find(arena, &lists, (enum machine_module)i);
}
