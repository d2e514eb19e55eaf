/* test_tar.c - tar archives: what is written is read back, and what could be read in two ways is refused. What others
 * read and write is compared in tests/image. */
#include "base/sys.h"
#include "base/text.h"
#include "tar/tar_number.h"
#include "tar/tar_read.h"
#include "tar/tar_write.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct text archive;
static size_t given, piece_size;
static struct tar_reader reader;
static struct problem problem;

static int set_up(void **state)
{
	arena_init(&arena, NULL, 0);
	archive = text_new(&arena);
	given = 0;
	piece_size = SIZE_MAX;
	problem.found = false;
	return 0;
}

static int tear_down(void **state)
{
	tar_reader_release(&reader);
	arena_release(&arena);
	return 0;
}

static ssize_t give(void *context, const unsigned char **ret_bytes, size_t most)
{
	size_t left = archive.length - given;

	if (left > most)
		left = most;
	if (left > piece_size)
		left = piece_size;
	*ret_bytes = (unsigned char *)archive.at + given;
	given += left;
	return (ssize_t)left;
}

static int keep(void *context, const void *bytes, size_t size)
{
	text_add_bytes(&archive, bytes, size);
	return 0;
}

static void begin_reading(void)
{
	given = 0;
	tar_reader_init(&reader, (struct tar_source){ .read = give });
}

/* A header as it stands in the archive; fields are changed before it is added. */
static void add_header(char *header)
{
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (int i = 0; i < TAR_BLOCK; i++)
		sum += (unsigned char)header[i];
	(void)snprintf(header + 148, 8, "%06o", sum);
	text_add_bytes(&archive, header, TAR_BLOCK);
}

static char *new_header(const char *name, char type, const char *size)
{
	char *header = arena_alloc(&arena, TAR_BLOCK);

	(void)snprintf(header, 100, "%s", name);
	memcpy(header + 100, "0000644", 8);
	memcpy(header + 108, "0000001", 8);
	memcpy(header + 116, "0000002", 8);
	(void)snprintf(header + 124, 12, "%s", size);
	memcpy(header + 136, "00000000012", 12);
	header[156] = type;
	memcpy(header + 257, "ustar\00000", 8);
	return header;
}

static void add_zeros(size_t count)
{
	text_add_bytes(&archive, arena_alloc(&arena, count), count);
}

/* An extension header and what it holds. */
static void add_extension(char type, const char *bytes, size_t length)
{
	char size[16];

	(void)snprintf(size, sizeof(size), "%011zo", length);
	add_header(new_header("extension", type, size));
	text_add_bytes(&archive, bytes, length);
	add_zeros(-length % TAR_BLOCK);
}

static void add_record(const char *record)
{
	char text[1024];

	for (size_t length = strlen(record);; length++)
		if ((size_t)snprintf(text, sizeof(text), "%zu %s\n", length, record) == length)
			break;
	add_extension('x', text, strlen(text));
}

static int read_first(struct tar_entry *ret_entry)
{
	begin_reading();
	return tar_read_entry(&reader, ret_entry, &problem);
}

static const char value[] = "a\0b\nc=d";

/* Everything that needs a record: long names, large ids, times before 1970, attributes of any bytes. */
static void test_what_is_written_is_read_back(void **state)
{
	char name[400], link[300];
	struct tar_xattr xattrs[] = { { "user.a", value, sizeof(value) }, { "security.capability", "\1\0", 2 } };
	struct tar_entry entry = { .kind = TAR_FILE, .name = name, .link = "", .mode = 04755, .uid = 4000000000U,
		.gid = 3, .size = 5, .mtime = { -2, 500000000 }, .xattrs = xattrs, .xattr_count = 2 }, got;
	struct tar_writer writer = tar_writer_new((struct tar_sink){ keep, NULL });
	const unsigned char *bytes;
	uint64_t offset;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(link, 'l', sizeof(link) - 1);
	link[sizeof(link) - 1] = '\0';
	assert_int_equal(tar_write_entry(&writer, &entry, &arena), 0);
	assert_int_equal(tar_write_data(&writer, "hello", 5), 0);
	assert_int_equal(tar_write_entry(&writer, &(struct tar_entry){ .kind = TAR_SYMBOLIC_LINK, .name = "s",
		.link = link }, &arena), 0);
	assert_int_equal(tar_write_end(&writer), 0);
	assert_int_equal(archive.length % TAR_BLOCK, 0);

	assert_int_equal(read_first(&got), 1);
	assert_string_equal(got.name, name);
	assert_int_equal(got.mode, 04755);
	assert_int_equal(got.uid, 4000000000U);
	assert_int_equal(got.mtime.seconds, -2);
	assert_int_equal(got.mtime.nanoseconds, 500000000);
	assert_int_equal(got.xattr_count, 2);
	assert_int_equal(got.xattrs[0].size, sizeof(value));
	assert_memory_equal(got.xattrs[0].value, value, sizeof(value));
	assert_int_equal(tar_read_data(&reader, &bytes, &offset, &problem), 5);
	assert_memory_equal(bytes, "hello", 5);
	assert_int_equal(tar_read_entry(&reader, &got, &problem), 1);
	assert_string_equal(got.link, link);
	assert_int_equal(tar_read_entry(&reader, &got, &problem), 0);
}

static void test_what_fits_needs_no_record(void **state)
{
	struct tar_writer writer = tar_writer_new((struct tar_sink){ keep, NULL });
	char name[220];

	memset(name, 'd', 120);
	(void)snprintf(name + 120, 100, "/%090d", 7);
	assert_int_equal(tar_write_entry(&writer, &(struct tar_entry){ .kind = TAR_DIRECTORY, .name = name,
			.link = "" },
					 &arena), 0);
	assert_int_equal(archive.length, TAR_BLOCK);
}

static void test_a_writer_refuses_what_does_not_add_up(void **state)
{
	struct tar_entry entry = { .kind = TAR_FILE, .name = "f", .link = "", .size = 2 };
	struct tar_writer writer = tar_writer_new((struct tar_sink){ keep, NULL });

	assert_int_equal(tar_write_entry(&writer, &entry, &arena), 0);
	assert_int_equal(tar_write_data(&writer, "abc", 3), -EINVAL);
	assert_int_equal(tar_write_entry(&writer, &entry, &arena), -EINVAL);
	assert_int_equal(tar_write_end(&writer), -EINVAL);
}

static void test_pieces_of_one_byte_are_enough(void **state)
{
	struct tar_entry got;

	piece_size = 1;
	add_extension('L', "long", 5);
	add_header(new_header("short", '0', "0"));
	assert_int_equal(read_first(&got), 1);
	assert_string_equal(got.name, "long");
}

/* Each of them in a header that is sound otherwise. */
static void test_numbers_are_read_whole_or_refused(void **state)
{
	static const struct { const char *field; bool good; uint64_t number; } rows[] = {
		{ "00000000017", true, 15 },
		{ "         17 ", true, 15 },
		{ "777777777777", true, 0777777777777 },
		{ "", true, 0 },
		{ "-0000000001", false, 0 },
		{ "00000000018", false, 0 },
		{ "0x000000011", false, 0 },
		{ "1 1", false, 0 },
		{ "\x80\0\0\0\0\0\0\0\0\0\0\7", true, 7 },
		{ "\x80\0\0\0\x80\0\0\0\0\0\0\0", false, 0 },
		{ "\x80\0\0\1\0\0\0\0\0\0\0\0", false, 0 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", false, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned char field[12] = { 0 };
		uint64_t number = 0;
		size_t length = (unsigned char)rows[i].field[0] & 0x80 ? 12 : strlen(rows[i].field);

		memcpy(field, rows[i].field, length);
		assert_int_equal(tar_number(field, 12, INT64_MAX, &number), rows[i].good);
		assert_int_equal(number, rows[i].number);
	}
}

static void test_times_are_exact(void **state)
{
	static const struct { const char *text; bool good; struct tar_time time; } rows[] = {
		{ "0", true, { 0, 0 } },
		{ "1.5", true, { 1, 500000000 } },
		{ "1.", true, { 1, 0 } },
		{ "-0.5", true, { -1, 500000000 } },
		{ "-3", true, { -3, 0 } },
		{ "1.1234567899", true, { 1, 123456789 } },
		{ "-1.1234567891", true, { -2, 876543210 } },
		{ "", false, { 0 } }, { "-", false, { 0 } }, { "1.x", false, { 0 } }, { "1e3", false, { 0 } },
		{ " 1", false, { 0 } }, { "99999999999999999999", false, { 0 } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tar_time time = { 0 };

		assert_int_equal(tar_decimal_time(rows[i].text, &time), rows[i].good);
		assert_int_equal(time.seconds, rows[i].time.seconds);
		assert_int_equal(time.nanoseconds, rows[i].time.nanoseconds);
	}
}

static void refused(int error, const char *text)
{
	struct tar_entry got;

	assert_int_equal(read_first(&got), error);
	if (!strstr(problem.text, text))
		fail_msg("'%s' is not in '%s'", text, problem.text);
	set_up(NULL);
}

static void test_a_damaged_archive_is_told(void **state)
{
	text_add_bytes(&archive, arena_alloc(&arena, 100), 100);
	refused(-ENODATA, "ends too soon");
	text_add_bytes(&archive, memset(arena_alloc(&arena, 512), 'x', 512), 512);
	refused(-EBADMSG, "no tar archive");
	add_header(new_header("f", '0', "-1"));
	refused(-EBADMSG, "size in a header is no number");
	add_header(new_header("f", 'M', "0"));
	refused(-ENOTSUP, "type 'M'");
	add_header(new_header("", '0', "0"));
	refused(-EILSEQ, "without a name");
	add_header(new_header("l", '1', "0"));
	refused(-EILSEQ, "link to nothing");
	add_zeros(TAR_BLOCK);
	add_header(new_header("f", '0', "0"));
	refused(-EBADMSG, "damaged");
}

static void test_headers_in_a_circle_end(void **state)
{
	for (int i = 0; i < 100; i++)
		add_record("comment=again");
	refused(-E2BIG, "more than 16 extension headers");
	add_record("comment=and nothing");
	add_zeros((size_t)2 * TAR_BLOCK);
	refused(-ENODATA, "ends too soon");
	add_header(new_header("x", 'x', "00004000001"));
	refused(-E2BIG, "1048577 bytes");
}

static void test_a_damaged_record_is_told(void **state)
{
	static const struct { const char *bytes; size_t length; int error; } rows[] = {
		{ "path=x\n", 7, -EBADMSG }, { "9 path=x\n", 9, 0 }, { "10 path=x\n", 10, 0 },
		{ "8 path=x\n", 9, -EBADMSG }, { "99 path=x\n", 10, -EBADMSG }, { "-9 path=x\n", 10, -EBADMSG },
		{ "99999999999999999999 path=x\n", 28, -EBADMSG }, { "6 =ab\n", 6, -EBADMSG },
		{ "11 path=a\0b\n", 12, -EBADMSG }, { "12 path=a\0b\n", 12, -EILSEQ },
		{ "10 size=-1\n", 11, -EBADMSG }, { "11 size=-1\n", 11, -EBADMSG },
		{ "18 uid=4294967295\n", 18, -EBADMSG }, { "12 mtime=1x\n", 12, -EBADMSG },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tar_entry got;
		int result;

		add_extension('x', rows[i].bytes, rows[i].length);
		add_header(new_header("f", '0', "0"));
		result = read_first(&got);
		if (result != (rows[i].error ? rows[i].error : 1))
			fail_msg("'%s': %d", rows[i].bytes, result);
		set_up(NULL);
	}
}

static void test_global_headers_hold_for_all_that_follow(void **state)
{
	struct tar_entry got;

	add_extension('g', "8 uid=7\n", 8);
	add_header(new_header("a", '0', "0"));
	add_record("uid=9");
	add_header(new_header("b", '0', "0"));
	add_header(new_header("c", '0', "0"));
	assert_int_equal(read_first(&got), 1);
	assert_int_equal(got.uid, 7);
	assert_int_equal(tar_read_entry(&reader, &got, &problem), 1);
	assert_int_equal(got.uid, 9);
	assert_int_equal(tar_read_entry(&reader, &got, &problem), 1);
	assert_int_equal(got.uid, 7);
	set_up(NULL);
	add_extension('g', "9 path=x\n", 9);
	add_header(new_header("a", '0', "0"));
	refused(-EBADMSG, "one file only");
}

static void test_attributes_as_libarchive_writes_them(void **state)
{
	struct tar_entry got;

	add_record("LIBARCHIVE.xattr.user.a%3Db=AAEC");
	add_header(new_header("f", '0', "0"));
	assert_int_equal(read_first(&got), 1);
	assert_string_equal(got.xattrs[0].name, "user.a=b");
	assert_memory_equal(got.xattrs[0].value, "\0\1\2", 3);
}

/* The pieces of a file of 3000 bytes: 2 at 1000, 3 at 2000. */
static void check_pieces(void)
{
	struct tar_entry got;
	const unsigned char *bytes;
	uint64_t offset;

	assert_int_equal(read_first(&got), 1);
	assert_true(got.sparse);
	assert_int_equal(got.size, 3000);
	assert_int_equal(tar_read_data(&reader, &bytes, &offset, &problem), 2);
	assert_memory_equal(bytes, "ab", 2);
	assert_int_equal(offset, 1000);
	assert_int_equal(tar_read_data(&reader, &bytes, &offset, &problem), 3);
	assert_memory_equal(bytes, "cde", 3);
	assert_int_equal(offset, 2000);
	assert_int_equal(tar_read_data(&reader, &bytes, &offset, &problem), 0);
	assert_int_equal(tar_read_entry(&reader, &got, &problem), 0);
	set_up(NULL);
}

static void add_content(const char *content)
{
	size_t length = strlen(content);

	text_add_bytes(&archive, content, length);
	add_zeros(-length % TAR_BLOCK);
}

/* Records with their lengths, as one header. */
static void add_records(const char *const *records)
{
	struct text text = text_new(&arena);

	for (; *records; records++) {
		char one[256];

		for (size_t length = strlen(*records);; length++)
			if ((size_t)snprintf(one, sizeof(one), "%zu %s\n", length, *records) == length)
				break;
		text_add(&text, one);
	}
	add_extension('x', text.at, text.length);
}

static void test_sparse_files_in_each_form(void **state)
{
	static const char *const form_0_0[] = { "GNU.sparse.size=3000", "GNU.sparse.numblocks=2",
		"GNU.sparse.offset=1000", "GNU.sparse.numbytes=2", "GNU.sparse.offset=2000",
		"GNU.sparse.numbytes=3", NULL };
	static const char *const form_0_1[] = { "GNU.sparse.size=3000", "GNU.sparse.numblocks=2",
		"GNU.sparse.map=1000,2,2000,3", NULL };
	static const char *const form_1_0[] = { "GNU.sparse.major=1", "GNU.sparse.minor=0",
		"GNU.sparse.realsize=3000", "GNU.sparse.name=f", NULL };
	char *header = new_header("f", 'S', "5");

	memcpy(header + 257, "ustar  ", 8);
	memcpy(header + 386, "00000001750\0" "00000000002\0" "00000003720\0" "00000000003", 48);
	memcpy(header + 483, "00000005670", 12);
	add_header(header);
	add_content("abcde");
	check_pieces();

	add_records(form_0_0);
	add_header(new_header("f", '0', "5"));
	add_content("abcde");
	check_pieces();

	add_records(form_0_1);
	add_header(new_header("f", '0', "5"));
	add_content("abcde");
	check_pieces();

	add_records(form_1_0);
	add_header(new_header("GNUSparseFile.0/f", '0', "1005"));
	add_content("2\n1000\n2\n2000\n3\n");
	add_content("abcde");
	check_pieces();
}

static void refuse_map(const char *size, const char *map, const char *content)
{
	add_records((const char *const[]){ size, map, NULL });
	add_header(new_header("f", '0', content));
	add_content("abcdef");
	refused(-EBADMSG, "map of a sparse file");
}

static void test_pieces_must_add_up(void **state)
{
	refuse_map("GNU.sparse.size=3000", "GNU.sparse.map=2000,3,1000,2", "5");
	refuse_map("GNU.sparse.size=2001", "GNU.sparse.map=1000,2,2000,3", "5");
	refuse_map("GNU.sparse.size=3000", "GNU.sparse.map=1000,2,2000,3", "6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_written_is_read_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_fits_needs_no_record, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_writer_refuses_what_does_not_add_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pieces_of_one_byte_are_enough, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_numbers_are_read_whole_or_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_times_are_exact, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_damaged_archive_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_headers_in_a_circle_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_damaged_record_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_global_headers_hold_for_all_that_follow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_attributes_as_libarchive_writes_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sparse_files_in_each_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pieces_must_add_up, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("tar", tests, NULL, NULL);
}
