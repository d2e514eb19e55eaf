/* test_firewall.c - the elements of the firewall, byte by byte as the kernel wants them. What the kernel makes of them
 * is tested in tests/root/firewall.bats. */
#include "net/firewall.h"
#include "in_arena.h"
#include "net/address.h"
#include "net/firewall_others.h"
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

static struct host_address address(const char *text)
{
	struct host_address read;

	assert_true(address_read(text, &read));
	return read;
}

static void is_port(const struct firewall_port *port, const char *set, const char *shown,
		    const void *key, size_t key_size, const void *value, size_t value_size)
{
	struct firewall_elements elements = { 0 };

	firewall_add_port(&arena, &elements, port);
	assert_int_equal(elements.count, 1);
	assert_string_equal(elements.at->set, set);
	assert_string_equal(elements.at->shown, shown);
	assert_int_equal(elements.at->key_size, key_size);
	assert_memory_equal(elements.at->key, key, key_size);
	assert_int_equal(elements.at->value_size, value_size);
	assert_memory_equal(elements.at->value, value, value_size);
}

static void ports_are_padded_to_four_bytes(void **state)
{
	is_port(&(struct firewall_port){ IPPROTO_TCP, { 0 }, 8080, address("10.88.0.2"), 80 }, "publish_any4",
		"tcp . 8080 : 10.88.0.2 . 80", "\6\0\0\0\x1f\x90\0\0", 8, "\x0a\x58\0\2\0\x50\0\0", 8);
	is_port(&(struct firewall_port){ IPPROTO_UDP, address("192.0.2.1"), 53, address("10.88.0.3"), 5353 },
		"publish4", "udp . 192.0.2.1 . 53 : 10.88.0.3 . 5353", "\x11\0\0\0\xc0\0\2\1\0\x35\0\0", 12,
		"\x0a\x58\0\3\x14\xe9\0\0", 8);
	is_port(&(struct firewall_port){ IPPROTO_SCTP, { 0 }, 65535, address("fd00::2"), 1 }, "publish_any6",
		"sctp . 65535 : fd00::2 . 1", "\x84\0\0\0\xff\xff\0\0", 8,
		"\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\0\1\0\0", 20);
	is_port(&(struct firewall_port){ IPPROTO_TCP, address("2001:db8::1"), 443, address("fd00::2"), 443 },
		"publish6", "tcp . 2001:db8::1 . 443 : fd00::2 . 443",
		"\6\0\0\0\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\1\xbb\0\0", 24,
		"\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\1\xbb\0\0", 20);
}

static size_t count_of(const struct firewall_elements *elements, const char *set)
{
	size_t count = 0;

	for (size_t i = 0; i < elements->count; i++)
		count += strcmp(elements->at[i].set, set) == 0;
	return count;
}

static void a_network_is_in_the_sets_of_what_it_is(void **state)
{
	const struct firewall_network open = { .bridge = "taru0", .masquerade = true };
	const struct firewall_network closed = { .bridge = "a-name-of-15-by", .internal = true, .strict = true,
						 .masquerade = true };
	struct firewall_elements elements = { 0 }, others = { 0 };

	firewall_add_network(&arena, &elements, &open);
	assert_int_equal(elements.count, 4);
	assert_string_equal(elements.at[0].set, "bridges");
	assert_memory_equal(elements.at[0].key, "taru0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_string_equal(elements.at[0].shown, "\"taru0\"");
	assert_string_equal(elements.at[1].set, "inside");
	assert_int_equal(elements.at[1].key_size, 32);
	assert_memory_equal(elements.at[1].key + 16, "taru0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(count_of(&elements, "masquerade4") + count_of(&elements, "masquerade6"), 2);
	/* What is internal leaves by no way, so nothing is masqueraded. */
	firewall_add_network(&arena, &others, &closed);
	assert_memory_equal(others.at[0].key, "a-name-of-15-by", 16);
	assert_int_equal(count_of(&others, "internal"), 1);
	assert_int_equal(count_of(&others, "isolated"), 1);
	assert_int_equal(count_of(&others, "strict"), 1);
	assert_int_equal(count_of(&others, "masquerade4"), 0);
}

static void elements_of_a_set_are_sorted_together(void **state)
{
	const struct firewall_network one = { .bridge = "taru0" }, two = { .bridge = "taru1" };
	struct firewall_elements elements = { 0 };

	firewall_add_network(&arena, &elements, &one);
	firewall_add_network(&arena, &elements, &two);
	firewall_sort(&elements);
	assert_string_equal(elements.at[0].set, "bridges");
	assert_string_equal(elements.at[1].set, "bridges");
	assert_string_equal(elements.at[2].set, "inside");
	assert_non_null(strstr(firewall_rules(&arena, elements.at, elements.count),
			       "add element inet taru inside { \"taru1\" . \"taru1\" }\n"));
}

static const char *found_in(const char *ruleset)
{
	struct text text = text_new(&arena);

	firewall_read_others(&text, ruleset, "taru0");
	return text.at ? text.at : "";
}

#define DOCKER(more) \
	"table ip filter {\n\tchain DOCKER-USER {\n" more "\t}\n\n\tchain FORWARD {\n" \
	"\t\ttype filter hook forward priority filter; policy drop;\n\t\tcounter jump DOCKER-USER\n\t}\n}\n"

static void rules_of_others_that_drop_are_told_with_the_remedy(void **state)
{
	assert_string_equal(found_in(""), "");
	assert_non_null(strstr(found_in(DOCKER("")), "iptables -I DOCKER-USER -i taru0 -j ACCEPT"));
	assert_string_equal(found_in(DOCKER("\t\tiifname \"taru0\" counter accept\n")), "");
	assert_string_equal(found_in(DOCKER("\t\tiifname \"taru*\" counter accept\n")), "");
	assert_non_null(strstr(found_in(DOCKER("\t\tiifname \"taru01\" counter accept\n")), "DOCKER-USER"));
	assert_non_null(strstr(found_in("table ip6 filter {\n\tchain FORWARD {\n\t\ttype filter hook forward "
					"priority filter; policy drop;\n\t}\n}\n"),
			       "ip6tables -I FORWARD -i taru0 -j ACCEPT"));
	assert_string_equal(found_in("table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority "
				     "filter; policy accept;\n\t}\n}\n"), "");
	assert_non_null(strstr(found_in("table inet firewalld {\n}\n"), "--add-interface=taru0"));
	assert_string_equal(found_in("table inet firewalld {\n\tiifname \"taru0\" accept\n}\n"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_padded_to_four_bytes),
		cmocka_unit_test(a_network_is_in_the_sets_of_what_it_is),
		cmocka_unit_test(elements_of_a_set_are_sorted_together),
		cmocka_unit_test(rules_of_others_that_drop_are_told_with_the_remedy),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
