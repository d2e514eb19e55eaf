/* tar_write.c - see tar_write.h */
#include "tar/tar_write.h"
#include "base/sys.h"
#include "base/text.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The header as in tar_read.c. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100], magic[6], version[2],
		owner[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
static_assert(sizeof(struct header) == TAR_BLOCK, "a header is a block");

enum { ID_MAX = 07777777, PAX_MODE = 0644 };

static const uint64_t LONG_MAX_OCTAL = 077777777777;

static const char types[] = { [TAR_FILE] = '0', [TAR_HARD_LINK] = '1', [TAR_SYMBOLIC_LINK] = '2',
	[TAR_CHARACTER] = '3', [TAR_BLOCK_DEVICE] = '4', [TAR_DIRECTORY] = '5', [TAR_FIFO] = '6' };
static_assert(sizeof(types) == TAR_FIFO + 1, "a kind of entry has no type");

struct tar_writer tar_writer_new(struct tar_sink sink)
{
	return (struct tar_writer){ .sink = sink };
}

static int put(struct tar_writer *writer, const void *bytes, size_t size)
{
	return writer->sink.write(writer->sink.context, bytes, size);
}

/* Octal digits up to the last byte but one, which stays NUL. */
static void put_octal(char *field, size_t size, uint64_t value)
{
	for (size_t i = size - 1; i-- > 0; value >>= 3)
		field[i] = (char)('0' + (value & 7));
}

static void put_sum(struct header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	uint64_t sum = 0;

	memset(header->sum, ' ', sizeof(header->sum));
	for (size_t i = 0; i < sizeof(*header); i++)
		sum += bytes[i];
	put_octal(header->sum, sizeof(header->sum) - 1, sum);
	header->sum[sizeof(header->sum) - 2] = '\0';
}

static struct header header_new(char type)
{
	struct header header = { .type = type, .magic = "ustar", .version = { '0', '0' } };

	put_octal(header.major, sizeof(header.major), 0);
	put_octal(header.minor, sizeof(header.minor), 0);
	return header;
}

/* "LENGTH KEY=VALUE\n", where the length counts itself. */
static void add_record(struct text *records, const char *key, const char *value, size_t size)
{
	size_t rest = strlen(" =\n") + strlen(key) + size, length = rest;

	for (;;) {
		char digits[24];
		size_t want = rest + (size_t)snprintf(digits, sizeof(digits), "%zu", length);

		if (want == length)
			break;
		length = want;
	}
	text_printf(records, "%zu %s=", length, key);
	text_add_bytes(records, value, size);
	text_add(records, "\n");
}

static void add_number(struct text *records, const char *key, uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	add_record(records, key, text, strlen(text));
}

/* A time before 1970 is written as a negative number with a fraction: half a second before is -0.5. */
static void add_time(struct text *records, const char *key, struct tar_time time)
{
	uint64_t seconds = (uint64_t)time.seconds;
	uint32_t nanoseconds = time.nanoseconds;
	bool negative = time.seconds < 0;
	char text[48];

	if (negative && nanoseconds) {
		seconds++;
		nanoseconds = 1000U * 1000 * 1000 - nanoseconds;
	}
	if (negative)
		seconds = -seconds;
	(void)snprintf(text, sizeof(text), nanoseconds ? "%s%llu.%09u" : "%s%llu", negative ? "-" : "",
		       (unsigned long long)seconds, nanoseconds);
	add_record(records, key, text, strlen(text));
}

/* What readers that know encodings take for text must be UTF-8, or they are told. */
static bool is_utf8(const char *text)
{
	size_t left = strlen(text), size;

	for (; left; text += size, left -= size) {
		size = text_utf8(text, left);
		if (!size)
			return false;
	}
	return true;
}

/* Whether the name could be put into the header: whole, or cut at a slash. */
static bool put_name(struct header *header, const char *name)
{
	size_t length = strlen(name);
	const char *slash;

	if (length <= sizeof(header->name)) {
		memcpy(header->name, name, length);
		return true;
	}
	if (length > sizeof(header->prefix) + 1 + sizeof(header->name))
		return false;
	slash = strchr(name + length - sizeof(header->name) - 1, '/');
	if (!slash || slash == name || !slash[1] || (size_t)(slash - name) > sizeof(header->prefix))
		return false;
	memcpy(header->prefix, name, (size_t)(slash - name));
	memcpy(header->name, slash + 1, strlen(slash + 1));
	return true;
}

static void put_id(struct text *records, const char *key, char *field, size_t size, uint32_t id)
{
	put_octal(field, size, id <= ID_MAX ? id : 0);
	if (id > ID_MAX)
		add_number(records, key, id);
}

static void put_times(struct text *records, struct header *header, const struct tar_entry *entry)
{
	uint64_t seconds = (uint64_t)entry->mtime.seconds;
	bool fits = seconds <= LONG_MAX_OCTAL;

	put_octal(header->mtime, sizeof(header->mtime), fits ? seconds : 0);
	if (!fits || entry->mtime.nanoseconds)
		add_time(records, "mtime", entry->mtime);
	if (entry->has_atime)
		add_time(records, "atime", entry->atime);
}

/* Names that don't fit are cut in the header, for readers that know no pax. */
static void put_names(struct text *records, struct header *header, const struct tar_entry *entry, const char *name)
{
	size_t link = strlen(entry->link);
	bool name_fits = put_name(header, name), link_fits = link <= sizeof(header->link);

	if ((!name_fits && !is_utf8(name)) || (!link_fits && !is_utf8(entry->link)))
		add_record(records, "hdrcharset", "BINARY", strlen("BINARY"));
	if (!name_fits) {
		memcpy(header->name, name, sizeof(header->name));
		add_record(records, "path", name, strlen(name));
	}
	memcpy(header->link, entry->link, link_fits ? link : sizeof(header->link));
	if (!link_fits)
		add_record(records, "linkpath", entry->link, link);
}

static int put_records(struct tar_writer *writer, const struct text *records)
{
	static const char zeros[TAR_BLOCK];
	struct header header = header_new('x');
	int error;

	if (!records->length)
		return 0;
	if (records->length > TAR_HEADER_MAX)
		return -E2BIG;
	memcpy(header.name, "PaxHeaders/entry", strlen("PaxHeaders/entry"));
	put_octal(header.mode, sizeof(header.mode), PAX_MODE);
	put_octal(header.uid, sizeof(header.uid), 0);
	put_octal(header.gid, sizeof(header.gid), 0);
	put_octal(header.mtime, sizeof(header.mtime), 0);
	put_octal(header.size, sizeof(header.size), records->length);
	put_sum(&header);
	error = put(writer, &header, sizeof(header));
	if (!error)
		error = put(writer, records->at, records->length);
	return error ? error : put(writer, zeros, -records->length % TAR_BLOCK);
}

static int add_xattrs(struct text *records, const struct tar_entry *entry)
{
	for (size_t i = 0; i < entry->xattr_count; i++) {
		const struct tar_xattr *xattr = &entry->xattrs[i];
		struct text key = text_new(records->arena);

		if (strchr(xattr->name, '='))
			return -EINVAL;
		text_printf(&key, "SCHILY.xattr.%s", xattr->name);
		add_record(records, key.at, xattr->value, xattr->size);
	}
	return 0;
}

/* The name of a directory ends in a slash. */
static const char *written_name(const struct tar_entry *entry, struct arena *arena)
{
	if (entry->kind != TAR_DIRECTORY || entry->name[strlen(entry->name) - 1] == '/')
		return entry->name;
	return arena_printf(arena, "%s/", entry->name);
}

int tar_write_entry(struct tar_writer *writer, const struct tar_entry *entry, struct arena *arena)
{
	uint64_t size = entry->kind == TAR_FILE ? entry->size : 0;
	struct header header = header_new(types[entry->kind]);
	struct text records = text_new(arena);
	int error;

	if (writer->left || !*entry->name)
		return -EINVAL;
	if (entry->major > ID_MAX || entry->minor > ID_MAX)
		return -ERANGE;
	put_names(&records, &header, entry, written_name(entry, arena));
	put_octal(header.mode, sizeof(header.mode), entry->mode & TAR_MODE);
	put_id(&records, "uid", header.uid, sizeof(header.uid), entry->uid);
	put_id(&records, "gid", header.gid, sizeof(header.gid), entry->gid);
	put_octal(header.size, sizeof(header.size), size <= LONG_MAX_OCTAL ? size : 0);
	if (size > LONG_MAX_OCTAL)
		add_number(&records, "size", size);
	put_times(&records, &header, entry);
	put_octal(header.major, sizeof(header.major), entry->major);
	put_octal(header.minor, sizeof(header.minor), entry->minor);
	put_sum(&header);
	error = add_xattrs(&records, entry);
	if (!error)
		error = put_records(writer, &records);
	if (error)
		return error;
	writer->left = size;
	writer->padding = (unsigned)(-size % TAR_BLOCK);
	return put(writer, &header, sizeof(header));
}

int tar_write_data(struct tar_writer *writer, const void *bytes, size_t size)
{
	static const char zeros[TAR_BLOCK];
	int error;

	if (size > writer->left)
		return -EINVAL;
	if (!size)
		return 0;
	writer->left -= size;
	error = put(writer, bytes, size);
	if (error || writer->left)
		return error;
	return writer->padding ? put(writer, zeros, writer->padding) : 0;
}

int tar_write_end(struct tar_writer *writer)
{
	static const char zeros[2 * TAR_BLOCK];

	return writer->left ? -EINVAL : put(writer, zeros, sizeof(zeros));
}
