/* judge_network.c - what bridges of root's containers need, and the ways out of an ordinary user's. */
#include "doctor/judge.h"
#include "net/firewall.h"
#include "spec/names.h"
#include <errno.h>
#include <string.h>

static void judge_nft(struct judging *judging)
{
	if (judging->machine->host.nft)
		judge_yes(judging, "%s", judging->machine->host.nft);
	else
		judge_no(judging, _("apt install nftables; until then, --network none or --network host"),
			 _("not installed"));
}

/* The table that taru makes has these kinds of rules. */
static void judge_nf_tables(struct judging *judging)
{
	struct text missing = text_new(judging->arena), unknown = text_new(judging->arena);

	for (int i = MODULE_NF_CONNTRACK; i <= MODULE_NFT_FIB_INET; i++) {
		const enum machine_module module = (enum machine_module)i;
		struct text *list = judging->machine->module[i] == MODULE_UNKNOWN ? &unknown : &missing;

		if (!judge_has_module(judging, module))
			text_printf(list, "%s%s", list->length ? " " : "", machine_modules[i]);
	}
	if (judging->machine->firewall == -EOPNOTSUPP || missing.length)
		judge_no(judging, arena_printf(judging->arena, _("modprobe -a %s, or boot a kernel that has them "
								 "(CONFIG_NF_TABLES_INET, CONFIG_NFT_NAT, "
								 "CONFIG_NFT_MASQ, CONFIG_NFT_FIB_INET, "
								 "CONFIG_NFT_CT)"),
					       missing.length ? missing.at : "nf_tables"),
			 _("missing: %s"), missing.length ? missing.at : "nf_tables");
	else if (unknown.length)
		judge_partly(judging, NULL, _("not to be found out: %s"), unknown.at);
	else
		judge_yes(judging, _("there, with NAT and connection tracking"));
}

static void judge_firewall(struct judging *judging)
{
	int state = judging->machine->firewall;

	if (state == FIREWALL_THERE)
		judge_yes(judging, _("the table inet taru is there"));
	else if (state == FIREWALL_ABSENT)
		judge_yes(judging, _("the table inet taru is made with the first network"));
	else if (state == FIREWALL_OTHER)
		judge_partly(judging, "taru network reload --all", _("the table inet taru is of another version"));
	else if (state == -EPERM)
		judge_no(judging, _("run taru as root of the machine; where it is in a container, give that one "
				    "--cap-add NET_ADMIN"), _("this root may not change it"));
	else
		judge_no(judging, _("see nf_tables"), _("the kernel does not tell: %s"), errno_words(-state));
}

/* Each line is what is wrong, "; allow it: ", and the commands (net/firewall_others.h). */
static void judge_others(struct judging *judging)
{
	static const char divider[] = "; allow it: ";
	struct text found = text_new(judging->arena), mend = text_new(judging->arena);

	for (const char *at = judging->machine->others; *at; at += *at == '\n') {
		const size_t length = strcspn(at, "\n");
		const char *line = arena_copy(judging->arena, at, length), *cut = strstr(line, divider);

		text_printf(&found, "%s", found.length ? "; " : "");
		text_add_bytes(&found, line, cut ? (size_t)(cut - line) : length);
		if (cut)
			text_printf(&mend, "%s%s", mend.length ? "; " : "", cut + strlen(divider));
		at += length;
	}
	if (found.length)
		judge_partly(judging, mend.length ? mend.at : NULL, "%s", found.at);
	else if (judging->machine->host.nft)
		judge_yes(judging, _("no rules of others drop what is forwarded"));
}

/* Without it what stays on a bridge passes no firewall, which is as it should be. */
static void judge_bridge_calls(struct judging *judging)
{
	const char *words = judge_module_words(judging, MODULE_BR_NETFILTER);

	if (judging->machine->sysctl[SYSCTL_BRIDGE_CALLS] != 1)
		judge_yes(judging, _("%s; what stays on a bridge passes no iptables"), words);
	else if (*judging->machine->others)
		judge_partly(judging, judge_sysctl(judging, machine_sysctls[SYSCTL_BRIDGE_CALLS], "0"),
			     _("%s; what stays on a bridge passes FORWARD of iptables, which drops"), words);
	else
		judge_yes(judging, _("%s; what stays on a bridge passes FORWARD of iptables, which lets it"), words);
}

static void judge_forwarding(struct judging *judging)
{
	int64_t value = judging->machine->sysctl[SYSCTL_IP_FORWARD];

	if (value == 1)
		judge_yes(judging, _("net.ipv4.ip_forward is 1"));
	else if (value == 0)
		judge_yes(judging, _("net.ipv4.ip_forward is 0; the first network sets it to 1"));
	else
		judge_no(judging, _("boot a kernel with CONFIG_INET, and mount /proc"),
			 _("there is no net.ipv4.ip_forward"));
}

static void judge_route(struct judging *judging)
{
	if (judging->machine->default_device)
		judge_yes(judging, _("a default route by %s"), judging->machine->default_device);
	else
		judge_no(judging, "ip route add default via ADDRESS dev DEVICE",
			 _("this machine has no default route, so containers reach nothing beyond it"));
}

/* --- an ordinary user's --- */

static void judge_pasta(struct judging *judging)
{
	const struct machine *machine = judging->machine;

	if (machine->pasta)
		judge_yes(judging, "%s", machine->pasta);
	else if (machine->slirp4netns)
		judge_partly(judging, "apt install passt", _("only %s: slower, and without --publish"),
			     machine->slirp4netns);
	else
		judge_no(judging, "apt install passt", _("neither pasta nor slirp4netns is installed: containers have "
							 "no network but --network host"));
}

static void judge_tun(struct judging *judging)
{
	if (judging->machine->tun)
		judge_yes(judging, _("/dev/net/tun may be opened"));
	else
		judge_no(judging, _("as root: modprobe tun, chmod 666 /dev/net/tun (udev's rule does so)"),
			 _("/dev/net/tun is not there, or not for everybody"));
}

static void judge_ports(struct judging *judging)
{
	int64_t start = judging->machine->sysctl[SYSCTL_PORT_START];

	if (start <= 1)
		judge_yes(judging, _("all"));
	else
		judge_partly(judging, judge_sysctl(judging, machine_sysctls[SYSCTL_PORT_START], "80"),
			     _("from %lld on"), (long long)start);
}

static void judge_ping(struct judging *judging)
{
	const struct machine *machine = judging->machine;
	uint32_t gid = machine->host.gid;

	if (machine->ping_first <= gid && gid <= machine->ping_last)
		judge_yes(judging, _("this user's group may send them"));
	else
		judge_partly(judging, judge_sysctl(judging, "net.ipv4.ping_group_range", "0 2147483647"),
			     _("group %u may not send any: net.ipv4.ping_group_range is %u "
			       "%u"), gid, machine->ping_first,
			     machine->ping_last);
}

const struct check checks_network[] = {
	{ "route", N_("the way out"), FOR_ALL, FOR_NONE, judge_route, 0 },
	{ "bridge", N_("networks of containers"), FOR_ROOT, FOR_ROOT, judge_module, MODULE_BRIDGE },
	{ "veth", N_("networks of containers"), FOR_ROOT, FOR_ROOT, judge_module, MODULE_VETH },
	{ "nft", N_("the firewall of networks"), FOR_ROOT, FOR_ROOT, judge_nft, 0 },
	{ "nf_tables", N_("the firewall of networks"), FOR_ROOT, FOR_ROOT, judge_nf_tables, 0 },
	{ "firewall", N_("published ports, and the way out"), FOR_ROOT, FOR_ROOT, judge_firewall, 0 },
	{ "others-rules", N_("what networks forward"), FOR_ROOT, FOR_NONE, judge_others, 0 },
	{ "br_netfilter", N_("what containers of a network say to others"), FOR_ROOT, FOR_NONE, judge_bridge_calls, 0 },
	{ "forwarding", N_("the way out"), FOR_ROOT, FOR_ROOT, judge_forwarding, 0 },
	{ "macvlan", "network create -d macvlan", FOR_ROOT, FOR_NONE, judge_module, MODULE_MACVLAN },
	{ "ipvlan", "network create -d ipvlan", FOR_ROOT, FOR_NONE, judge_module, MODULE_IPVLAN },
	{ "pasta", N_("the way out"), FOR_USER, FOR_NONE, judge_pasta, 0 },
	{ "tun", N_("the way out"), FOR_USER, FOR_NONE, judge_tun, 0 },
	{ "ports", N_("--publish of ports below 1024"), FOR_USER, FOR_NONE, judge_ports, 0 },
	{ "ping", N_("ping from containers"), FOR_USER, FOR_NONE, judge_ping, 0 },
	{ 0 }
};
