/* outward.c - see outward.h */
#include "engine/outward.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/held.h"
#include "base/file.h"
#include "base/sys.h"
#include "engine/connect_parts.h"
#include "image/helper.h"
#include "net/route.h"
#include "spec/lists.h"
#include <string.h>
#include <unistd.h>

enum { TABLE_MAX = 16 << 20, PATIENCE_MS = 5000, LOOK_MS = 2 };

/* Of a machine whose resolvers are on its loopback, which a container does not reach. */
#define PASTA_RESOLVER "169.254.1.1"

static bool is_pasta(const struct made_network *asked)
{
	return !strcmp(asked->network, "pasta");
}

/* --- which there are --- */

bool outward_has_route(struct arena *arena)
{
	struct routes routes;

	return routes_read(arena, &routes) == 0 && routes_default_device(&routes);
}

const char *rootless_default_network(struct arena *arena, const char **ret_note)
{
	*ret_note = NULL;
	if (!outward_has_route(arena)) {
		*ret_note = "the container has no network: this machine has no default route";
		return "none";
	}
	if (sys_faccessat2(AT_FDCWD, "/dev/net/tun", R_OK | W_OK, 0)) {
		*ret_note = "the container has no network: an ordinary user's needs /dev/net/tun, which everybody "
			    "may write to";
		return "none";
	}
	if (outward_find(arena, "pasta"))
		return "pasta";
	if (outward_find(arena, "slirp4netns")) {
		*ret_note = "pasta is not installed (package passt): the container has --network slirp4netns, which "
			    "is slower";
		return "slirp4netns";
	}
	*ret_note = "the container has no network: an ordinary user's takes pasta (package passt), or slirp4netns, and "
		    "neither is installed";
	return "none";
}

static const char *find_tool(struct arena *arena, const struct made_network *asked, struct problem *problem)
{
	const char *path = outward_find(arena, asked->network);

	if (is_pasta(asked) && geteuid() == 0)
		problem_set(problem, "option '--network': pasta does not run for root; root has --network bridge and "
			    "other networks, and slirp4netns");
	else if (!path && !outward_find(arena, is_pasta(asked) ? "slirp4netns" : "pasta"))
		problem_set(problem, "option '--network': neither pasta (package passt) nor slirp4netns is installed: "
			    "install one of them, or use --network none or host");
	else if (!path)
		problem_set(problem, "option '--network': %s is not installed (package %s)", asked->network,
			    is_pasta(asked) ? "passt" : "slirp4netns");
	return problem->found ? NULL : path;
}

/* --- what the container has of it --- */

/* Whether this machine has a default route of IPv6: else pasta has no address for the container. "lo" has the route of
 * what goes nowhere. */
static bool has_ipv6(struct arena *arena)
{
	static const char begin[] = "00000000000000000000000000000000 00 ";
	char *text, *line;
	size_t length;

	if (file_read(arena, AT_FDCWD, "/proc/net/ipv6_route", TABLE_MAX, &text, &length))
		return false;
	while ((line = strsep(&text, "\n")))
		if (!strncmp(line, begin, sizeof(begin) - 1) && strcmp(strrchr(line, ' '), " lo") != 0)
			return true;
	return false;
}

static bool has_resolver(const char *asked)
{
	return !asked || !strncmp(asked, "nameserver", 10) || strstr(asked, "\nnameserver");
}

static void fill_endpoint(struct arena *arena, const struct made_network *asked, const char *resolver,
			  struct endpoint *endpoint)
{
	struct slirp_addresses slirp;

	*endpoint = (struct endpoint){
		.network = asked->network, .network_id = asked->network, .driver = asked->network, .parent = "",
		.outside = "", .mac = "",
		.inside = is_pasta(asked) ? outward_pasta_device(&asked->options) : "tap0",
	};
	if (resolver)
		texts_add(arena, &endpoint->resolvers, resolver);
	if (is_pasta(asked))
		return;
	slirp = slirp_addresses(arena, asked);
	texts_add(arena, &endpoint->addresses, arena_printf(arena, "%s/%u", slirp.guest, slirp.prefix));
	texts_add(arena, &endpoint->gateways, slirp.gateway);
}

/* --- ports --- */

static bool check_ports(const struct made *made, struct problem *problem)
{
	const struct made_network *asked = &made->network[0];

	for (size_t i = 0; i < made->ports; i++)
		if (!strcmp(made->port[i].protocol, "sctp"))
			problem_set(problem, "option '--publish': %s has tcp and udp, not sctp", asked->network);
	return !problem->found;
}

static bool choose_ports(struct engine *engine, const struct made *made, struct connected *connected,
			 struct problem *problem)
{
	/* slirp4netns listens at addresses of IPv4 alone. */
	const bool ipv6 = is_pasta(&made->network[0]) && has_ipv6(engine->arena);

	if (!check_ports(made, problem) ||
	    !ports_choose(engine, made, true, ipv6, &connected->held, problem))
		return false;
	connected->endpoints.port = connected->held.port;
	connected->endpoints.ports = connected->held.ports;
	return true;
}

/* --- all of it --- */

static void add_tool(struct engine *engine, const struct prepared *prepared, const char *path, const char *resolver,
		     struct connected *connected)
{
	struct arena *arena = engine->arena;
	const struct made_network *asked = &prepared->made.network[0];
	struct plan_tool *tool = ARENA_NEW(arena, struct plan_tool);
	const char *outward = helper_path(arena, "taru-outward");

	*tool = (struct plan_tool){ .network = asked->network, .process = arena_alloc(arena, TOOL_PROCESS_ROOM) };
	memcpy(tool->process, TOOL_PROCESS, sizeof(TOOL_PROCESS));
	texts_add(arena, &tool->args, outward ? outward : "/usr/libexec/taru/taru-outward");
	texts_add(arena, &tool->args, "--process");
	texts_add(arena, &tool->args, tool->process);
	texts_add(arena, &tool->args, "--lock");
	texts_add(arena, &tool->args, arena_printf(arena, "%s/" OUTWARD_LOCK, prepared->path));
	if (!is_pasta(asked)) {
		texts_add(arena, &tool->args, "--signals-ready");
		slirp_add_ports(arena, asked, &connected->held, &tool->args);
	}
	texts_add(arena, &tool->args, "--");
	texts_add(arena, &tool->args, path);
	outward_add_words(arena, asked, &connected->held, resolver, &tool->args);
	connected->plan.tool = tool;
	connected->plan.tools = 1;
}

bool outward_connect(struct engine *engine, struct prepared *prepared, struct connected *connected,
		     struct problem *problem)
{
	struct arena *arena = engine->arena;
	const struct made *made = &prepared->made;
	const struct made_network *asked = &made->network[0];
	const char *path = find_tool(arena, asked, problem), *resolver = NULL;
	const char *resolv = network_resolv_asked(engine, prepared->folder);

	if (!path || !choose_ports(engine, made, connected, problem))
		return false;
	if (!has_resolver(resolv))
		resolver = is_pasta(asked) ? PASTA_RESOLVER : slirp_addresses(arena, asked).resolver;
	connected->endpoints.at = ARENA_NEW(arena, struct endpoint);
	connected->endpoints.count = 1;
	fill_endpoint(arena, asked, resolver, &connected->endpoints.at[0]);
	connect_write_down(engine, prepared, &connected->endpoints, resolv, problem);
	add_tool(engine, prepared, path, resolver, connected);
	return !problem->found;
}

/* It ends by itself with the container's first process; that all in its namespace is killed takes a moment. */
void outward_await_end(int folder)
{
	const uint64_t due_ms = clock_ms() + PATIENCE_MS;

	while (held_is(folder, OUTWARD_LOCK) && clock_ms() < due_ms)
		clock_sleep_ms(LOOK_MS);
	sys_unlinkat(folder, OUTWARD_LOCK, 0);
	sys_unlinkat(folder, OUTWARD_API, 0);
}
