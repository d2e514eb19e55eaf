/* host_parse.c - the facts from text, so that a test can plan for a machine it does not run on.
 *
 * A line is a fact: its name, then its words. Lines that begin with '#' are for people.
 *
 *	kernel 6.1
 *	uid 0
 *	gid 0
 *	capabilities all			all, none, or a number (0x1ff)
 *	last-capability 40
 *	architecture x86-64			or arm64
 *	user-namespace				the runtime is in one itself
 *	apparmor
 *	selinux
 *	newuidmap /usr/bin/newuidmap
 *	newgidmap /usr/bin/newgidmap
 *	cgroup hybrid				none, v1, hybrid, v2
 *	hierarchy cpu,cpuacct /sys/fs/cgroup/cpu,cpuacct /user.slice
 *	unified cpu,io /sys/fs/cgroup /user.slice /user.slice/app.slice
 *						the v2 hierarchy, after the others; a fourth word is its base, or
 *						"-": there is none. Without it that is the root
 *	level /sys/fs/cgroup/user.slice cpu,io	a cgroup from that base upwards, and what it has of controllers
 *	systemd-base /user.slice		"/": the root
 *	delegate cgroup.procs cgroup.threads
 *	device eth5 7 10.0.0.2/24 fd00::2/64	name, index, addresses
 */
#include "base/text.h"
#include "host/host_parts.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 16, MANY = 64 };

struct line {
	struct arena *arena;
	struct host *host;
	struct problem *problem;
	char *word[WORDS];
	size_t words;
};

enum host_architecture host_native_architecture(void)
{
#if defined(__aarch64__)
	return HOST_ARM64;
#else
	return HOST_X86_64;
#endif
}

static void bad(struct line *line)
{
	problem_set(line->problem, "host facts: cannot understand '%s %s'", line->word[0],
		    line->words > 1 ? line->word[1] : "");
}

static const char *second(struct line *line)
{
	if (line->words < 2)
		bad(line);
	return line->words < 2 ? "" : line->word[1];
}

static void take_kernel(struct line *line)
{
	char *end;

	line->host->kernel_major = (unsigned)strtoul(second(line), &end, 10);
	if (*end == '.')
		line->host->kernel_minor = (unsigned)strtoul(end + 1, NULL, 10);
	else
		bad(line);
}

static void take_capabilities(struct line *line)
{
	const char *word = second(line);

	if (strcmp(word, "all") == 0)
		line->host->capabilities = ~0ULL;
	else if (strcmp(word, "none") == 0)
		line->host->capabilities = 0;
	else
		line->host->capabilities = strtoull(word, NULL, 0);
}

static void take_cgroup(struct line *line)
{
	static const char *const layout[] = { "none", "v1", "hybrid", "v2" };

	for (int i = 0; i < CGROUP_LAYOUTS; i++)
		if (strcmp(second(line), layout[i]) == 0) {
			line->host->cgroup = (enum cgroup_layout)i;
			return;
		}
	bad(line);
}

static void take_base(struct line *line, struct host_cgroup *hierarchy)
{
	hierarchy->base = line->words > 4 ? line->word[4] : "";
	if (strcmp(hierarchy->base, "-") == 0) {
		hierarchy->base = NULL;
		hierarchy->refused = arena_printf(line->arena, "%s%s", hierarchy->mount, hierarchy->path);
	}
}

static void take_hierarchy(struct line *line)
{
	struct host *host = line->host;

	if (!host->hierarchy)
		host->hierarchy = ARENA_ARRAY(line->arena, MANY, struct host_cgroup);
	if (line->words < 4 || host->hierarchies == MANY) {
		bad(line);
		return;
	}
	host->hierarchy[host->hierarchies++] =
		(struct host_cgroup){ .controllers = line->word[1], .mount = line->word[2], .path = line->word[3],
				      .unified = strcmp(line->word[0], "unified") == 0 };
	take_base(line, &host->hierarchy[host->hierarchies - 1]);
}

static bool parse_address(char *word, struct host_address *ret_address)
{
	char *slash = strchr(word, '/');

	if (!slash)
		return false;
	*slash = '\0';
	ret_address->prefix = (unsigned)strtoul(slash + 1, NULL, 10);
	ret_address->family = strchr(word, ':') ? AF_INET6 : AF_INET;
	return inet_pton(ret_address->family, word, ret_address->bytes) == 1;
}

static void take_device(struct line *line)
{
	struct host *host = line->host;
	struct host_device *device;

	if (!host->device)
		host->device = ARENA_ARRAY(line->arena, MANY, struct host_device);
	if (line->words < 3 || host->devices == MANY) {
		bad(line);
		return;
	}
	device = &host->device[host->devices++];
	device->name = line->word[1];
	device->index = (unsigned)strtoul(line->word[2], NULL, 10);
	device->address = ARENA_ARRAY(line->arena, WORDS, struct host_address);
	for (size_t i = 3; i < line->words; i++)
		if (!parse_address(line->word[i], &device->address[device->addresses++]))
			bad(line);
}

static void take_architecture(struct line *line)
{
	if (strcmp(second(line), "arm64") == 0)
		line->host->architecture = HOST_ARM64;
	else if (strcmp(second(line), "x86-64") == 0)
		line->host->architecture = HOST_X86_64;
	else
		bad(line);
}

static void take_uid(struct line *line)
{
	line->host->uid = (uint32_t)strtoul(second(line), NULL, 10);
}

static void take_gid(struct line *line)
{
	line->host->gid = (uint32_t)strtoul(second(line), NULL, 10);
}

static void take_last_capability(struct line *line)
{
	line->host->last_capability = (unsigned)strtoul(second(line), NULL, 10);
}

static void take_user_namespace(struct line *line)
{
	line->host->user_namespace = true;
}

static void take_apparmor(struct line *line)
{
	line->host->apparmor = true;
}

static void take_selinux(struct line *line)
{
	line->host->selinux = true;
}

static void take_newuidmap(struct line *line)
{
	line->host->newuidmap = second(line);
}

static void take_newgidmap(struct line *line)
{
	line->host->newgidmap = second(line);
}

static void take_nft(struct line *line)
{
	line->host->nft = second(line);
}

static void take_level(struct line *line)
{
	struct host_cgroup *hierarchy = line->host->hierarchies ?
						&line->host->hierarchy[line->host->hierarchies - 1] : NULL;

	if (!hierarchy || line->words != 3 || hierarchy->levels == MANY) {
		bad(line);
		return;
	}
	if (!hierarchy->level)
		hierarchy->level = ARENA_ARRAY(line->arena, MANY, struct host_level);
	hierarchy->level[hierarchy->levels++] = (struct host_level){ line->word[1], line->word[2] };
}

static void take_systemd_base(struct line *line)
{
	line->host->systemd_base = strcmp(second(line), "/") == 0 ? "" : second(line);
}

static void take_delegate(struct line *line)
{
	struct text names = text_new(line->arena);

	for (size_t i = 1; i < line->words; i++)
		text_printf(&names, "%s\n", line->word[i]);
	line->host->delegate = names.at;
}

static const struct { const char *name; void (*take)(struct line *); } facts[] = {
	{ "kernel", take_kernel },
	{ "uid", take_uid },
	{ "gid", take_gid },
	{ "capabilities", take_capabilities },
	{ "last-capability", take_last_capability },
	{ "architecture", take_architecture },
	{ "user-namespace", take_user_namespace },
	{ "apparmor", take_apparmor },
	{ "selinux", take_selinux },
	{ "newuidmap", take_newuidmap },
	{ "newgidmap", take_newgidmap },
	{ "nft", take_nft },
	{ "cgroup", take_cgroup },
	{ "level", take_level },
	{ "systemd-base", take_systemd_base },
	{ "delegate", take_delegate },
	{ "unified", take_hierarchy },
	{ "hierarchy", take_hierarchy },
	{ "device", take_device },
};

static void take_line(struct line *line, char *text)
{
	line->words = 0;
	for (char *word = strtok_r(text, " \t", &text); word && line->words < WORDS;
	     word = strtok_r(NULL, " \t", &text))
		line->word[line->words++] = word;
	if (!line->words || line->word[0][0] == '#')
		return;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (strcmp(facts[i].name, line->word[0]) == 0) {
			facts[i].take(line);
			return;
		}
	bad(line);
}

void host_parse(struct arena *arena, const char *text, struct host *ret_host,
		struct problem *problem)
{
	struct line line = { .arena = arena, .host = ret_host, .problem = problem };
	char *copy = arena_copy(arena, text, strlen(text)), *next;

	*ret_host = (struct host){ .architecture = host_native_architecture(), .last_capability = 40 };
	for (; copy; copy = next) {
		next = strchr(copy, '\n');
		if (next)
			*next++ = '\0';
		take_line(&line, copy);
	}
}
