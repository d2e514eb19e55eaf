/* test_leases.c - who has which address of a network: one after the other, many at once, and after a crash. */
#include "base/sys.h"
#include "base/tree.h"
#include "in_arena.h"
#include "net/lease.h"
#include "net/parts.h"
#include "subnets.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char place[] = "/tmp/taru-networks-XXXXXX";
static struct subnet small[2];
static struct network network = { .name = "wine", .subnet = small, .subnets = 2, .folder = -1 };

static bool is_gone(void *context, const char *id)
{
	(void)context;
	return !strncmp(id, "gone", 4);
}

static const struct network_owners owners = { is_gone, NULL };

static int make_network(void **state)
{
	strcpy(strrchr(place, '-'), "-XXXXXX");
	if (!mkdtemp(place))
		return -1;
	network.folder = sys_openat(AT_FDCWD, place, O_RDONLY | O_DIRECTORY, 0);
	sys_mkdirat(network.folder, LEASES, 0700);
	sys_close(sys_openat(network.folder, NETWORK_FILE, O_WRONLY | O_CREAT, 0600));
	memset(small, 0, sizeof(small));
	small[0].address = subnet("10.5.0.0/29");
	small[1].address = subnet("fd00:5::/64");
	network_set_gateway(&small[0]);
	network_set_gateway(&small[1]);
	return 0;
}

static int remove_network(void **state)
{
	int parent = sys_openat(AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY, 0);
	int error = tree_remove(parent, strrchr(place, '/') + 1);

	sys_close(network.folder);
	sys_close(parent);
	return error;
}

/* The address that a container gets, or what the problem is. */
static const char *take(size_t index, const char *wanted, const char *id)
{
	const struct network_owner owner = { .id = id, .inside = "eth0", .mac = "" };
	struct host_address want = { 0 }, got;
	struct problem problem = { 0 };
	bool taken;

	if (wanted)
		want = address(wanted);
	assert_true(network_lock(&network, &problem));
	taken = network_take_address(&arena, &network, index, wanted ? &want : NULL, &owner, &owners, &got, &problem);
	network_unlock(&network);
	return taken ? subnet_text(&arena, &got) : arena_copy(&arena, problem.text, strlen(problem.text));
}

/* The address that it would get. */
static const char *choose(size_t index, const char *wanted)
{
	const struct network_owner owner = { .id = "x", .inside = "eth0", .mac = "" };
	struct host_address want = { 0 }, got;
	struct problem problem = { 0 };

	if (wanted)
		want = address(wanted);
	if (!network_choose_address(&arena, &network, index, wanted ? &want : NULL, &owner, &owners, &got, &problem))
		return arena_copy(&arena, problem.text, strlen(problem.text));
	return subnet_text(&arena, &got);
}

static void an_address_that_is_only_chosen_is_nobodys(void **state)
{
	static const char *const ids[] = { "a", "b", "c", "d" };
	int folder = network.folder;

	assert_string_equal(choose(0, NULL), "10.5.0.2/29");
	assert_string_equal(choose(0, NULL), "10.5.0.2/29");
	assert_string_equal(take(0, NULL, "gone"), "10.5.0.2/29");
	assert_string_equal(choose(0, NULL), "10.5.0.3/29");
	assert_string_equal(choose(0, "10.5.0.2"), "10.5.0.2/29");
	for (size_t i = 0; i < 4; i++)
		take(0, NULL, ids[i]);
	/* What somebody who is gone has left would be had, and stays his. */
	assert_string_equal(choose(0, NULL), "10.5.0.2/29");
	assert_string_equal(take(0, NULL, "e"), "10.5.0.2/29");
	assert_string_equal(choose(0, NULL), "network wine: no address of 10.5.0.0/29 is free: containers have 5");
	assert_string_equal(choose(0, "10.5.0.3"), "network wine: the address 10.5.0.3 is taken by container a");
	assert_non_null(strstr(choose(0, "10.5.0.1"), "is its gateway's"));
	/* A network that is not there yet. */
	network.folder = -1;
	assert_string_equal(choose(0, NULL), "10.5.0.2/29");
	assert_string_equal(choose(1, NULL), "fd00:5::2/64");
	network.folder = folder;
}

static void addresses_are_given_out_one_after_the_other(void **state)
{
	assert_string_equal(take(0, NULL, "a"), "10.5.0.2/29");
	assert_string_equal(take(0, NULL, "b"), "10.5.0.3/29");
	network_give_back(&network, "a", NULL);
	/* Not the one that was just given back. */
	assert_string_equal(take(0, NULL, "c"), "10.5.0.4/29");
	assert_string_equal(take(0, NULL, "d"), "10.5.0.5/29");
	assert_string_equal(take(0, NULL, "e"), "10.5.0.6/29");
	assert_string_equal(take(0, NULL, "f"), "10.5.0.2/29");
	assert_string_equal(take(1, NULL, "f"), "fd00:5::2/64");
	assert_string_equal(take(1, NULL, "g"), "fd00:5::3/64");
}

static void a_full_subnet_says_so(void **state)
{
	static const char *const ids[] = { "a", "b", "gone1", "c", "d" };

	for (size_t i = 0; i < 5; i++)
		take(0, NULL, ids[i]);
	/* What somebody who is gone has left is found then. */
	assert_string_equal(take(0, NULL, "e"), "10.5.0.4/29");
	assert_string_equal(take(0, NULL, "f"), "network wine: no address of 10.5.0.0/29 is free: containers have 5");
}

static void a_range_keeps_to_itself(void **state)
{
	small[0].range = subnet("10.5.0.4/30");
	assert_string_equal(take(0, NULL, "a"), "10.5.0.4/29");
	assert_string_equal(take(0, NULL, "b"), "10.5.0.5/29");
	assert_string_equal(take(0, NULL, "c"), "10.5.0.6/29");
	assert_string_equal(take(0, NULL, "d"),
			    "network wine: no address of the range 10.5.0.4/30 is free: containers have 3");
	assert_string_equal(take(0, "10.5.0.2", "d"), "10.5.0.2/29");
}

static void a_certain_address_is_taken_or_the_reason_told(void **state)
{
	assert_string_equal(take(0, "10.5.0.3", "a"), "10.5.0.3/29");
	assert_string_equal(take(0, NULL, "b"), "10.5.0.2/29");
	assert_string_equal(take(0, NULL, "b"), "10.5.0.4/29");
	assert_string_equal(take(0, "10.5.0.3", "c"), "network wine: the address 10.5.0.3 is taken by container a");
	assert_non_null(strstr(take(0, "10.5.0.1", "c"), "is its gateway's"));
	assert_non_null(strstr(take(0, "10.5.0.0", "c"), "first or the last"));
	assert_non_null(strstr(take(0, "10.5.0.7", "c"), "first or the last"));
	assert_non_null(strstr(take(0, "10.5.0.8", "c"), "is not in its subnet 10.5.0.0/29"));
	assert_non_null(strstr(take(0, "fd00:5::8", "c"), "is not in its subnet"));
	assert_string_equal(take(1, "fd00:5::ffff:ffff:ffff:ffff", "c"), "fd00:5::ffff:ffff:ffff:ffff/64");
	assert_string_equal(take(0, "10.5.0.5", "gone"), "10.5.0.5/29");
	assert_string_equal(take(0, "10.5.0.5", "d"), "10.5.0.5/29");
}

static void leases_are_listed_and_end(void **state)
{
	struct problem problem = { 0 };
	struct lease *lease;
	size_t count;

	take(0, NULL, "a");
	take(1, NULL, "a");
	take(0, NULL, "gone");
	assert_true(network_leases(&arena, &network, &lease, &count, &problem));
	assert_int_equal(count, 3);
	assert_string_equal(lease[1].owner.id, "gone");
	assert_string_equal(lease[2].owner.inside, "eth0");
	assert_string_equal(subnet_text(&arena, &lease[2].address), "fd00:5::2/64");
	/* One that is held is enough to know, and then nothing is given back. */
	assert_false(network_is_idle(&arena, &network, &owners));
	assert_int_equal(network_reclaim(&arena, &network, &owners), 2);
	network_give_back(&network, "a", "eth1");
	assert_false(network_is_idle(&arena, &network, &owners));
	network_give_back(&network, "a", "eth0");
	/* Who only looks gives back nothing. */
	take(0, NULL, "gone");
	assert_true(network_looks_idle(&arena, &network, &owners));
	assert_true(network_leases(&arena, &network, &lease, &count, &problem));
	assert_int_equal(count, 1);
	assert_true(network_is_idle(&arena, &network, &owners));
	assert_true(network_leases(&arena, &network, &lease, &count, &problem));
	assert_int_equal(count, 0);
}

/* A process that was killed between the two halves of noting which address was the last one leaves the first. */
static void what_was_left_half_done_is_no_hindrance(void **state)
{
	sys_symlinkat("10.5.0.2", network.folder, "last-0.new");
	sys_symlinkat("nonsense", network.folder, LEASES "/10.5.0.2");
	sys_symlinkat("x", network.folder, LEASES "/x");
	assert_string_equal(take(0, NULL, "a"), "10.5.0.3/29");
	assert_string_equal(take(0, NULL, "b"), "10.5.0.4/29");
	assert_non_null(strstr(take(0, "10.5.0.2", "c"), "taken by container nonsense"));
}

enum { PROCESSES = 10, EACH = 10 };

/* Without the lock, so that the file system alone keeps them apart: what a process has that dies does not matter. */
static void take_many(int number)
{
	char id[16];
	const struct network_owner owner = { .id = id, .inside = "eth0", .mac = "" };

	(void)snprintf(id, sizeof(id), "p%d", number);
	for (int i = 0; i < EACH; i++) {
		struct host_address got;
		struct problem problem = { 0 };

		if (!network_take_address(&arena, &network, 0, NULL, &owner, &owners, &got, &problem))
			_exit(1);
	}
	_exit(0);
}

static void a_hundred_at_once_get_a_hundred(void **state)
{
	struct problem problem = { 0 };
	struct lease *lease;
	size_t count;
	int status;

	small[0].address = subnet("10.5.0.0/25");
	small[0].gateway = address("10.5.0.1");
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			take_many(i);
	for (int i = 0; i < PROCESSES; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_true(network_leases(&arena, &network, &lease, &count, &problem));
	assert_int_equal(count, PROCESSES * EACH);
}

static void a_network_that_is_gone_gives_nothing(void **state)
{
	struct problem problem = { 0 };

	sys_unlinkat(network.folder, NETWORK_FILE, 0);
	assert_false(network_lock(&network, &problem));
	assert_string_equal(problem.text, "no such network: wine");
}

int main(void)
{
#define WITH_LEASES(test) cmocka_unit_test_setup_teardown(test, make_network, remove_network)
	const struct CMUnitTest tests[] = {
		WITH_LEASES(addresses_are_given_out_one_after_the_other),
		WITH_LEASES(an_address_that_is_only_chosen_is_nobodys),
		WITH_LEASES(a_full_subnet_says_so),
		WITH_LEASES(a_range_keeps_to_itself),
		WITH_LEASES(a_certain_address_is_taken_or_the_reason_told),
		WITH_LEASES(leases_are_listed_and_end),
		WITH_LEASES(what_was_left_half_done_is_no_hindrance),
		WITH_LEASES(a_hundred_at_once_get_a_hundred),
		WITH_LEASES(a_network_that_is_gone_gives_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
