/* firewall_others.c - see firewall_others.h */
#include "net/firewall_others.h"
#include "base/file.h"
#include "base/fd.h"
#include "base/sys_process.h"
#include "base/sys_socket.h"
#include "base/translate.h"
#include "exec/elements.h"
#include "net/outside.h"
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

enum { RULESET = 4 << 20, ENTRIES = 1 << 20 };

/* --- what nft(8) prints --- */

/* The part from a line that begins with `begin` to the one that closes it; its length, 0 where there is none. */
static size_t find_block(const char *text, const char *begin, const char *end, const char **ret_at)
{
	size_t length = strlen(begin);

	for (const char *at = text; at; at = strchr(at, '\n'), at = at ? at + 1 : NULL)
		if (strncmp(at, begin, length) == 0) {
			const char *close = strstr(at, end);

			*ret_at = at;
			return close ? (size_t)(close - at) : strlen(at);
		}
	return 0;
}

static bool has(const char *at, size_t length, const char *part)
{
	return memmem(at, length, part, strlen(part)) != NULL;
}

/* Whether a rule accepts what comes from the bridge: one that names it, or what its name begins with. */
static bool accepts(const char *at, size_t length, const char *bridge)
{
	const char *end = at + length;

	while (at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t line = (size_t)((line_end ? line_end : end) - at);
		const char *name = memmem(at, line, "iifname \"", 9);

		if (name && has(at, line, "accept")) {
			size_t same = strcspn(name + 9, "*\"");

			if (strncmp(name + 9, bridge, same) == 0 && (name[9 + same] == '*' || !bridge[same]))
				return true;
		}
		at += line + 1;
	}
	return false;
}

static void say_docker(struct text *out, const char *table, const char *bridge)
{
	const char *tool = strcmp(table, "ip6") == 0 ? "ip6tables" : "iptables";

	text_printf(out, _("Docker's firewall drops what the network forwards (%s)"), tool);
	text_printf(out, "; allow it: %s -I DOCKER-USER -i %s -j ACCEPT; %s -I DOCKER-USER -o %s -j ACCEPT\n", tool,
		    bridge, tool, bridge);
}

static void say_policy(struct text *out, const char *tool, const char *bridge)
{
	text_printf(out, _("the policy of FORWARD drops what the network forwards (%s)"), tool);
	text_printf(out, "; allow it: %s -I FORWARD -i %s -j ACCEPT; %s -I FORWARD -o %s -j ACCEPT\n", tool, bridge,
		    tool, bridge);
}

/* A table that iptables-nft has made. */
static void read_iptables(struct text *out, const char *ruleset, const char *family, const char *bridge)
{
	const char *table, *forward, *docker;
	const char *begin = arena_printf(out->arena, "table %s filter {", family);
	size_t length, size, docker_size;

	length = find_block(ruleset, begin, "\n}", &table);
	if (!length)
		return;
	table = arena_copy(out->arena, table, length);
	size = find_block(table, "\tchain FORWARD {", "\n\t}", &forward);
	docker_size = find_block(table, "\tchain DOCKER-USER {", "\n\t}", &docker);
	if (!size || !has(forward, size, "policy drop") || accepts(forward, size, bridge) ||
	    (docker_size && accepts(docker, docker_size, bridge)))
		return;
	if (docker_size)
		say_docker(out, family, bridge);
	else
		say_policy(out, strcmp(family, "ip6") == 0 ? "ip6tables" : "iptables", bridge);
}

void firewall_read_others(struct text *out, const char *ruleset, const char *bridge)
{
	const char *firewalld, *quoted = arena_printf(out->arena, "\"%s\"", bridge);
	size_t length;

	read_iptables(out, ruleset, "ip", bridge);
	read_iptables(out, ruleset, "ip6", bridge);
	length = find_block(ruleset, "table inet firewalld {", "\n}", &firewalld);
	if (length && !has(firewalld, length, quoted))
		text_printf(out, "%s; allow it: "
				 "firewall-cmd --permanent --zone=trusted --add-interface=%s && "
				 "firewall-cmd --reload\n",
			    _("firewalld has no zone for the network, and rejects what it forwards"), bridge);
}

/* --- iptables of the old kind, which nft(8) does not see --- */

/* Only what is there is looked at: asking for a table would load its module. */
static bool has_old_filter(struct arena *arena)
{
	char *names;
	size_t length;

	if (file_read(arena, AT_FDCWD, "/proc/net/ip_tables_names", 4096, &names, &length))
		return false;
	for (const char *at = names; *at; at += strcspn(at, "\n"), at += *at == '\n')
		if (strncmp(at, "filter\n", 7) == 0)
			return true;
	return false;
}

/* Whether an entry accepts what comes in by the bridge. */
static bool entry_accepts(const struct ipt_entry *entry, const char *bridge)
{
	const char *mask = (const char *)entry->ip.iniface_mask;
	size_t size = 0;

	while (size < IFNAMSIZ && mask[size])
		size++;
	return size && size <= strlen(bridge) + 1 && memcmp(entry->ip.iniface, bridge, size) == 0;
}

static int verdict_of(const struct ipt_entry *entry, const char *end)
{
	struct xt_standard_target target;
	const char *at = (const char *)entry + entry->target_offset;

	if (at + sizeof(target) > end)
		return 0;
	memcpy(&target, at, sizeof(target));
	return *target.target.u.user.name ? 0 : target.verdict;
}

/* Whether the policy of FORWARD is DROP and no rule of it lets the bridge through. */
static bool old_drops(struct arena *arena, int fd, const char *bridge)
{
	enum { DROP = -NF_DROP - 1, ACCEPT = -NF_ACCEPT - 1 };
	struct ipt_getinfo info = { .name = "filter" };
	struct ipt_get_entries *entries;
	socklen_t size = sizeof(info);
	unsigned last;

	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &size) || info.size > ENTRIES)
		return false;
	size = (socklen_t)(sizeof(*entries) + info.size);
	entries = arena_alloc(arena, size);
	memset(entries, 0, size);
	memcpy(entries->name, "filter", sizeof("filter"));
	entries->size = info.size;
	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_ENTRIES, entries, &size))
		return false;
	last = info.underflow[NF_INET_FORWARD];
	for (unsigned at = info.hook_entry[NF_INET_FORWARD]; at + sizeof(struct ipt_entry) <= info.size;) {
		const struct ipt_entry *entry = (const void *)((const char *)entries->entrytable + at);
		int verdict = verdict_of(entry, (const char *)entries->entrytable + info.size);

		if (at >= last)
			return at == last && verdict == DROP;
		if (verdict == ACCEPT && entry_accepts(entry, bridge))
			return false;
		if (entry->next_offset < sizeof(*entry))
			return false;
		at += entry->next_offset;
	}
	return false;
}

static void find_old(struct text *out, const char *bridge)
{
	closes int fd = -1;

	if (!has_old_filter(out->arena))
		return;
	fd = sys_socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (fd >= 0 && old_drops(out->arena, fd, bridge))
		say_policy(out, "iptables-legacy", bridge);
}

/* --- asking nft(8) --- */

/* What it prints, NULL where it does not work. */
static const char *list_ruleset(struct arena *arena, const char *nft)
{
	char *args[] = { arena_printf(arena, "%s", nft), arena_printf(arena, "--stateless"),
			 arena_printf(arena, "list"), arena_printf(arena, "ruleset"), NULL };
	closes int output = sys_memfd_create("ruleset", 0);
	posix_spawn_file_actions_t actions;
	int status = -1, error;
	size_t length;
	char *text;
	pid_t pid = -1;

	if (output < 0 || posix_spawn_file_actions_init(&actions))
		return NULL;
	error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!error)
		error = posix_spawn(&pid, nft, &actions, NULL, args, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error || sys_wait4(pid, &status, 0) != pid || status || sys_lseek(output, 0, SEEK_SET) < 0)
		return NULL;
	return file_read_fd(arena, output, RULESET, &text, &length) ? NULL : text;
}

void firewall_find_others(struct text *out, const char *nft, const char *bridge)
{
	const char *ruleset = nft ? list_ruleset(out->arena, nft) : NULL;

	if (ruleset)
		firewall_read_others(out, ruleset, bridge);
	find_old(out, bridge);
}

bool firewall_has_others(struct arena *arena)
{
	static const struct { unsigned char family; const char *name; } others[] = {
		{ NFPROTO_IPV4, "filter" }, { NFPROTO_IPV6, "filter" }, { NFPROTO_INET, "firewalld" },
	};
	struct outside outside;
	struct run *run = outside_begin(&outside);
	bool found = false;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others) && !found; i++)
		found = elements_other_table(run, others[i].family, others[i].name) == 0;
	scratch_close(run);
	return found || has_old_filter(arena);
}
