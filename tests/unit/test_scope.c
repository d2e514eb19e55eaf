/* test_scope.c - what systemd is told of a container: the properties of its unit, from the config. */
#include "base/dbus.h"
#include "life/scope.h"
#include "plan/scope.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct cgroup unified = { .path = "/sys/fs/cgroup/x", .controllers = "memory", .unified = true };
static struct cgroup two[] = { { .path = "/m", .controllers = "memory" },
			       { .path = "/s", .controllers = "name=systemd" } };
static const struct cgroups v2 = { .at = &unified, .count = 1, .scope = "a.scope", .slice = "b.slice" };
static const struct cgroups v1 = { .at = two, .count = 2, .scope = "a.scope", .slice = "b.slice" };
static const struct cgroups user = { .at = &unified, .count = 1, .scope = "a.scope", .slice = "b.slice",
				     .user_manager = true };

static int set_up(void **state)
{
	arena_init(&arena, NULL, 0);
	unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	unsetenv("XDG_RUNTIME_DIR");
	return 0;
}

static int tear_down(void **state)
{
	arena_release(&arena);
	return 0;
}

/* --- properties as words: "MemoryMax=t:100" --- */

static uint64_t number_at(const char *at, size_t size)
{
	uint64_t value = 0;

	for (size_t i = size; i-- > 0;)
		value = value << 8 | (unsigned char)at[i];
	return value;
}

static void align(size_t *at, size_t to)
{
	*at = (*at + to - 1) / to * to;
}

static void add_value(struct text *out, const char *bytes, size_t *at, char type)
{
	size_t size = strchr("tx", type) ? 8 : strchr("nq", type) ? 2 : type == 'y' || type == 'g' ? 1 : 4;

	align(at, size);
	if (strchr("sog", type)) {
		size_t length = number_at(bytes + *at, size);

		text_add(out, bytes + *at + size);
		assert_int_equal(strlen(bytes + *at + size), length);
		*at += size + length + 1;
		return;
	}
	text_printf(out, "%llu", (unsigned long long)number_at(bytes + *at, size));
	*at += size;
}

static void add_array(struct text *out, const char *bytes, size_t *at, const char *type)
{
	size_t end;

	align(at, 4);
	end = number_at(bytes + *at, 4);
	*at += 4;
	align(at, strchr("tx(", *type) ? 8 : 1);
	for (end += *at; *at < end;) {
		if (*type == '(') {
			align(at, 8);
			add_value(out, bytes, at, type[1]);
			text_add(out, "=");
			add_value(out, bytes, at, type[2]);
		} else {
			add_value(out, bytes, at, *type);
		}
		text_add(out, *at < end ? "," : "");
	}
	assert_int_equal(*at, end);
}

/* All properties from `at` on, one line each. */
static const char *words_of(const struct text *message, size_t at)
{
	struct text out = text_new(&arena);

	while (at < message->length) {
		const char *type;

		align(&at, 8);
		add_value(&out, message->at, &at, 's');
		type = message->at + at + 1;
		at += strlen(type) + 2;
		text_printf(&out, "=%s:", type);
		if (*type == 'a')
			add_array(&out, message->at, &at, type + 1);
		else
			add_value(&out, message->at, &at, *type);
		text_add(&out, "\n");
	}
	return out.at;
}

static const char *limits(const struct cgroups *cgroups, const struct resources *resources)
{
	struct text message = text_new(&arena);

	scope_put_limits(&message, cgroups, resources);
	return words_of(&message, 0);
}

#define SET(number) { .set = true, .value = (number) }

static void test_limits(void **state)
{
	struct pair high[] = { { "memory.high", "max\n" }, { "cpu.max", "50000 200000" }, { "cpuset.mems", "0" },
			       { "pids.max", "7" }, { "io.max", "8:0 rbps=1" } };
	const struct resources some = {
		.memory = { .limit = SET(100), .reservation = SET(50), .swap = SET(300) },
		.cpu = { .shares = SET(1024), .quota = SET(15500), .period = SET(100000), .cpus = "0-1,9" },
		.pids_limit = SET(-1), .block_io.weight = SET(1000),
	};
	const struct resources others = { .memory.limit = SET(-1), .cpu.quota = SET(-1), .pids_limit = SET(0),
					  .unified = { high, 5 } };

	assert_string_equal(limits(&v2, &some), "MemoryMax=t:100\nMemoryLow=t:50\nMemorySwapMax=t:200\n"
			    "CPUWeight=t:100\n"
			    "CPUQuotaPeriodUSec=t:100000\nCPUQuotaPerSecUSec=t:160000\nAllowedCPUs=ay:3,2\n"
			    "TasksMax=t:18446744073709551615\nIOWeight=t:10000\n");
	assert_string_equal(limits(&v1, &some), "MemoryLimit=t:100\nCPUShares=t:1024\nCPUQuotaPeriodUSec=t:100000\n"
			    "CPUQuotaPerSecUSec=t:160000\nTasksMax=t:18446744073709551615\nBlockIOWeight=t:1000\n");
	assert_string_equal(limits(&v2, &others), "MemoryMax=t:18446744073709551615\n"
			    "MemorySwapMax=t:18446744073709551615\n"
			    "CPUQuotaPerSecUSec=t:18446744073709551615\nMemoryHigh=t:18446744073709551615\n"
			    "CPUQuotaPeriodUSec=t:200000\nCPUQuotaPerSecUSec=t:250000\nAllowedMemoryNodes=ay:1\n"
			    "TasksMax=t:7\n");
}

static void test_lists_that_are_none(void **state)
{
	static const char *const bad[] = { "", "x", "1-", "-1", "1,,2", "99999999999", "8192", "1 2", "0-1-2" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct resources resources = { .cpu.cpus = bad[i] };

		assert_string_equal(limits(&v2, &resources), "");
	}
}

/* --- devices --- */

static const char *devices(const struct cgroups *cgroups, struct device_rule *rules, size_t count)
{
	const struct resources resources = { .device = rules, .devices = count };
	struct problem problem = { 0 };
	struct text message = text_new(&arena);

	scope_put_devices(&message, cgroups, &resources, &problem);
	assert_false(problem.found);
	return words_of(&message, 0);
}

#define STRICT "DevicePolicy=s:strict\nDeviceAllow=a(ss):\nDeviceAllow=a(ss):block-*=m,char-*=m,/dev/char/1:3=rwm," \
	"/dev/char/1:5=rwm,/dev/char/1:7=rwm,/dev/char/1:8=rwm,/dev/char/1:9=rwm,/dev/char/5:0=rwm," \
	"/dev/char/5:2=rwm,"
#define OPEN "DevicePolicy=s:auto\nDeviceAllow=a(ss):\n"

static void test_devices(void **state)
{
	struct device_rule all = { .allow = true, .type = 'a', .read = true, .write = true, .mknod = true };
	struct device_rule fuse = { .allow = true, .type = 'c', .major = SET(10), .minor = SET(229), .read = true };
	struct device_rule minor = { .allow = true, .type = 'c', .minor = SET(229), .read = true };
	struct device_rule denied[] = { all, { .type = 'c', .major = SET(10), .minor = SET(229), .read = true } };

	assert_string_equal(devices(&v2, NULL, 0), STRICT "char-136=rwm\n");
	assert_string_equal(devices(&v2, &fuse, 1), STRICT "/dev/char/10:229=rm,char-136=rwm\n");
	assert_string_equal(devices(&v2, &all, 1), OPEN);
	/* What it has no words for: on v2 our own program decides, on v1 systemd's list stays below ours. */
	assert_string_equal(devices(&v2, &minor, 1), OPEN);
	assert_string_equal(devices(&v1, &minor, 1), STRICT "/dev/char/136:229=rwm,char-136=rwm\n");
	assert_string_equal(devices(&v2, denied, 2), OPEN);
	assert_string_equal(devices(&user, &all, 1), "");
}

/* --- annotations --- */

static const char *annotation(const char *name, const char *value, struct problem *problem)
{
	struct pair pair = { arena_printf(&arena, "org.systemd.property.%s", name), arena_printf(&arena, "%s", value) };
	const struct pairs pairs = { &pair, 1 };
	struct text message = text_new(&arena);

	scope_put_annotations(&message, &pairs, problem);
	return words_of(&message, 0);
}

static void test_annotations(void **state)
{
	static const struct { const char *name, *value, *words; } good[] = {
		{ "CollectMode", "'inactive-or-failed'", "CollectMode=s:inactive-or-failed\n" },
		{ "CollectMode", " \"a'\\n\\\"\" ", "CollectMode=s:a'\n\"\n" },
		{ "TimeoutStopUSec", "uint64 123456789", "TimeoutStopUSec=t:123456789\n" },
		{ "TimeoutStopSec", "uint64 3", "TimeoutStopUSec=t:3000000\n" },
		{ "TimeoutStopSec", "1.25", "TimeoutStopUSec=t:1250000\n" },
		{ "TimeoutStopSec", "0x10", "TimeoutStopUSec=t:16000000\n" },
		{ "SendSIGHUP", "true", "SendSIGHUP=b:1\n" }, { "SendSIGHUP", "boolean false", "SendSIGHUP=b:0\n" },
		{ "Number", "5", "Number=i:5\n" }, { "Number", "-5", "Number=i:4294967291\n" },
		{ "Number", "byte 0xff", "Number=y:255\n" }, { "Number", "@u 7", "Number=u:7\n" },
		{ "Number", "int64 -9223372036854775808", "Number=x:9223372036854775808\n" },
		{ "Number", "uint16 65535", "Number=q:65535\n" }, { "Path", "objectpath '/a'", "Path=o:/a\n" },
		{ "After", "['a.target', \"b\"]", "After=as:a.target,b\n" }, { "After", "@as []", "After=as:\n" },
		{ "Mask", "[byte 1, 2]", "Mask=ay:1,2\n" }, { "Mask", "@at [18446744073709551615]",
							       "Mask=at:18446744073709551615\n" },
	};
	struct problem problem = { 0 };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_string_equal(annotation(good[i].name, good[i].value, &problem), good[i].words);
		assert_false(problem.found);
	}
}

static void test_annotations_that_are_refused(void **state)
{
	static const struct { const char *name, *value; } bad[] = {
		{ "Ab", "true" }, { "", "true" }, { "A.b", "true" }, { "A_bc", "true" },
		{ "Name", "" }, { "Name", "word" }, { "Name", "'open" }, { "Name", "'a' b" }, { "Name", "'\\u1'" },
		{ "Name", "2147483648" }, { "Name", "byte 256" }, { "Name", "uint32 -1" },
		{ "Name", "uint64 18446744073709551616" },
		{ "Name", "1.5" }, { "Name", "double 1" }, { "Name", "string 5" }, { "Name", "uint64 'a'" },
		{ "Name", "uint64 true" },
		{ "Name", "[]" }, { "Name", "[" }, { "Name", "@as [" }, { "Name", "['a', 5]" },
		{ "Name", "['a'" }, { "Name", "['a',]" }, { "Name", "[1.5]" },
		{ "Name", "@as 'a'" }, { "Name", "('a', 5)" }, { "Name", "{'a': 5}" }, { "Name", "<5>" },
		{ "Name", "@" },
		{ "TimeoutStopSec", "'a'" }, { "TimeoutStopSec", "-1" }, { "TimeoutStopSec", "[1]" },
		{ "TimeoutStopSec", "1." },
		{ "TimeoutStopSec", "uint64 18446744073709551615" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };

		annotation(bad[i].name, bad[i].value, &problem);
		if (!problem.found)
			fail_msg("%s=%s was taken", bad[i].name, bad[i].value);
	}
}

/* Its length is one byte on the bus. */
static void test_a_signature_that_is_too_long(void **state)
{
	char value[sizeof("signature ''") + 256] = "signature '";
	struct problem problem = { 0 };

	memset(value + strlen(value), 'i', 256);
	strcat(value, "'");
	annotation("Name", value, &problem);
	assert_true(problem.found);
}

/* --- the whole call --- */

static void test_start(void **state)
{
	struct spec spec = { 0 };
	struct problem problem = { 0 };
	struct text start = text_new(&arena);
	struct dbus_message message;
	struct dbus_reader body;
	const char *text;
	size_t pid = scope_start_unit(&start, &user, &spec, "web", &problem);

	assert_int_equal(dbus_read(start.at, start.length, &message), 0);
	assert_string_equal(message.member, "StartTransientUnit");
	assert_string_equal(message.signature, "ssa(sv)a(sa(sv))");
	body = dbus_body(&message);
	assert_true(dbus_take_text(&body, &text));
	assert_string_equal(text, "a.scope");
	assert_true(dbus_take_text(&body, &text));
	assert_string_equal(text, "replace");
	memcpy(start.at + pid, "\x39\x30\0\0", 4);
	/* The last array is empty: 8 bytes; the one of properties begins at a multiple of 8. */
	start.length -= 8;
	assert_string_equal(words_of(&start, (size_t)(body.at + 4 - start.at)),
			    "Description=s:taru container web\nSlice=s:b.slice\nPIDs=au:12345\nDelegate=b:1\n"
			    "CollectMode=s:inactive-or-failed\nDefaultDependencies=b:0\nMemoryAccounting=b:1\n"
			    "CPUAccounting=b:1\nIOAccounting=b:1\nTasksAccounting=b:1\n");
}

static void test_changes(void **state)
{
	const struct resources none = { .memory.swappiness = SET(1) }, some = { .pids_limit = SET(5) };
	struct problem problem = { 0 };
	struct text call = text_new(&arena);
	struct dbus_message message;

	assert_false(scope_set_properties(&call, &v2, &none, &problem));
	assert_int_equal(call.length, 0);
	assert_true(scope_set_properties(&call, &v2, &some, &problem));
	assert_int_equal(dbus_read(call.at, call.length, &message), 0);
	assert_string_equal(message.member, "SetUnitProperties");
	assert_string_equal(message.signature, "sba(sv)");
}

/* --- the address --- */

static void test_addresses(void **state)
{
	static const struct { const char *address, *path; } known[] = {
		{ "unix:path=/run/x", "/run/x" }, { "tcp:host=a;unix:guid=1,path=/a%20b,x=y", "/a b" },
		{ "unix:abstract=/tmp/d-1,guid=2", "@/tmp/d-1" }, { "unix:path=/a%2", "/run/user/7/bus" },
		{ "unix:path=/a%00b", "/run/user/7/bus" }, { "unix:path=", "/run/user/7/bus" },
		{ "launchd:x", "/run/user/7/bus" },
	};

	assert_string_equal(scope_bus(&arena, false, 0), "/run/dbus/system_bus_socket");
	assert_null(scope_bus(&arena, true, 0));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		setenv("DBUS_SESSION_BUS_ADDRESS", known[i].address, 1);
		assert_string_equal(scope_bus(&arena, true, 7), known[i].path);
	}
	setenv("XDG_RUNTIME_DIR", "/run/user/9", 1);
	assert_string_equal(scope_bus(&arena, true, 0), "/run/user/9/bus");
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/s", 1);
	assert_string_equal(scope_bus(&arena, false, 0), "/s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lists_that_are_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_devices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_annotations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_annotations_that_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_signature_that_is_too_long, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_addresses, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
