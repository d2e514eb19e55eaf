/* outward_words.c - the command lines of pasta and slirp4netns: see outward.h. */
#include "base/fd.h"
#include "base/sys.h"
#include "engine/outward.h"
#include "spec/lists.h"
#include <string.h>
#include <unistd.h>

static const char pasta[] = "pasta", slirp[] = "slirp4netns";

static const char *const tcp[] = { "-t", "--tcp-ports", NULL };
static const char *const udp[] = { "-u", "--udp-ports", NULL };
static const char *const tcp_back[] = { "-T", "--tcp-ns", NULL };
static const char *const udp_back[] = { "-U", "--udp-ns", NULL };
static const char *const device[] = { "-I", "--ns-ifname", NULL };
static const char *const forward[] = { "--dns-forward", NULL };

const char *outward_find(struct arena *arena, const char *network)
{
	static const char *const folders[] = { "/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", NULL };

	for (size_t i = 0; folders[i]; i++) {
		const char *path = arena_printf(arena, "%s/%s", folders[i], network);

		if (!sys_faccessat2(AT_FDCWD, path, X_OK, 0))
			return path;
	}
	return NULL;
}

bool outward_is(const char *network)
{
	const size_t length = strcspn(network, ":");

	return (length == strlen(pasta) && !strncmp(network, pasta, length)) ||
	       (length == strlen(slirp) && !strncmp(network, slirp, length));
}

/* --- what --network says --- */

/* What a word says to getopt_long(3): the value in "--name=VALUE" and "-nVALUE", "" where it is the option alone, whose
 * value is the next word, NULL where it is another. */
static const char *value_in(const char *word, const char *name)
{
	const size_t length = strlen(name);
	const bool is_long = name[1] == '-';

	if (strncmp(word, name, length) != 0)
		return NULL;
	if (!word[length] || !is_long)
		return word + length;
	return word[length] == '=' ? word + length + 1 : NULL;
}

/* What it does for us, and how, is not to be changed; and what only prints something starts nothing. */
static void check_pasta(const char *option, struct problem *problem)
{
	static const char *const ours[] = { "-f", "--foreground", "--netns", "--userns", "--netns-only", "-P", "--pid",
					    "--no-netns-quit", "--config-net", "-h", "--help", "--version", NULL };

	if (!option[0])
		problem_set(problem, "option '--network': between two commas an option of pasta is missing");
	for (size_t i = 0; ours[i]; i++)
		if (value_in(option, ours[i]))
			problem_set(problem, "option '--network': pasta's %s is not for containers", ours[i]);
}

void outward_read_asked(struct arena *arena, const char *given, struct made_network *ret_network,
			struct problem *problem)
{
	const size_t length = strcspn(given, ":");
	char *rest = given[length] ? arena_copy(arena, given + length + 1, strlen(given + length + 1)) : NULL, *word;

	ret_network->network = given[0] == 'p' ? pasta : slirp;
	while ((word = strsep(&rest, ","))) {
		if (given[0] == 'p')
			check_pasta(word, problem);
		else
			slirp_check(word, problem);
		texts_add(arena, &ret_network->options, word);
	}
}

/* The value of an option, the last one's where there are several; NULL where there is none. */
static const char *find_option(const struct texts *options, const char *const *names)
{
	const char *value = NULL;

	for (size_t i = 0; i < options->count; i++)
		for (size_t j = 0; names[j]; j++) {
			const char *found = value_in(options->at[i], names[j]);

			if (found)
				value = !found[0] && i + 1 < options->count ? options->at[i + 1] : found;
		}
	return value;
}

static bool has_option(const struct texts *options, const char *const *names)
{
	return find_option(options, names) != NULL;
}

const char *outward_pasta_device(const struct texts *options)
{
	const char *name = find_option(options, device);

	return name && name[0] ? name : "eth0";
}

/* --- pasta --- */

static bool is_twin(const struct made_port *one, const struct made_port *other)
{
	return !strcmp(one->address, "0.0.0.0") && !strcmp(other->address, "::") && one->outside == other->outside &&
	       one->inside == other->inside && !strcmp(one->protocol, other->protocol);
}

/* The next of the list are of both families, or of one. */
static size_t step_of(const struct held_ports *held, size_t at)
{
	return at + 1 < held->ports && is_twin(&held->port[at], &held->port[at + 1]) ? 2 : 1;
}

static bool follows(const struct made_port *one, const struct made_port *next, uint32_t by)
{
	return !strcmp(one->address, next->address) && !strcmp(one->protocol, next->protocol) &&
	       next->outside == one->outside + by && next->inside == one->inside + by;
}

/* How many ports from there are one range of pasta's. */
static size_t range_of(const struct held_ports *held, size_t at, size_t step)
{
	size_t count = 1;

	while (at + count * step < held->ports && step_of(held, at + count * step) == step &&
	       follows(&held->port[at], &held->port[at + count * step], (uint32_t)count))
		count++;
	return count;
}

static const char *spec_of(struct arena *arena, const struct made_port *port, bool both, size_t count)
{
	const char *address = both ? "" : arena_printf(arena, "%s/", port->address);
	const uint32_t more = (uint32_t)count - 1;

	if (!more)
		return arena_printf(arena, "%s%u:%u", address, port->outside, port->inside);
	return arena_printf(arena, "%s%u-%u:%u-%u", address, port->outside, port->outside + more, port->inside,
			    port->inside + more);
}

static void add_ports(struct arena *arena, const struct held_ports *held, const char *protocol, const char *option,
		      struct texts *args)
{
	bool any = false;
	size_t step, count;

	for (size_t i = 0; i < held->ports; i += step * count) {
		step = step_of(held, i);
		count = range_of(held, i, step);
		if (strcmp(held->port[i].protocol, protocol) != 0)
			continue;
		texts_add(arena, args, option);
		texts_add(arena, args, spec_of(arena, &held->port[i], step == 2, count));
		any = true;
	}
	if (!any) {
		texts_add(arena, args, option);
		texts_add(arena, args, "none");
	}
}

static void add_unless(struct arena *arena, const struct made_network *asked, const char *const *names,
		       const char *value, struct texts *args)
{
	if (has_option(&asked->options, names))
		return;
	texts_add(arena, args, names[0]);
	texts_add(arena, args, value);
}

/* Nothing of the machine's loopback is reached from the container but what --network asks for. */
static void add_pasta(struct arena *arena, const struct made_network *asked, const struct held_ports *held,
		      const char *resolver, struct texts *args)
{
	static const char *const map_gateway[] = { "--map-gw", NULL };

	texts_add(arena, args, "--config-net");
	texts_add(arena, args, "--quiet");
	add_unless(arena, asked, device, "eth0", args);
	if (!has_option(&asked->options, tcp) || held->ports)
		add_ports(arena, held, "tcp", tcp[0], args);
	if (!has_option(&asked->options, udp) || held->ports)
		add_ports(arena, held, "udp", udp[0], args);
	add_unless(arena, asked, tcp_back, "none", args);
	add_unless(arena, asked, udp_back, "none", args);
	if (resolver)
		add_unless(arena, asked, forward, resolver, args);
	if (!has_option(&asked->options, map_gateway))
		texts_add(arena, args, "--no-map-gw");
	for (size_t i = 0; i < asked->options.count; i++)
		if (strcmp(asked->options.at[i], map_gateway[0]) != 0)
			texts_add(arena, args, asked->options.at[i]);
	texts_add(arena, args, "--netns");
	texts_add(arena, args, "{netns}");
}

void outward_add_words(struct arena *arena, const struct made_network *asked, const struct held_ports *held,
		       const char *resolver, struct texts *args)
{
	if (!strcmp(asked->network, pasta))
		add_pasta(arena, asked, held, resolver, args);
	else
		slirp_add_words(arena, asked, held->ports != 0, args);
}
