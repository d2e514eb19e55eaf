/* firewall.c - the firewall of networks without containers: what a plan's steps do, and what is asked of the kernel.
 *
 *	firewall VERB [net/BRIDGE[/internal|isolated|strict|masquerade]…] [port/PROTOCOL/HOST|any/PORT/ADDRESS/PORT]
 *
 * start: takes STEP_LOAD_RULES, where there is no table, and STEP_ADD_ELEMENTS. reload, remove, state, rules: see
 * net/firewall.h. others BRIDGE: what others' rules do to it. measure COUNT: times of adding one port after the other.
 */
#include "exec/do.h"
#include "net/address.h"
#include "net/firewall.h"
#include "net/firewall_others.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char nft[] = "/usr/sbin/nft";

static int fail(const char *what, int error)
{
	printf("%s: %s\n", what, strerror(-error));
	return 1;
}

static void add_network(struct arena *arena, struct firewall_elements *to, char *word)
{
	struct firewall_network network = { .bridge = strtok(word, "/") };
	char *more;

	while ((more = strtok(NULL, "/"))) {
		network.internal |= strcmp(more, "internal") == 0;
		network.isolated |= strcmp(more, "isolated") == 0;
		network.strict |= strcmp(more, "strict") == 0;
		network.masquerade |= strcmp(more, "masquerade") == 0;
	}
	firewall_add_network(arena, to, &network);
}

static void add_port(struct arena *arena, struct firewall_elements *to, char *word)
{
	const char *protocol = strtok(word, "/"), *host = strtok(NULL, "/");
	struct firewall_port port = { .protocol = strcmp(protocol, "udp") == 0 ? IPPROTO_UDP :
						  strcmp(protocol, "sctp") == 0 ? IPPROTO_SCTP : IPPROTO_TCP };

	address_read(host, &port.host);
	port.host_port = (uint16_t)atoi(strtok(NULL, "/"));
	address_read(strtok(NULL, "/"), &port.container);
	port.container_port = (uint16_t)atoi(strtok(NULL, "/"));
	firewall_add_port(arena, to, &port);
}

/* --- what the steps take of the rest of exec/ --- */

int scratch_add(struct run *run, int fd)
{
	if (fd >= 0)
		run->scratch.fd[run->scratch.count++] = fd;
	return fd;
}

void scratch_close(struct run *run)
{
	while (run->scratch.count)
		sys_close(run->scratch.fd[--run->scratch.count]);
}

int reap(pid_t pid)
{
	int status, error = sys_wait4(pid, &status, 0);

	return error < 0 ? error : status;
}

static int take_steps(struct arena *arena, const struct firewall_elements *elements)
{
	const struct step load = { .load_rules = { nft, firewall_rules(arena, NULL, 0) } };
	const struct step add = { .add_elements = { elements->at, elements->count } };
	struct mark mark = { 0 };
	struct tape *tape = arena_alloc(arena, sizeof(*tape));
	struct run run = { .tape = tape, .mark = &mark };
	int error = 0;

	tape->note[0] = 0;
	if (firewall_is_there() != FIREWALL_THERE)
		error = do_load_rules(&run, &load);
	if (!error)
		error = do_add_elements(&run, &add);
	scratch_close(&run);
	if (error == -EADDRINUSE)
		printf("taken: %s\n", elements->at[mark.detail].shown);
	return error == -EADDRINUSE ? 1 : error ? fail(tape->note, error) : 0;
}

/* --- figures --- */

static uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int measure(struct arena *arena, int count)
{
	struct firewall_elements all = { 0 };
	size_t at;

	for (int i = 0; i < count; i++) {
		struct firewall_elements one = { 0 };
		char word[64];
		uint64_t began;
		int error;

		snprintf(word, sizeof(word), "tcp/any/%d/10.88.0.2/80", 20000 + i);
		add_port(arena, &one, word);
		began = now_ns();
		error = firewall_add_elements(one.at, one.count, &at);
		printf("add %d %llu ns\n", i, (unsigned long long)(now_ns() - began));
		if (error)
			return fail("add", error);
		snprintf(word, sizeof(word), "tcp/any/%d/10.88.0.2/80", 20000 + i);
		add_port(arena, &all, word);
	}
	uint64_t began = now_ns();
	firewall_add_elements(all.at, all.count, &at);
	printf("all %llu ns\n", (unsigned long long)(now_ns() - began));
	began = now_ns();
	firewall_remove_elements(all.at, all.count);
	printf("removed %llu ns\n", (unsigned long long)(now_ns() - began));
	began = now_ns();
	firewall_is_there();
	printf("is there %llu ns\n", (unsigned long long)(now_ns() - began));
	return 0;
}

static int others(struct arena *arena, const char *bridge)
{
	struct text text = text_new(arena);

	firewall_find_others(&text, nft, bridge);
	fputs(text.at, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct firewall_elements elements = { 0 };
	struct problem problem = { 0 };
	struct arena arena;
	int error = 0;

	arena_init(&arena, NULL, 0);
	if (strcmp(verb, "measure") == 0)
		return measure(&arena, atoi(argv[2]));
	if (strcmp(verb, "others") == 0)
		return others(&arena, argv[2]);
	for (int i = 2; i < argc; i++) {
		bool network = strncmp(argv[i], "net/", 4) == 0;

		(network ? add_network : add_port)(&arena, &elements, strchr(argv[i], '/') + 1);
	}
	if (strcmp(verb, "start") == 0)
		return take_steps(&arena, &elements);
	if (strcmp(verb, "remove") == 0)
		error = firewall_remove_elements(elements.at, elements.count);
	else if (strcmp(verb, "reload") == 0)
		firewall_reload(&arena, nft, elements.at, elements.count, &problem);
	else if (strcmp(verb, "rules") == 0)
		fputs(firewall_rules(&arena, elements.at, elements.count), stdout);
	else if (strcmp(verb, "state") == 0)
		printf("%d\n", firewall_is_there());
	if (problem.found)
		puts(problem.text);
	return error ? fail(verb, error) : problem.found;
}
