/* test_documents.c - manifests, configs and index.json are read strictly: what could be read in two ways is
 * refused, and digests are what SHA-256 says. */
#include "base/sha256.h"
#include "image/changes.h"
#include "image/id_map.h"
#include "image/index.h"
#include "base/json_write.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "in_arena.h"

#define ONE "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define TWO "sha256:2222222222222222222222222222222222222222222222222222222222222222"
#define CONFIG "\"config\":{\"digest\":\"" ONE "\",\"size\":2}"

static char *copy(const char *text)
{
	return arena_copy(&arena, text, strlen(text));
}

static bool read_document(const char *text, const char *type, struct document *document, struct problem *problem)
{
	*problem = (struct problem){ 0 };
	return document_read(&arena, copy(text), strlen(text), type, "it", document, problem);
}

/* The examples of FIPS 180-2, and lengths around a block. */
static void digests_are_those_of_sha256(void **state)
{
	char text[200];
	struct digest digest = digest_of("abc", 3);
	struct sha256 sha256;
	unsigned char whole[SHA256_SIZE], parts[SHA256_SIZE];

	assert_string_equal(digest.text, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest = digest_of("", 0);
	assert_string_equal(digest.text, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	digest = digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
	assert_string_equal(digest.text, "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(text, 'x', sizeof(text));
	for (size_t length = 0; length < sizeof(text); length++) {
		sha256_begin(&sha256);
		sha256_add(&sha256, text, length);
		sha256_end(&sha256, whole);
		sha256_begin(&sha256);
		for (size_t i = 0; i < length; i++)
			sha256_add(&sha256, text + i, 1);
		sha256_end(&sha256, parts);
		assert_memory_equal(whole, parts, SHA256_SIZE);
	}
}

static void a_digest_is_64_lower_case_digits_and_nothing_else(void **state)
{
	static const char *const bad[] = {
		"", "sha256:", "sha256:1", ONE "1",
				"sha512:1111111111111111111111111111111111111111111111111111111111111111",
		"sha256:111111111111111111111111111111111111111111111111111111111111111G",
		"sha256:111111111111111111111111111111111111111111111111111111111111111A",
		"SHA256:1111111111111111111111111111111111111111111111111111111111111111",
		"sha256:../../../../../../../../../../../../../../../../../../../../../1",
	};
	struct digest digest;

	assert_true(digest_parse(ONE, &digest));
	assert_int_equal(strlen(digest_hex(&digest)), DIGEST_HEX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(digest_parse(bad[i], &digest));
}

/* OCI image-spec, config.md: ChainID(L0|L1) = Digest(ChainID(L0) + " " + DiffID(L1)). */
static void a_chain_id_is_the_digest_of_the_chain_below_and_the_layer(void **state)
{
	struct digest one, two, chain, wanted = digest_of(ONE " " TWO, strlen(ONE " " TWO));

	assert_true(digest_parse(ONE, &one) && digest_parse(TWO, &two));
	chain = digest_chain(NULL, &one);
	assert_string_equal(chain.text, ONE);
	chain = digest_chain(&chain, &two);
	assert_string_equal(chain.text, wanted.text);
}

static void a_manifest_has_a_config_and_layers(void **state)
{
	struct document document;
	struct problem problem;

	assert_true(read_document("{\"schemaVersion\":2," CONFIG ",\"layers\":[{\"digest\":\"" TWO "\",\"size\":3}]}",
			"",
				  &document, &problem));
	assert_int_equal(document.kind, DOCUMENT_MANIFEST);
	assert_string_equal(document.config.digest.text, ONE);
	assert_int_equal(document.count, 1);
	assert_string_equal(document.list[0].digest.text, TWO);
	assert_int_equal(document.list[0].size, 3);
}

/* CVE-2021-41190: whoever hashes it and whoever reads it would see two images. */
static void layers_that_may_be_elsewhere_are_known_by_their_type(void **state)
{
	static const char *const foreign[] = {
		"application/vnd.docker.image.rootfs.foreign.diff.tar",
		"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
		"application/vnd.oci.image.layer.nondistributable.v1.tar",
		"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
		"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
	};
	static const char *const ordinary[] = {
		"", ".gzip", "+gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip", media_oci_layer_gzip,
		"application/vnd.oci.image.layer.nondistributable.v1.tarx",
		"x application/vnd.oci.image.layer.nondistributable.v1.tar",
	};
	struct descriptor descriptor = { 0 };

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		descriptor.media_type = foreign[i];
		assert_true(descriptor_is_foreign(&descriptor));
	}
	for (size_t i = 0; i < sizeof(ordinary) / sizeof(ordinary[0]); i++) {
		descriptor.media_type = ordinary[i];
		assert_false(descriptor_is_foreign(&descriptor));
	}
}

static void what_could_be_two_kinds_of_documents_is_refused(void **state)
{
	static const struct { const char *text, *type, *words; } bad[] = {
		{ "{\"schemaVersion\":2," CONFIG ",\"layers\":[],\"manifests\":[]}", "", "an index and a manifest" },
		{ "{\"schemaVersion\":2}", "", "neither" },
		{ "[]", "", "no object" },
		{ "{\"schemaVersion\":1," CONFIG ",\"layers\":[]}", "", "schemaVersion is 1" },
		{ "{\"schemaVersion\":1,\"fsLayers\":[]}", "", "schema 1" },
		{ "{\"schemaVersion\":2,\"layers\":[]}", "", "no config" },
		{ "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\"," CONFIG "}", "",
		  "says it is" },
		{ "{\"schemaVersion\":2," CONFIG ",\"layers\":[]}", "application/vnd.oci.image.index.v1+json",
		  "says it is" },
		{ "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"," CONFIG "}",
		  "application/vnd.docker.distribution.manifest.v2+json", "was sent as" },
		{ "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:12\",\"size\":1},\"layers\":[]}", "",
		  "no digest" },
		{ "{\"schemaVersion\":2,\"config\":{\"digest\":\"" ONE "\",\"size\":-1},\"layers\":[]}", "",
		  "config.size" },
		{ "{\"schemaVersion\":2," CONFIG ",\"layers\":[{\"digest\":\"" TWO "\"}]}", "", "size" },
	};
	struct document document;
	struct problem problem;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (read_document(bad[i].text, bad[i].type, &document, &problem))
			fail_msg("taken: %s", bad[i].text);
		if (!strstr(problem.text, bad[i].words))
			fail_msg("%s: %s", bad[i].text, problem.text);
	}
}

static void a_manifest_has_not_more_layers_than_can_be_mounted(void **state)
{
	struct text text = text_new(&arena);
	struct document document;
	struct problem problem;

	text_add(&text, "{\"schemaVersion\":2," CONFIG ",\"layers\":[");
	for (int i = 0; i <= MANIFEST_LAYERS_MAX; i++)
		text_printf(&text, "%s{\"digest\":\"%s\",\"size\":1}", i ? "," : "", TWO);
	text_add(&text, "]}");
	assert_false(read_document(text.at, "", &document, &problem));
	assert_non_null(strstr(problem.text, "layers"));
}

static void a_config_has_the_layers_and_their_history(void **state)
{
	static const char text[] =
		"{\"created\":\"2024-01-02T03:04:05.678+02:00\",\"os\":\"linux\",\"architecture\":\"arm64\","
		"\"config\":null,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" ONE "\",\"" TWO "\"]},"
		"\"history\":[{\"created_by\":\"one\"},{\"created_by\":\"two\",\"empty_layer\":true}]}";
	struct problem problem = { 0 };
	struct image_config config;

	assert_true(image_config_read(&arena, copy(text), strlen(text), "it", &config, &problem));
	assert_int_equal(config.diff_ids_count, 2);
	assert_string_equal(config.diff_ids[1].text, TWO);
	assert_int_equal(config.history_count, 2);
	assert_true(config.history[1].empty_layer);
	assert_null(config.config);
	assert_string_equal(config.variant, "");
	assert_int_equal(image_time(config.created), 1704157445);
}

static void times_are_those_of_rfc_3339(void **state)
{
	assert_int_equal(image_time("1970-01-01T00:00:00Z"), 0);
	assert_int_equal(image_time("1970-01-01T00:00:01Z"), 1);
	assert_int_equal(image_time("2000-02-29T12:00:00Z"), 951825600);
	assert_int_equal(image_time("2026-11-26T00:00:00-01:00"), 1795654800);
	assert_int_equal(image_time("1969-12-31T23:59:59Z"), 0);
	assert_int_equal(image_time("0001-01-01T00:00:00Z"), 0);
	assert_int_equal(image_time("2024-13-01T00:00:00Z"), 0);
	assert_int_equal(image_time("2024-01-01 00:00:00Z"), 0);
	assert_int_equal(image_time(""), 0);
}

/* --- index.json --- */

static struct image row(const char *name, const char *digest)
{
	struct image image = { .name = name, .manifest.media_type = "" };

	assert_true(digest_parse(digest, &image.manifest.digest));
	return image;
}

static void a_name_goes_to_the_newer_image_and_the_older_stays_without(void **state)
{
	struct images images = { 0 };
	struct image one = row("a:1", ONE), two = row("a:1", TWO);

	images_put(&arena, &images, &one);
	images_put(&arena, &images, &two);
	assert_int_equal(images.count, 2);
	assert_string_equal(images_named(&images, "a:1")->manifest.digest.text, TWO);
	assert_string_equal(images_with_manifest(&images, &one.manifest.digest)->name, "");
}

static void an_image_with_another_name_is_not_left_without_one(void **state)
{
	struct images images = { 0 };
	struct image one = row("a:1", ONE), other = row("b:1", ONE), two = row("a:1", TWO);

	images_put(&arena, &images, &one);
	images_put(&arena, &images, &other);
	images_put(&arena, &images, &two);
	assert_int_equal(images.count, 2);
	assert_string_equal(images_named(&images, "b:1")->manifest.digest.text, ONE);
}

static void an_image_that_gets_a_name_is_no_longer_without(void **state)
{
	struct images images = { 0 };
	struct image nameless = row("", ONE), named = row("a:1", ONE);

	images_put(&arena, &images, &nameless);
	images_put(&arena, &images, &named);
	assert_int_equal(images.count, 1);
	assert_string_equal(images.at[0].name, "a:1");
}

static void annotations_of_others_stay_and_ours_are_told_apart(void **state)
{
	static const char text[] =
		"{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" ONE "\",\"size\":5,\"annotations\":{"
		"\"org.opencontainers.image.ref.name\":\"a:1\",\"theirs\":\"x\",\"dev.taru.id\":\"" TWO "\","
		"\"dev.taru.created\":\"7\",\"dev.taru.size\":\"8\"}},{\"digest\":\"" TWO "\",\"size\":5}]}";
	struct text out = text_new(&arena);
	struct problem problem = { 0 };
	struct images images;

	assert_true(images_read(&arena, copy(text), strlen(text), &images, &problem));
	images_write(&out, &images);
	assert_true(images_read(&arena, out.at, out.length, &images, &problem));
	assert_int_equal(images.count, 2);
	assert_string_equal(images.at[0].name, "a:1");
	assert_true(images.at[0].complete);
	assert_string_equal(images.at[0].id.text, TWO);
	assert_int_equal(images.at[0].created, 7);
	assert_int_equal(images.at[0].size, 8);
	assert_int_equal(images.at[0].manifest.annotations_count, 1);
	assert_string_equal(descriptor_annotation(&images.at[0].manifest, "theirs"), "x");
	assert_string_equal(images.at[1].name, "");
	assert_false(images.at[1].complete);
}

/* --- ids, changes --- */

static void subordinate_ids_are_those_of_the_user_by_name_or_number(void **state)
{
	struct id_ranges ranges = id_ranges_of("# x\nbob:1:2\nalice:100000:65536\n1000:300000:10\nalice:5:0\n"
					       "alice:x:1\n"
					       "alice:4294967295:2\n1000:400000:1", "alice", 1000);

	assert_int_equal(ranges.count, 3);
	assert_int_equal(ranges.at[0].first, 100000);
	assert_int_equal(ranges.at[0].count, 65536);
	assert_int_equal(ranges.at[1].first, 300000);
	assert_int_equal(ranges.at[2].first, 400000);
	ranges = id_ranges_of("bob:1:2", NULL, 1000);
	assert_int_equal(ranges.count, 0);
}

static const char *changed(const char *const *lines)
{
	struct text text = text_new(&arena);
	struct json_writer json = json_writer_new(&text, NULL);
	struct problem problem = { 0 };
	struct image_run change = { 0 };

	for (; *lines; lines++)
		if (!change_apply(&arena, &change, *lines, &problem))
			fail_msg("%s", problem.text);
	json_open_object(&json, NULL);
	image_run_write(&json, &change);
	json_close(&json);
	return text.at;
}

static void lines_of_a_dockerfile_change_a_config(void **state)
{
	assert_string_equal(changed((const char *const[]){ "CMD [\"sh\", \"-c\", \"a b\"]", "entrypoint echo hi",
			NULL }),
			    "{\"config\":{\"Entrypoint\":[\"/bin/sh\",\"-c\",\"echo hi\"],"
			    "\"Cmd\":[\"sh\",\"-c\",\"a b\"]}}");
	assert_string_equal(changed((const char *const[]){ "ENV A=1 B=\"2 3\"", "ENV C 4 5", "ENV A=6", NULL }),
			    "{\"config\":{\"Env\":[\"A=6\",\"B=2 3\",\"C=4 5\"]}}");
	assert_string_equal(changed((const char *const[]){ "EXPOSE 80 53/udp 80/tcp", "VOLUME /a /b", "USER 1:2",
			NULL }),
			    "{\"config\":{\"User\":\"1:2\",\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{}},"
			    "\"Volumes\":{\"/a\":{},\"/b\":{}}}}");
	assert_string_equal(changed((const char *const[]){ "WORKDIR /a", "WORKDIR b", "LABEL x=1 y='2 3' x=4",
							   "STOPSIGNAL SIGINT", "ONBUILD RUN x", NULL }),
			    "{\"config\":{\"WorkingDir\":\"/a/b\",\"Labels\":{\"y\":\"2 3\",\"x\":\"4\"},"
			    "\"StopSignal\":\"SIGINT\",\"OnBuild\":[\"RUN x\"]}}");
}

static void a_health_check_has_its_times_in_ns(void **state)
{
	assert_string_equal(changed((const char *const[]){
			"HEALTHCHECK --interval=1m30s --timeout=1.5s --retries=3 CMD a b", NULL }),
			    "{\"config\":{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"a b\"],"
			    "\"Interval\":90000000000,\"Timeout\":1500000000,\"Retries\":3}}}");
	assert_string_equal(changed((const char *const[]){ "HEALTHCHECK CMD x", "healthcheck cmd [\"a\", \"b\"]",
			NULL }),
			    "{\"config\":{\"Healthcheck\":{\"Test\":[\"CMD\",\"a\",\"b\"]}}}");
	assert_string_equal(changed((const char *const[]){ "HEALTHCHECK CMD x", "HEALTHCHECK NONE", NULL }),
			    "{\"config\":{\"Healthcheck\":{\"Test\":[\"NONE\"]}}}");
}

/* What commit does: the image's own config, changed, and what is not known in it stays. */
static void a_config_that_was_read_is_written_as_it_was(void **state)
{
	static const char whole[] = "{\"User\":\"1\",\"ExposedPorts\":{\"80/tcp\":{}},\"Env\":[\"A=b\"],"
				    "\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"],\"Volumes\":{\"/v\":{}},"
				    "\"WorkingDir\":\"/w\",\"Labels\":{\"l\":\"m\"},\"StopSignal\":\"SIGINT\","
				    "\"OnBuild\":[\"RUN x\"],"
				    "\"Healthcheck\":{\"Test\":[\"NONE\"]},\"Shell\":[\"/bin/x\"]}";
	struct text text = text_new(&arena);
	struct json_writer json = json_writer_new(&text, NULL);
	struct problem problem = { 0 };
	struct image_run run;
	const struct json *config = json_read(&arena, arena_copy(&arena, whole, strlen(whole)), strlen(whole),
					      "config", &problem);

	image_run_read(&arena, config, &run);
	json_open_object(&json, NULL);
	image_run_write(&json, &run);
	json_close(&json);
	assert_string_equal(text.at, arena_printf(&arena, "{\"config\":%s}", whole));
	image_run_read(&arena, NULL, &run);
	assert_false(run.has_cmd);
}

static void other_lines_are_refused_with_the_words_there_are(void **state)
{
	static const struct { const char *line, *words; } bad[] = {
		{ "RUN x", "none of CMD" }, { "", "none of CMD" }, { "CMD", "nothing stands behind" },
		{ "ENV A=\"b", "not closed" }, { "ENV =b", "NAME=VALUE" }, { "LABEL a", "NAME=VALUE" },
		{ "EXPOSE http", "no port" }, { "EXPOSE 80/icmp", "no port" },
		{ "HEALTHCHECK x", "neither CMD COMMAND nor NONE" }, { "HEALTHCHECK --interval=0s CMD x", "no time" },
		{ "HEALTHCHECK --retries=-1 CMD x", "no number" }, { "HEALTHCHECK --often CMD x", "is none of" },
	};
	struct image_run change = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problem problem = { 0 };

		assert_false(change_apply(&arena, &change, bad[i].line, &problem));
		if (!strstr(problem.text, bad[i].words))
			fail_msg("%s: %s", bad[i].line, problem.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_sha256),
		cmocka_unit_test(a_digest_is_64_lower_case_digits_and_nothing_else),
		cmocka_unit_test(a_chain_id_is_the_digest_of_the_chain_below_and_the_layer),
		cmocka_unit_test(a_manifest_has_a_config_and_layers),
		cmocka_unit_test(layers_that_may_be_elsewhere_are_known_by_their_type),
		cmocka_unit_test(what_could_be_two_kinds_of_documents_is_refused),
		cmocka_unit_test(a_manifest_has_not_more_layers_than_can_be_mounted),
		cmocka_unit_test(a_config_has_the_layers_and_their_history),
		cmocka_unit_test(times_are_those_of_rfc_3339),
		cmocka_unit_test(a_name_goes_to_the_newer_image_and_the_older_stays_without),
		cmocka_unit_test(an_image_with_another_name_is_not_left_without_one),
		cmocka_unit_test(an_image_that_gets_a_name_is_no_longer_without),
		cmocka_unit_test(annotations_of_others_stay_and_ours_are_told_apart),
		cmocka_unit_test(subordinate_ids_are_those_of_the_user_by_name_or_number),
		cmocka_unit_test(lines_of_a_dockerfile_change_a_config),
		cmocka_unit_test(a_health_check_has_its_times_in_ns),
		cmocka_unit_test(a_config_that_was_read_is_written_as_it_was),
		cmocka_unit_test(other_lines_are_refused_with_the_words_there_are),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
