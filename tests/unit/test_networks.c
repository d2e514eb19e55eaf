/* test_networks.c - addresses, subnets, routes and records of networks. */
#include "in_arena.h"
#include "net/parts.h"
#include "subnets.h"
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct texts texts(const char *const *words)
{
	struct texts list = { ARENA_ARRAY(&arena, 16, char *), 0 };

	for (; words[list.count]; list.count++)
		list.at[list.count] = arena_copy(&arena, words[list.count], strlen(words[list.count]));
	return list;
}

/* --- addresses --- */

static void a_subnet_is_read_whole_or_refused(void **state)
{
	static const char *const bad[] = {
		"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/8 ", "10.0.0.0/-1", "10.0.0.0/+8",
		"fd00::/129", "fd00::", "/24", "10.0.0.0/8/8", "010.0.0.0/8", "fd00:0:0:0:0:0:0:0:0/64",
		"1111:2222:3333:4444:5555:6666:111.222.111.2222222222222222/64",
	};
	struct host_address got;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };

		assert_false(subnet_read(bad[i], "test", &got, &problem));
		assert_non_null(strstr(problem.text, "is no subnet"));
	}
	got = subnet("fd00:5::/64");
	assert_string_equal(subnet_text(&arena, &got), "fd00:5::/64");
}

static void bits_behind_the_prefix_are_told(void **state)
{
	struct problem problem = { 0 }, six = { 0 };
	struct host_address got;

	assert_false(subnet_read("10.1.2.3/20", "test", &got, &problem));
	assert_non_null(strstr(problem.text, "10.1.0.0/20"));
	assert_false(subnet_read("fd00::5/64", "test", &got, &six));
	assert_non_null(strstr(six.text, "fd00::/64"));
}

static void subnets_overlap_where_an_address_is_in_both(void **state)
{
	static const struct { const char *one, *other; bool overlap; } rows[] = {
		{ "10.0.0.0/8", "10.88.0.0/16", true }, { "10.88.0.0/16", "10.89.0.0/16", false },
		{ "10.0.0.0/9", "10.128.0.0/9", false }, { "0.0.0.0/0", "192.168.0.0/16", true },
		{ "10.0.0.0/32", "10.0.0.0/32", true }, { "fd00::/63", "fd00:0:0:1::/64", true },
		{ "fd00::/64", "fd00:0:0:1::/64", false }, { "0.0.0.0/0", "::/0", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct host_address one = subnet(rows[i].one), other = subnet(rows[i].other);

		assert_int_equal(subnets_overlap(&one, &other), rows[i].overlap);
		assert_int_equal(subnets_overlap(&other, &one), rows[i].overlap);
	}
}

static void the_first_the_last_and_the_next(void **state)
{
	struct host_address four = subnet("10.88.4.0/22"), six = subnet("fd00::/120"), next = address("10.0.255.255");
	struct host_address last = subnet_last(&four);

	assert_string_equal(address_text(&arena, &last), "10.88.7.255");
	last = subnet_last(&six);
	assert_string_equal(address_text(&arena, &last), "fd00::ff");
	next = address_next(&next);
	assert_string_equal(address_text(&arena, &next), "10.1.0.0");
	next = address("255.255.255.255");
	next = address_next(&next);
	assert_string_equal(address_text(&arena, &next), "0.0.0.0");
}

/* --- the choice of a subnet --- */

/* The subnets of a new network; false after a problem. */
static bool choose(const struct network_asked *asked, const char *const *used, struct network *network,
		   struct problem *problem)
{
	struct taken_subnets taken = { ARENA_ARRAY(&arena, 512, struct taken_subnet), 0 };

	*network = (struct network){ .name = asked->name, .folder = -1 };
	for (; used && used[taken.count]; taken.count++)
		taken.at[taken.count] = (struct taken_subnet){ subnet(used[taken.count]), "somebody" };
	network_read_subnets(&arena, asked, network, problem);
	if (!problem->found)
		network_choose_subnets(&arena, asked, &taken, network, problem);
	return !problem->found;
}

static const char *chosen(const char *name, const char *const *used)
{
	const struct network_asked asked = { .name = name };
	struct problem problem = { 0 };
	struct network network;

	if (!choose(&asked, used, &network, &problem))
		return problem.text[0] ? "none" : "";
	return subnet_text(&arena, &network.subnet[0].address);
}

static void a_free_subnet_is_chosen(void **state)
{
	static const char *const first[] = { "10.87.0.0/16", NULL }, *const some[] = { "10.86.0.0/24", NULL };
	static const char *const odd[] = { "10.86.0.128/25", "10.86.1.0/30", "10.86.2.7/32", NULL };
	static const char *const vpn[] = { "10.0.0.0/8", NULL };
	static const char *const most[] = { "10.0.0.0/8", "172.16.0.0/12", NULL };
	static const char *const all[] = { "10.0.0.0/8", "172.0.0.0/8", "192.0.0.0/8", NULL };

	assert_string_equal(chosen("bridge", NULL), "10.87.0.0/16");
	assert_string_equal(chosen("bridge", first), "10.86.0.0/24");
	assert_string_equal(chosen("wine", NULL), "10.86.0.0/24");
	assert_string_equal(chosen("wine", some), "10.86.1.0/24");
	assert_string_equal(chosen("wine", odd), "10.86.3.0/24");
	assert_string_equal(chosen("wine", vpn), "172.16.0.0/24");
	assert_string_equal(chosen("wine", most), "192.168.0.0/24");
	assert_string_equal(chosen("wine", all), "none");
}

static void ipv6_is_a_local_subnet_of_chance(void **state)
{
	const struct network_asked asked = { .name = "wine", .ipv6 = true };
	struct problem problem = { 0 };
	struct network one, other;

	assert_true(choose(&asked, NULL, &one, &problem) && choose(&asked, NULL, &other, &problem));
	assert_int_equal(one.subnets, 2);
	assert_true(one.ipv6);
	assert_int_equal(one.subnet[1].address.bytes[0], 0xfd);
	assert_int_equal(one.subnet[1].address.prefix, 64);
	assert_false(subnets_overlap(&one.subnet[1].address, &other.subnet[1].address));
	assert_true(subnet_has(&one.subnet[1].address, &one.subnet[1].gateway));
}

static void gateways_and_ranges_belong_to_the_subnet_around_them(void **state)
{
	static const char *const subnets[] = { "10.1.0.0/24", "fd00:1::/64", "10.2.0.0/24", NULL };
	static const char *const gateways[] = { "fd00:1::9", "10.2.0.254", NULL };
	static const char *const ranges[] = { "10.1.0.128/25", NULL };
	const struct network_asked asked = { .name = "wine", .subnet = texts(subnets), .gateway = texts(gateways),
					     .range = texts(ranges) };
	struct problem problem = { 0 };
	struct network network;

	assert_true(choose(&asked, NULL, &network, &problem));
	assert_int_equal(network.subnets, 3);
	assert_string_equal(subnet_text(&arena, &network.subnet[0].gateway), "10.1.0.1/24");
	assert_string_equal(subnet_text(&arena, &network.subnet[1].gateway), "fd00:1::9/64");
	assert_string_equal(subnet_text(&arena, &network.subnet[2].gateway), "10.2.0.254/24");
	assert_string_equal(subnet_text(&arena, &network.subnet[0].range), "10.1.0.128/25");
	assert_int_equal(network.subnet[2].range.family, 0);
}

static void what_cannot_be_is_told(void **state)
{
	static const char *const used[] = { "10.9.0.0/16", NULL };
	static const struct { const char *subnet[3], *gateway[3], *range[3], *words; } rows[] = {
		{ { "10.1.0.0/31" }, { 0 }, { 0 }, "no room" }, { { "fd00::/127" }, { 0 }, { 0 }, "no room" },
		{ { "224.0.0.0/24" }, { 0 }, { 0 }, "no addresses for containers" },
		{ { "fe80::/64" }, { 0 }, { 0 }, "no addresses for containers" },
		{ { "10.1.0.0/24", "10.1.0.0/16" }, { 0 }, { 0 }, "overlaps another subnet that is asked for" },
		{ { "10.9.7.0/24" }, { 0 }, { 0 }, "overlaps 10.9.0.0/16 of somebody" },
		{ { "10.1.0.0/24" }, { "10.2.0.1" }, { 0 }, "in no subnet" },
		{ { "10.1.0.0/24" }, { "10.1.0.0" }, { 0 }, "first or the last" },
		{ { "10.1.0.0/24" }, { "10.1.0.255" }, { 0 }, "first or the last" },
		{ { "10.1.0.0/24" }, { "10.1.0.1", "10.1.0.2" }, { 0 }, "second one" },
		{ { "10.1.0.0/24" }, { "gate" }, { 0 }, "is no address" },
		{ { "10.1.0.0/24" }, { 0 }, { "10.1.0.0/16" }, "in no subnet" },
		{ { "10.1.0.0/24" }, { 0 }, { "10.1.0.9/25" }, "bits behind its prefix" },
		{ { 0 }, { "10.1.0.1" }, { 0 }, "in no subnet" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct network_asked asked = { .name = "wine", .subnet = texts(rows[i].subnet),
						     .gateway = texts(rows[i].gateway),
						     .range = texts(rows[i].range) };
		struct problem problem = { 0 };
		struct network network;

		assert_false(choose(&asked, used, &network, &problem));
		if (!strstr(problem.text, rows[i].words))
			fail_msg("'%s' is not in '%s'", rows[i].words, problem.text);
	}
}

/* --- routes of a network --- */

static void a_route_is_read_whole_or_refused(void **state)
{
	static const char *const bad[] = {
		"", "10.9.0.0/16", "10.9.0.0/16,", "10.9.0.0/16,10.1.0.7,", "10.9.0.0/16,10.1.0.7,0",
		"10.9.0.0/16,10.1.0.7,4294967296", "10.9.0.0/16,10.1.0.7,1,2", "10.9.0.0,10.1.0.7",
		"10.9.0.0/33,10.1.0.7", "10.9.0.1/16,10.1.0.7", "10.9.0.0/16,fd00::7", "fd00:9::/64,10.1.0.7",
		"10.9.0.0/16,gate", "10.9.0.0/16,10.1.0.7,-1",
		("fd00:9:0000:0000:0000:0000:0000:0000/64,fd00:0000:0000:0000:0000:0000:0000:0007,"
		 "00000000000000000000000000000000000000000000000000000000000000000000000000000001"),
	};
	struct problem none = { 0 };
	struct plan_route got;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };

		assert_false(network_read_route(bad[i], &got, &problem));
		assert_non_null(strstr(problem.text, "option '--route'"));
	}
	assert_true(network_read_route("fd00:9::/64,fd00::7,4294967295", &got, &none));
	assert_string_equal(subnet_text(&arena, &got.to), "fd00:9::/64");
	assert_string_equal(address_text(&arena, &got.via), "fd00::7");
	assert_int_equal(got.metric, UINT32_MAX);
	assert_true(network_read_route("10.9.0.0/16,10.1.0.7", &got, &none));
	assert_int_equal(got.metric, 0);
}

/* A network of one subnet with these routes. */
static struct network with_routes(const char *const *words, bool default_route, struct problem *problem)
{
	static struct subnet only;
	const struct network_asked asked = { .route = texts(words) };
	struct network network = { .subnet = &only, .subnets = 1, .default_route = default_route };

	only = (struct subnet){ .address = subnet("10.1.0.0/24") };
	network_set_gateway(&only);
	network_read_routes(&arena, &asked, &network, problem);
	network_check_routes(&arena, &network, problem);
	return network;
}

static void routes_that_cannot_be_are_told(void **state)
{
	static const struct { const char *route[3], *words; } rows[] = {
		{ { "10.9.0.0/16,10.2.0.7" }, "10.2.0.7 is in no subnet of the network: 10.1.0.0/24" },
		{ { "10.1.0.0/24,10.1.0.7" }, "is the network itself" },
		{ { "0.0.0.0/0,10.1.0.7" }, "no_default_route" },
		{ { "10.9.0.0/16,10.1.0.7", "10.9.0.0/16,10.1.0.8" }, "another metric" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem problem = { 0 };

		with_routes(rows[i].route, true, &problem);
		if (!strstr(problem.text, rows[i].words))
			fail_msg("'%s' is not in '%s'", rows[i].words, problem.text);
	}
}

static void the_first_network_with_a_way_out_gives_it(void **state)
{
	static const char *const words[] = { "0.0.0.0/0,10.1.0.7", "0.0.0.0/0,10.1.0.8,9", "10.9.0.0/16,10.1.0.7",
					     NULL };
	static const char *const none[] = { NULL };
	struct plan_link one = { .routes = 0 }, two = { .routes = 0 };
	bool has[2] = { false, false };
	struct problem problem = { 0 };
	struct network network = with_routes(words, false, &problem);

	assert_false(problem.found);
	network_give_routes(&arena, &network, has, &one);
	assert_int_equal(one.gateways, 1);
	assert_string_equal(address_text(&arena, &one.gateway[0]), "10.1.0.7");
	assert_int_equal(one.routes, 2);
	assert_int_equal(one.route[0].metric, 9);
	assert_true(has[0] && !has[1]);
	network = with_routes(none, true, &problem);
	network_give_routes(&arena, &network, has, &two);
	assert_int_equal(two.gateways + two.routes, 0);
	assert_string_equal(address_text(&arena, network_way_out(&network, AF_INET)), "10.1.0.1");
	network.internal = true;
	assert_null(network_way_out(&network, AF_INET));
}

/* --- records --- */

static bool read_back(const char *text, struct network *ret_network, struct problem *problem)
{
	return network_read(&arena, arena_copy(&arena, text, strlen(text)), strlen(text), ret_network, problem);
}

static void a_record_is_read_as_it_was_written(void **state)
{
	struct pair options[] = { { "mtu", "1400" }, { "isolate", "strict" } }, labels[] = { { "a", "b" } };
	struct subnet subnets[] = { { .address = subnet("10.5.0.0/29") }, { .address = subnet("fd00:5::/64") } };
	struct plan_route routes[] = { { subnet("10.9.0.0/16"), subnet("10.5.0.7/32"), 0 },
				       { subnet("fd00:9::/64"), subnet("fd00:5::7/128"), 7 } };
	struct network one = { .name = "wine", .id = network_make_id(&arena, NULL), .created = "2026-01-31T12:00:00Z",
			       .interface = "br-wine", .subnet = subnets, .subnets = 2, .ipv6 = true, .dns = true,
			       .options = { options, 2 }, .labels = { labels, 1 }, .route = routes, .routes = 2 };
	struct text text = text_new(&arena), again = text_new(&arena);
	struct problem problem = { 0 };
	struct network other;

	network_set_gateway(&subnets[0]);
	network_set_gateway(&subnets[1]);
	network_write(&text, &one);
	assert_true(read_back(text.at, &other, &problem));
	assert_int_equal(other.mtu, 1400);
	assert_int_equal(other.isolate, ISOLATE_STRICT);
	assert_true(other.masquerade && other.default_route && other.ipv6);
	assert_true(address_is(&other.subnet[1].gateway, &subnets[1].gateway));
	assert_int_equal(other.route[1].metric, 7);
	network_write(&again, &other);
	assert_string_equal(text.at, again.at);
}

static void a_damaged_record_is_refused(void **state)
{
#define BEGIN "{\"taru\":1,\"created\":\"x\",\"interface\":\"br\",\"id\":\"" ID "\",\"driver\":"
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	static const struct { const char *text, *words; } rows[] = {
		{ "", "" }, { "[]", "must be an object" }, { "{\"taru\":1}", "id" }, { BEGIN "\"host\"}", "driver" },
		{ "{\"taru\":2,\"created\":\"x\",\"interface\":\"br\",\"id\":\"" ID "\",\"driver\":\"bridge\"}",
		  "form 2" },
		{ BEGIN "\"bridge\",\"subnets\":[{\"subnet\":\"10.0.0.0/24\",\"gateway\":\"10.0.1.1\"}]}", "gateway" },
		{ BEGIN "\"bridge\",\"subnets\":[{\"subnet\":\"10.0.0.1/24\",\"gateway\":\"10.0.0.1\"}]}", "bits" },
		{ BEGIN "\"bridge\",\"interface\":\"a/b\"}", "interface" },
		{ BEGIN "\"bridge\",\"options\":{\"mode\":\"l2\"}}", "mode" },
		{ BEGIN "\"bridge\",\"routes\":[{\"destination\":\"10.0.0.0/24\",\"gateway\":\"fd00::1\"}]}",
		  "no gateway" },
		{ BEGIN "\"ipvlan\",\"options\":{\"mode\":\"bridge\"}}", "l2, l3 or l3s" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem problem = { 0 };
		struct network got;

		assert_false(read_back(rows[i].text, &got, &problem));
		if (!strstr(problem.text, rows[i].words))
			fail_msg("'%s' is not in '%s'", rows[i].words, problem.text);
	}
}

static void names_of_devices_are_what_the_kernel_takes(void **state)
{
	static const char *const good[] = { "a", "br-0123456789ab", "eth0.10" };
	static const char *const bad[] = { "", "0123456789abcdef", "a/b", "a b", "all", "default", "lo", ".", "..",
					   "br%d", "a:1" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(network_check_interface(good[i], "test", &(struct problem){ 0 }));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(network_check_interface(bad[i], "test", &(struct problem){ 0 }));
}

/* --- routes --- */

struct route_message {
	struct nlmsghdr head;
	struct rtmsg info;
	struct rtattr destination_head;
	unsigned char destination[4];
	struct rtattr device_head;
	unsigned device;
};

static struct route_message route_message(unsigned char type)
{
	return (struct route_message){
		.head = { .nlmsg_len = sizeof(struct route_message), .nlmsg_type = RTM_NEWROUTE },
		.info = { .rtm_family = AF_INET, .rtm_dst_len = 16, .rtm_type = type },
		.destination_head = { 8, RTA_DST }, .destination = { 10, 7, 0, 0 },
		.device_head = { 8, RTA_OIF }, .device = 5,
	};
}

static void routes_are_read_within_their_bounds(void **state)
{
	struct route_message messages[] = { route_message(RTN_UNICAST), route_message(RTN_MULTICAST),
					    route_message(RTN_LOCAL), route_message(RTN_UNICAST) };
	struct routes routes = { .arena = &arena };

	messages[3].info.rtm_dst_len = 33;
	assert_true(routes_take(&routes, messages, sizeof(messages)));
	assert_int_equal(routes.count, 2);
	assert_string_equal(subnet_text(&arena, &routes.at[0].address), "10.7.0.0/16");
	assert_int_equal(routes.at[1].device, 5);
	assert_int_equal(routes_default_device(&routes), 0);
	messages[1].head.nlmsg_len = 5000;
	assert_false(routes_take(&routes, messages, sizeof(messages)));
	messages[1].head.nlmsg_len = 3;
	assert_false(routes_take(&routes, messages, sizeof(messages)));
	messages[0].destination_head.rta_len = 5000;
	routes_take(&routes, messages, sizeof(messages[0]));
	messages[1].head.nlmsg_type = NLMSG_DONE;
	assert_false(routes_take(&routes, &messages[1], sizeof(messages[1])));
	assert_int_equal(routes_read(&arena, &routes), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_subnet_is_read_whole_or_refused),
		cmocka_unit_test(bits_behind_the_prefix_are_told),
		cmocka_unit_test(subnets_overlap_where_an_address_is_in_both),
		cmocka_unit_test(the_first_the_last_and_the_next),
		cmocka_unit_test(a_free_subnet_is_chosen),
		cmocka_unit_test(ipv6_is_a_local_subnet_of_chance),
		cmocka_unit_test(gateways_and_ranges_belong_to_the_subnet_around_them),
		cmocka_unit_test(what_cannot_be_is_told),
		cmocka_unit_test(a_route_is_read_whole_or_refused),
		cmocka_unit_test(routes_that_cannot_be_are_told),
		cmocka_unit_test(the_first_network_with_a_way_out_gives_it),
		cmocka_unit_test(a_record_is_read_as_it_was_written),
		cmocka_unit_test(a_damaged_record_is_refused),
		cmocka_unit_test(names_of_devices_are_what_the_kernel_takes),
		cmocka_unit_test(routes_are_read_within_their_bounds),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
