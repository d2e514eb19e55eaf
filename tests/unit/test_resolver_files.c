/* test_resolver_files.c - the resolver of a network: whom its files tell it to ask, and its places for clients. */
#include "names/fair.h"
#include "names/servers.h"
#include "names/table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct table table;

static void read_table(const char *text)
{
	strcpy(table.text, text);
	table_read(&table, strlen(text));
}

static void test_peers(void **state)
{
	const struct address two = { { 10, 0, 0, 2 }, 4 }, three = { { 10, 0, 0, 3 }, 4 },
			     four = { { 10, 0, 0, 4 }, 4 };
	static char many[TABLE_TEXT];
	size_t length = 0;

	read_table("10.0.0.2 web\n@peers 10.0.0.2 10.0.1.1 fd00::1 0123456789ab\n@peers\n@peers bad 10.0.1.1\n"
		   "@peers 10.0.0.3\n@peers 10.0.0.4 10.0.2.1 0123456789ab 10.0.3.1\n@peersx 10.0.0.2 10.0.5.1\n");
	assert_int_equal(table.names, 1);
	assert_int_equal(table.addresses, 1);
	assert_int_equal(table.peers, 3);
	assert_int_equal(table_peer(&table, TABLE_PEER, &two, 0)->bytes[2], 1);
	assert_int_equal(table_peer(&table, TABLE_PEER, &two, 1)->length, 16);
	assert_null(table_peer(&table, TABLE_PEER, &two, 2));
	assert_null(table_peer(&table, TABLE_PEER, &three, 0));
	assert_int_equal(table_peer(&table, TABLE_PEER, &four, 0)->bytes[2], 2);
	assert_null(table_peer(&table, TABLE_PEER, &four, 1));
	read_table("@servers 10.0.0.2 9.9.9.9 fd00::9 0123456789ab\n@peers 10.0.0.2 10.0.1.1\n@servers 10.0.0.3\n");
	assert_int_equal(table_count_peers(&table, TABLE_SERVER, &two), 2);
	assert_int_equal(table_count_peers(&table, TABLE_PEER, &two), 1);
	assert_int_equal(table_count_peers(&table, TABLE_SERVER, &three), 0);
	assert_int_equal(table_peer(&table, TABLE_SERVER, &two, 0)->bytes[0], 9);
	assert_int_equal(table_peer(&table, TABLE_PEER, &two, 0)->bytes[0], 10);
	/* It ends. */
	for (size_t i = 0; i < 1200; i++)
		length += (size_t)sprintf(many + length, "@peers 10.0.0.2 %s\n",
					  "1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1");
	read_table(many);
	assert_int_equal(table.peers, TABLE_PEERS);
	read_table("");
	assert_int_equal(table.peers, 0);
}

static void test_resolv_conf(void **state)
{
	char text[] = "# nameserver 1.1.1.1\nsearch example.org\nnameserver 10.0.0.1\n nameserver\tfd00::1%2 \n"
		      "nameserver fe80::1%7\nnameserver none\nnameserver\n"
		      "options timeout:3 attempts:9 rotate timeout:x\nnameserver 127.0.0.53 ; a stub\noptions ndots:1";
	char empty[] = "";
	struct servers servers;

	servers_read(&servers, text);
	assert_int_equal(servers.count, 4);
	assert_int_equal(servers.at[0].v4.sin_addr.s_addr, htonl(0x0a000001));
	assert_int_equal(servers.at[0].v4.sin_port, htons(53));
	assert_int_equal(servers.at[1].v6.sin6_family, AF_INET6);
	assert_int_equal(servers.at[1].v6.sin6_scope_id, 0);
	assert_int_equal(servers.at[2].v6.sin6_scope_id, 7);
	assert_int_equal(servers.timeout_ms, 3000);
	assert_int_equal(servers.attempts, 5);
	assert_true(servers.rotate);
	servers_read(&servers, empty);
	assert_int_equal(servers.count, 0);
	assert_int_equal(servers.timeout_ms, 2000);
	assert_int_equal(servers.attempts, 2);
}

static void test_places(void **state)
{
	struct place places[8] = { 0 };

	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(place_choose(places, 8, 1), i);
		places[i] = (struct place){ 1, 100 - i };
	}
	/* One client has them all: it gets no more, and each other one gets one. */
	assert_int_equal(place_choose(places, 8, 1), 8);
	assert_int_equal(place_choose(places, 8, 2), 7);
	places[7] = (struct place){ 2, 200 };
	places[6] = (struct place){ 2, 200 };
	places[5] = (struct place){ 2, 200 };
	assert_int_equal(place_choose(places, 8, 2), 4);
	places[4] = (struct place){ 2, 200 };
	/* As many as the other one: enough. */
	assert_int_equal(place_choose(places, 8, 2), 8);
	/* Where all have one, who has none gets the oldest. */
	for (size_t i = 0; i < 8; i++)
		places[i] = (struct place){ i + 1, 50 + i };
	places[3].since_ms = 10;
	assert_int_equal(place_choose(places, 8, 99), 3);
	assert_int_equal(place_choose(places, 8, 5), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_resolv_conf),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
