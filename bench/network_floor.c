/* network_floor.c - the least that a network can cost at the start and the end of a container.
 *
 *	network_floor [ROUNDS]		100; as root
 *
 * In a network namespace of its own it makes a bridge, and then, each by itself: a process in a new network
 * namespace; a pair of devices, one a port of the bridge, the other in that namespace (one message, as
 * exec/do_link.c sends it); its end, by the end of the process, or by RTM_DELLINK before that. The medians are
 * printed, with the least and the most, in ms. What is above the sum is the price of an engine.
 */
#include "base/sys.h"
#include "exec/netlink.h"
#include "net/outside.h"
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STACK = 64 * 1024, ROUNDS = 1000, LOOK_US = 200, REST_US = 50000 };

static const char bridge[] = "floor", outside[] = "floor0";
static const struct ifinfomsg none;

enum kind { NAMESPACE, PAIR, END, DELLINK, KINDS };

static const char *const names[KINDS] = {
	"a network namespace, and a process in it", "a pair of devices, one end in it",
	"the pair gone by itself after the process", "RTM_DELLINK of a pair",
};

static double spent[KINDS][ROUNDS];

static double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* --- messages --- */

static int make_bridge(struct run *run, int fd)
{
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	const struct ifinfomsg up = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	size_t info;

	request_begin(&request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &up, sizeof(up));
	request_add_text(&request, IFLA_IFNAME, bridge);
	info = request_open(&request, IFLA_LINKINFO);
	request_add_text(&request, IFLA_INFO_KIND, "bridge");
	request_close(&request, info);
	return netlink_transact(run, fd, &request);
}

static void add_queues(struct request *request)
{
	request_add_u32(request, IFLA_NUM_TX_QUEUES, 1);
	request_add_u32(request, IFLA_NUM_RX_QUEUES, 1);
}

static int make_pair(struct run *run, int fd, pid_t child, int master)
{
	NETLINK_ALIGNED unsigned char room[512];
	struct request request = request_in(room, sizeof(room));
	const struct ifinfomsg up = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	size_t info, data, peer;

	request_begin(&request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &up, sizeof(up));
	request_add_text(&request, IFLA_IFNAME, outside);
	request_add_u32(&request, IFLA_MASTER, (uint32_t)master);
	add_queues(&request);
	info = request_open(&request, IFLA_LINKINFO);
	request_add_text(&request, IFLA_INFO_KIND, "veth");
	data = request_open(&request, IFLA_INFO_DATA);
	peer = request_open(&request, VETH_INFO_PEER);
	request_add_plain(&request, &none, sizeof(none));
	request_add_text(&request, IFLA_IFNAME, "eth0");
	request_add_u32(&request, IFLA_NET_NS_PID, (uint32_t)child);
	add_queues(&request);
	request_close(&request, peer);
	request_close(&request, data);
	request_close(&request, info);
	return netlink_transact(run, fd, &request);
}

static int remove_pair(struct run *run, int fd)
{
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));

	request_begin(&request, RTM_DELLINK, NLM_F_ACK, &none, sizeof(none));
	request_add_text(&request, IFLA_IFNAME, outside);
	return netlink_transact(run, fd, &request);
}

/* --- rounds --- */

static _Noreturn void fail(const char *what, int error)
{
	(void)fprintf(stderr, "network_floor: %s: error %d (see errno(3)); is this root?\n", what, -error);
	exit(1);
}

/* The process lives until the other end of the pipe is closed. */
static int live(void *data)
{
	const int *end = data;
	char byte;

	close(end[1]);
	_exit(read(end[0], &byte, 1) != 0);
}

/* `removed`: the pair is removed while the process lives. */
static void measure(struct run *run, int fd, int master, size_t round, bool removed)
{
	static char stack[STACK];
	double begin = now_ms();
	int end[2], error;
	pid_t child;

	if (pipe(end))
		fail("a pipe", -errno);
	child = clone(live, stack + sizeof(stack), CLONE_NEWNET | SIGCHLD, end);
	if (child < 0)
		fail("a network namespace", -errno);
	spent[NAMESPACE][round] = now_ms() - begin;
	begin = now_ms();
	error = make_pair(run, fd, child, master);
	if (error)
		fail("a pair of devices", error);
	spent[PAIR][round] = now_ms() - begin;
	begin = now_ms();
	if (removed) {
		error = remove_pair(run, fd);
		spent[DELLINK][round] = now_ms() - begin;
	}
	if (error)
		fail("RTM_DELLINK", error);
	close(end[0]);
	close(end[1]);
	waitpid(child, NULL, 0);
	begin = now_ms();
	while (if_nametoindex(outside))
		usleep(LOOK_US);
	if (!removed)
		spent[END][round] = now_ms() - begin;
	usleep(REST_US);
}

static int compare(const void *one, const void *other)
{
	const double *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

int main(int argc, char **argv)
{
	const long asked = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
	const size_t rounds = asked > 0 && asked < ROUNDS ? (size_t)asked : ROUNDS;
	struct outside outside_of_plans;
	struct run *run = outside_begin(&outside_of_plans);
	int fd, error, master;

	if (unshare(CLONE_NEWNET))
		fail("a network namespace", -errno);
	fd = netlink_open(run, NETLINK_ROUTE);
	error = fd < 0 ? fd : make_bridge(run, fd);
	if (error)
		fail("a bridge", error);
	master = netlink_index(run, fd, bridge, SUBJECT_STEP);
	for (size_t i = 0; i < rounds; i++) {
		measure(run, fd, master, i, true);
		measure(run, fd, master, i, false);
	}
	for (size_t i = 0; i < KINDS; i++) {
		qsort(spent[i], rounds, sizeof(double), compare);
		printf("floor      %6.2f (%.2f, %.2f) ms   %s\n", spent[i][rounds / 2], spent[i][0],
		       spent[i][rounds - 1], names[i]);
	}
}
