/* test_auth_store.c - passwords are found in the first place that has them, are kept where nobody else reads them, and
 * a helper that misbehaves is told from one that has none. */
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "image/auth.h"
#include "image/certificates.h"
#include "image/credential_helper.h"
#include "image/registries.h"
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static char folder[] = "/tmp/test-auth-XXXXXX";
static struct places places;
static const char *path_before;

static const char *in_folder(const char *name)
{
	return arena_printf(&arena, "%s/%s", folder, name);
}

static int setup(void **state)
{
	const char *path = getenv("PATH");

	arena_init(&arena, NULL, 0);
	if (!mkdtemp(folder))
		return -1;
	path_before = arena_printf(&arena, "%s", path ? path : "");
	places = (struct places){ .etc = in_folder("etc"), .config = in_folder("config"), .cache = in_folder("cache"),
				  .runtime = in_folder("run/containers"), .docker = in_folder("docker") };
	setenv("PATH", arena_printf(&arena, "%s:%s", in_folder("bin"), path_before), 1);
	return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	return remove(path);
}

static int teardown(void **state)
{
	setenv("PATH", path_before, 1);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_release(&arena);
	return 0;
}

/* Each test begins with an empty folder. */
static int empty(void **state)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	places.auth_file = places.registries_file = places.registries_folder = NULL;
	return mkdir(folder, 0700);
}

static void write_file(const char *name, mode_t mode, const char *text)
{
	char *path = arena_printf(&arena, "%s", in_folder(name));
	int fd;

	for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text, strlen(text)), 0);
	close(fd);
}

static const char *text_of(const char *name)
{
	size_t length;
	char *text;

	return file_read(&arena, AT_FDCWD, in_folder(name), 1 << 20, &text, &length) == 0 ? text : "";
}

/* "user password from", "nothing", or the problem. */
static const char *find_with(const struct auth *auth, const char *domain)
{
	struct credentials found;
	struct problem problem = { 0 };
	int got = auth_find(auth, &arena, domain, "x", &found, &problem);

	assert_true((got < 0) == problem.found);
	if (got < 0)
		return arena_printf(&arena, "%s", problem.text);
	if (!got)
		return "nothing";
	return arena_printf(&arena, "%s%s %s", found.user, found.identity_token, found.password);
}

static const char *find(const char *domain)
{
	const struct auth auth = { .places = &places };

	return find_with(&auth, domain);
}

static void test_the_first_file_holds(void **state)
{
	write_file("docker/config.json", 0600, "{\"auths\":{\"h\":{\"auth\":\"YTpi\"},\"i\":{\"auth\":\"YTpi\"}}}");
	assert_string_equal(find("h"), "a b");
	write_file("config/auth.json", 0600, "{\"auths\":{\"h\":{\"auth\":\"Yzpk\"}}}");
	assert_string_equal(find("h"), "c d");
	write_file("run/containers/auth.json", 0600, "{\"auths\":{\"h\":{\"auth\":\"ZTpm\"}}}");
	assert_string_equal(find("h"), "e f");
	assert_string_equal(find("i"), "a b");
	assert_string_equal(find("j"), "nothing");
	/* The one that was asked for, and no other. */
	places.auth_file = in_folder("mine.json");
	assert_string_equal(find("h"), "nothing");
	write_file("mine.json", 0600, "{\"auths\":{\"h\":{\"auth\":\"Zzpo\"}}}");
	assert_string_equal(find("h"), "g h");
	assert_string_equal(find("i"), "nothing");
	write_file("mine.json", 0600, "{");
	assert_non_null(strstr(find("h"), "mine.json:1:2"));
}

static void test_login_is_for_nobody_else_to_read(void **state)
{
	static const struct credentials credentials = { "user", "pass:word \xc3\xa4", "", "", "" };
	const struct auth auth = { .places = &places };
	struct problem problem = { 0 };
	const char *where = NULL;
	struct stat info;

	umask(0);
	assert_int_equal(auth_login(&auth, &arena, "h:1", &credentials, &where, &problem), 0);
	assert_string_equal(where, in_folder("run/containers/auth.json"));
	assert_int_equal(stat(where, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_int_equal(stat(in_folder("run/containers"), &info), 0);
	assert_int_equal(info.st_mode & 07777, 0700);
	assert_string_equal(find("h:1"), "user pass:word \xc3\xa4");
	assert_int_equal(auth_logout(&auth, &arena, "h:1", &where, &problem), 1);
	assert_string_equal(find("h:1"), "nothing");
	assert_int_equal(auth_logout(&auth, &arena, "h:1", &where, &problem), 0);
	assert_false(problem.found);
	umask(022);
}

/* A file that others could read becomes one that they cannot; a link stays one; nothing is left beside it. */
static void test_login_replaces_the_file(void **state)
{
	static const struct credentials credentials = { "u", "p", "", "", "" };
	const struct auth auth = { .places = &places };
	struct problem problem = { 0 };
	const char **name, *where;
	struct stat info;

	write_file("real/a.json", 0644, "{\"z\":[1],\"auths\":{\"i\":{\"auth\":\"YTpi\"}}}");
	places.auth_file = in_folder("link.json");
	assert_int_equal(symlink("real/a.json", places.auth_file), 0);
	assert_int_equal(auth_login(&auth, &arena, "h", &credentials, &where, &problem), 0);
	assert_int_equal(lstat(places.auth_file, &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_int_equal(stat(in_folder("real/a.json"), &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_non_null(strstr(text_of("real/a.json"), "\"z\": [\n\t\t1\n\t]"));
	assert_string_equal(find("h"), "u p");
	assert_string_equal(find("i"), "a b");
	assert_int_equal(places_list(&arena, in_folder("real"), "", &name, &problem), 0);
	for (; *name; name++)
		assert_true(**name != '.' || strlen(*name) <= 2);
}

static void test_login_refuses_what_would_be_sent_wrongly(void **state)
{
	static const struct { const char *key, *user, *password, *problem; } bad[] = {
		{ "h", "a:b", "p", "':' must not be in it" }, { "h", "a", "p\n", "control characters" },
		{ "h", "a", "\xff", "not UTF-8" }, { "h x", "a", "p", "is no registry" }, { "", "a", "p",
		  "is no registry" },
	};
	const struct auth auth = { .places = &places };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct credentials credentials = { bad[i].user, bad[i].password, "", "", "" };
		struct problem problem = { 0 };
		const char *where;

		assert_true(auth_login(&auth, &arena, bad[i].key, &credentials, &where, &problem) < 0);
		assert_non_null(strstr(problem.text, bad[i].problem));
	}
	assert_string_equal(text_of("run/containers/auth.json"), "");
}

/* A file that cannot be understood is not overwritten. */
static void test_login_keeps_a_damaged_file(void **state)
{
	static const struct credentials credentials = { "u", "p", "", "", "" };
	const struct auth auth = { .places = &places };
	struct problem problem = { 0 };
	const char *where;

	write_file("run/containers/auth.json", 0600, "{ \"auths\": oops");
	assert_true(auth_login(&auth, &arena, "h", &credentials, &where, &problem) < 0);
	assert_non_null(strstr(problem.text, "auth.json:1:12"));
	assert_string_equal(text_of("run/containers/auth.json"), "{ \"auths\": oops");
}

/* --- helpers --- */

static const char keeper[] =
	"#!/bin/sh\n"
	"cd \"${0%/*}\" || exit 1\n"
	"case $1 in\n"
	"store) cat >kept ;;\n"
	"get) server=$(cat); [ -e kept ] || { echo 'credentials not found in native keychain'; exit 1; }\n"
	"	grep -q \"\\\"ServerURL\\\":\\\"$server\\\"\" kept && cat kept ;;\n"
	"erase) cat >/dev/null; [ -e kept ] || { echo 'credentials not found in native keychain'; exit 1; }; "
		"rm kept ;;\n"
	"esac\n";

static void test_a_helper_keeps_a_password(void **state)
{
	static const struct credentials credentials = { "u", "p\"\\\xc3\xa4", "", "", "" };
	const struct auth auth = { .places = &places };
	struct problem problem = { 0 };
	const char *where;

	write_file("bin/docker-credential-test.keeper", 0755, keeper);
	write_file("run/containers/auth.json", 0600, "{\"auths\":{\"docker.io\":{\"auth\":\"YTpi\"}},"
		   "\"credsStore\":\"test.keeper\"}");
	assert_int_equal(auth_login(&auth, &arena, "docker.io", &credentials, &where, &problem), 0);
	assert_string_equal(where, "docker-credential-test.keeper");
	assert_non_null(strstr(text_of("bin/kept"), "\"ServerURL\":\"https://index.docker.io/v1/\""));
	/* The old one is gone, and the new one is in no file. */
	assert_null(strstr(text_of("run/containers/auth.json"), "YTpi"));
	assert_string_equal(find("docker.io"), "u p\"\\\xc3\xa4");
	assert_int_equal(auth_logout(&auth, &arena, "docker.io", &where, &problem), 1);
	assert_string_equal(find("docker.io"), "nothing");
	assert_int_equal(auth_logout(&auth, &arena, "docker.io", &where, &problem), 0);
	assert_false(problem.found);
}

static void test_helpers_of_all_registries(void **state)
{
	static const char *const list[] = { "containers-auth.json", "test.token" };
	const struct auth auth = { .places = &places, .helper = list, .helpers = 2 };

	write_file("bin/docker-credential-test.token", 0755,
		   "#!/bin/sh\nprintf '{\"ServerURL\":\"x\",\"Username\":\"<token>\",\"Secret\":\"t\"}'\n");
	write_file("config/auth.json", 0600, "{\"auths\":{\"h\":{\"auth\":\"YTpi\"}}}");
	assert_string_equal(find_with(&auth, "h"), "a b");
	assert_string_equal(find_with(&auth, "i"), "t ");
}

static void test_helpers_that_misbehave(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "#!/bin/sh\necho no more luck; exit 3\n", "failed to get a password: no more luck" },
		{ "#!/bin/sh\nexit 1\n", "failed to get a password: it does not say why" },
		{ "#!/bin/sh\nkill -9 $$\n", "failed to get a password" },
		{ "#!/bin/sh\necho hello\n", "its answer:1:1" }, { "#!/bin/sh\n", "its answer:1:1" },
		{ "#!/bin/sh\necho '{\"Username\":\"u\"}'\n", "Secret: is missing" },
		{ "#!/bin/sh\necho '[]'\n", "credential helper 'docker-credential-test.bad'" },
		{ "#!/bin/sh\nhead -c 1000000 /dev/zero\n", "says more than 256 KiB" },
		/* Without a shell this is no program, and must not become one by /bin/sh. */
		{ "echo '{\"Username\":\"u\",\"Secret\":\"p\"}'\n", "cannot be run: Exec format error" },
	};

	write_file("docker/config.json", 0600, "{\"credsStore\":\"test.bad\"}");
	assert_non_null(strstr(find("h"), "credential helper 'docker-credential-test.bad' is not in $PATH"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_file("bin/docker-credential-test.bad", 0755, bad[i].text);
		if (!strstr(find("h"), bad[i].says))
			fail_msg("%s: %s", bad[i].text, find("h"));
	}
}

/* --- the other files --- */

static void test_where_registries_conf_is_read(void **state)
{
	struct registries registries = { 0 };
	struct problem problem = { 0 };

	write_file("etc/containers/registries.conf", 0644, "unqualified-search-registries=['etc.example']\n");
	write_file("etc/containers/registries.conf.d/b.conf", 0644, "[aliases]\nx='b.example/x'\n");
	write_file("etc/containers/registries.conf.d/a.conf", 0644, "[aliases]\nx='a.example/x'\ny='a.example/y'\n");
	write_file("etc/containers/registries.conf.d/c.conf~", 0644, "this is not read");
	write_file("cache/short-name-aliases.conf", 0644, "[aliases]\ny='cache.example/y'\n");
	assert_int_equal(registries_load(&arena, &places, &registries, &problem), 0);
	assert_string_equal(registries.search[0], "etc.example");
	assert_int_equal(registries.aliases, 2);
	assert_string_equal(registries.alias[0].value, "b.example/x");
	assert_string_equal(registries.alias[1].value, "cache.example/y");
	/* The user's file takes the place of the machine's. */
	write_file("config/registries.conf", 0644, "unqualified-search-registries=['user.example']\n");
	registries = (struct registries){ 0 };
	assert_int_equal(registries_load(&arena, &places, &registries, &problem), 0);
	assert_string_equal(registries.search[0], "user.example");
	assert_int_equal(registries.aliases, 1);
	places.registries_file = in_folder("nosuch.conf");
	assert_true(registries_load(&arena, &places, &registries, &problem) < 0);
	assert_non_null(strstr(problem.text, "nosuch.conf: the file is not there"));
}

static void test_certificates(void **state)
{
	struct certificates found;
	struct problem problem = { 0 };

	assert_int_equal(certificates_find(&arena, &places, "h:1", &found, &problem), 0);
	assert_string_equal(found.ca, "");
	write_file("etc/docker/certs.d/h:1/ca.crt", 0644, "-----BEGIN CERTIFICATE-----\ndocker");
	assert_int_equal(certificates_find(&arena, &places, "h:1", &found, &problem), 0);
	assert_non_null(strstr(found.ca, "docker"));
	write_file("etc/containers/certs.d/h:1/b.crt", 0644, "-----BEGIN CERTIFICATE-----\nb");
	write_file("etc/containers/certs.d/h:1/a.crt", 0644, "-----BEGIN CERTIFICATE-----\na");
	write_file("etc/containers/certs.d/h:1/c.cert", 0644, "-----BEGIN CERTIFICATE-----\nc");
	write_file("etc/containers/certs.d/h:1/c.key", 0600, "-----BEGIN PRIVATE KEY-----\nk");
	assert_int_equal(certificates_find(&arena, &places, "h:1", &found, &problem), 0);
	assert_string_equal(found.ca, "-----BEGIN CERTIFICATE-----\na\n-----BEGIN CERTIFICATE-----\nb\n");
	assert_non_null(strstr(found.certificate, "\nc"));
	assert_non_null(strstr(found.key, "\nk"));
	assert_int_equal(certificates_find(&arena, &places, "h", &found, &problem), 0);
	assert_string_equal(found.ca, "");
	write_file("etc/containers/certs.d/h:1/d.key", 0600, "-----BEGIN PRIVATE KEY-----\nk");
	assert_true(certificates_find(&arena, &places, "h:1", &found, &problem) < 0);
	assert_non_null(strstr(problem.text, "d.key: the certificate of this key"));
	problem.found = false;
	write_file("config/certs.d/h:1/c.cert", 0644, "-----BEGIN CERTIFICATE-----\nc");
	assert_true(certificates_find(&arena, &places, "h:1", &found, &problem) < 0);
	assert_non_null(strstr(problem.text, "config/certs.d/h:1/c.key: the file is not there"));
	problem.found = false;
	write_file("config/certs.d/i/a.crt", 0644, "0\x82");
	assert_true(certificates_find(&arena, &places, "i", &found, &problem) < 0);
	assert_non_null(strstr(problem.text, "a.crt: the file is not PEM"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_first_file_holds, empty),
		cmocka_unit_test_setup(test_login_is_for_nobody_else_to_read, empty),
		cmocka_unit_test_setup(test_login_replaces_the_file, empty),
		cmocka_unit_test_setup(test_login_refuses_what_would_be_sent_wrongly, empty),
		cmocka_unit_test_setup(test_login_keeps_a_damaged_file, empty),
		cmocka_unit_test_setup(test_a_helper_keeps_a_password, empty),
		cmocka_unit_test_setup(test_helpers_of_all_registries, empty),
		cmocka_unit_test_setup(test_helpers_that_misbehave, empty),
		cmocka_unit_test_setup(test_where_registries_conf_is_read, empty),
		cmocka_unit_test_setup(test_certificates, empty),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
