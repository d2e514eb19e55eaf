/* tar_pax.c - see tar_pax.h */
#include "tar/tar_pax.h"
#include "tar/tar_number.h"
#include "base/sys.h"
#include <string.h>

enum { RECORD_DIGITS = 8 };

struct record { char *key, *value; size_t length; };	/* both end in a NUL */

static int damaged(struct problem *problem, const char *what)
{
	problem_set(problem, "a pax header is damaged: %s", what);
	return -EBADMSG;
}

/* Cuts the next record off: *at goes behind it. */
static int next_record(char **at, char *end, struct record *ret_record, struct problem *problem)
{
	char *begin = *at, *equals;
	size_t size = 0, digits = 0;

	while (begin + digits < end && digits < RECORD_DIGITS && begin[digits] >= '0' && begin[digits] <= '9')
		size = size * 10 + (size_t)(begin[digits++] - '0');
	if (!digits || begin + digits == end || begin[digits] != ' ')
		return damaged(problem, "a record does not begin with its length");
	if (size > (size_t)(end - begin) || size < digits + 2 || begin[size - 1] != '\n')
		return damaged(problem, "a record is not as long as it says");
	ret_record->key = begin + digits + 1;
	equals = memchr(ret_record->key, '=', (size_t)(begin + size - ret_record->key));
	if (!equals || equals == ret_record->key || memchr(ret_record->key, '\0', (size_t)(equals - ret_record->key)))
		return damaged(problem, "a record without a key");
	*equals = '\0';
	begin[size - 1] = '\0';
	ret_record->value = equals + 1;
	ret_record->length = (size_t)(begin + size - 1 - ret_record->value);
	*at = begin + size;
	return 0;
}

int pax_add_piece(struct pax *pax, struct arena *arena, struct tar_piece piece, struct problem *problem)
{
	if (pax->piece_count == TAR_PIECES_MAX) {
		problem_set(problem, "a sparse file has more than %d pieces", TAR_PIECES_MAX);
		return -E2BIG;
	}
	pax->pieces = arena_grow(arena, pax->pieces, pax->piece_count, &pax->piece_room, sizeof(*pax->pieces));
	pax->pieces[pax->piece_count++] = piece;
	return 0;
}

struct pax_reading { struct pax *pax; struct arena *arena; struct problem *problem; };

/* An empty value takes back what was said before. */
static int read_name(const struct pax_reading *reading, const struct record *record, const char **ret_name)
{
	if (memchr(record->value, '\0', record->length)) {
		problem_set(reading->problem, "a name has a NUL in it");
		return -EILSEQ;
	}
	*ret_name = record->length ? record->value : NULL;
	return 0;
}

static int read_number(const struct pax_reading *reading, const struct record *record, uint64_t max, bool *ret_has,
		       uint64_t *ret_value)
{
	*ret_has = record->length != 0;
	if (!record->length)
		return 0;
	if (strlen(record->value) == record->length && tar_decimal(record->value, max, ret_value))
		return 0;
	problem_set(reading->problem, "a pax header is damaged: %s '%.40s' is not a number from 0 to %llu", record->key,
		    record->value, (unsigned long long)max);
	return -EBADMSG;
}

static int read_time(const struct pax_reading *reading, const struct record *record, bool *ret_has,
		     struct tar_time *ret_time)
{
	*ret_has = record->length != 0;
	if (!record->length || (strlen(record->value) == record->length && tar_decimal_time(record->value, ret_time)))
		return 0;
	problem_set(reading->problem, "a pax header is damaged: %s '%.40s' is no time", record->key, record->value);
	return -EBADMSG;
}

static int read_path(const struct pax_reading *reading, const struct record *record)
{
	return read_name(reading, record, &reading->pax->path);
}

static int read_link(const struct pax_reading *reading, const struct record *record)
{
	return read_name(reading, record, &reading->pax->link);
}

static int read_sparse_name(const struct pax_reading *reading, const struct record *record)
{
	return read_name(reading, record, &reading->pax->sparse_name);
}

static int read_size(const struct pax_reading *reading, const struct record *record)
{
	return read_number(reading, record, INT64_MAX - TAR_BLOCK, &reading->pax->has_size, &reading->pax->size);
}

static int read_uid(const struct pax_reading *reading, const struct record *record)
{
	return read_number(reading, record, UINT32_MAX - 1, &reading->pax->has_uid, &reading->pax->uid);
}

static int read_gid(const struct pax_reading *reading, const struct record *record)
{
	return read_number(reading, record, UINT32_MAX - 1, &reading->pax->has_gid, &reading->pax->gid);
}

static int read_mtime(const struct pax_reading *reading, const struct record *record)
{
	return read_time(reading, record, &reading->pax->has_mtime, &reading->pax->mtime);
}

static int read_atime(const struct pax_reading *reading, const struct record *record)
{
	return read_time(reading, record, &reading->pax->has_atime, &reading->pax->atime);
}

static int read_sparse_major(const struct pax_reading *reading, const struct record *record)
{
	return read_number(reading, record, 1, &reading->pax->has_sparse, &reading->pax->sparse_major);
}

static int read_sparse_minor(const struct pax_reading *reading, const struct record *record)
{
	return read_number(reading, record, 1, &reading->pax->has_sparse, &reading->pax->sparse_minor);
}

static int read_real_size(const struct pax_reading *reading, const struct record *record)
{
	struct pax *pax = reading->pax;

	return read_number(reading, record, INT64_MAX - TAR_BLOCK, &pax->has_real_size, &pax->real_size);
}

/* How many pieces come, in 0.0 and 0.1. They are counted when they come. */
static int read_sparse_count(const struct pax_reading *reading, const struct record *record)
{
	uint64_t count;

	return read_number(reading, record, TAR_PIECES_MAX, &reading->pax->has_sparse, &count);
}

/* 0.0: pairs of records. */
static int read_sparse_offset(const struct pax_reading *reading, const struct record *record)
{
	struct tar_piece piece = { 0 };
	bool has;
	int error = read_number(reading, record, INT64_MAX, &has, &piece.offset);

	if (error)
		return error;
	if (!has || reading->pax->piece_open)
		return damaged(reading->problem, "the pieces of a sparse file");
	reading->pax->piece_open = true;
	return pax_add_piece(reading->pax, reading->arena, piece, reading->problem);
}

static int read_sparse_bytes(const struct pax_reading *reading, const struct record *record)
{
	struct pax *pax = reading->pax;
	bool has;

	if (!pax->piece_open)
		return damaged(reading->problem, "the pieces of a sparse file");
	pax->piece_open = false;
	return read_number(reading, record, INT64_MAX, &has, &pax->pieces[pax->piece_count - 1].size);
}

/* 0.1: all pieces in one record: "offset,size,offset,size". */
static int read_sparse_map(const struct pax_reading *reading, const struct record *record)
{
	char *at = record->value;
	uint64_t number[2];
	size_t count = 0;

	if (reading->pax->piece_count)
		return damaged(reading->problem, "the pieces of a sparse file");
	while (*at) {
		char *comma = strchr(at, ',');
		struct record one = { record->key, at, comma ? (size_t)(comma - at) : strlen(at) };
		bool has;
		int error;

		if (comma)
			*comma = '\0';
		error = read_number(reading, &one, INT64_MAX, &has, &number[count % 2]);
		if (!error && count++ % 2)
			error = pax_add_piece(reading->pax, reading->arena, (struct tar_piece){ number[0], number[1] },
					      reading->problem);
		if (error)
			return error;
		at = comma ? comma + 1 : at + one.length;
	}
	return count % 2 ? damaged(reading->problem, "the pieces of a sparse file") : 0;
}

static const struct {
	const char *key;
	int (*read)(const struct pax_reading *reading, const struct record *record);
} readers[] = {
	{ "path", read_path },
	{ "linkpath", read_link },
	{ "size", read_size },
	{ "uid", read_uid },
	{ "gid", read_gid },
	{ "mtime", read_mtime },
	{ "atime", read_atime },
	{ "GNU.sparse.major", read_sparse_major },
	{ "GNU.sparse.minor", read_sparse_minor },
	{ "GNU.sparse.name", read_sparse_name },
	{ "GNU.sparse.realsize", read_real_size },
	{ "GNU.sparse.size", read_real_size },
	{ "GNU.sparse.numblocks", read_sparse_count },
	{ "GNU.sparse.offset", read_sparse_offset },
	{ "GNU.sparse.numbytes", read_sparse_bytes },
	{ "GNU.sparse.map", read_sparse_map },
};

static const char schily[] = "SCHILY.xattr.", libarchive[] = "LIBARCHIVE.xattr.";

/* The first of one name stands: libarchive says each twice, and the plain one first. */
static int add_xattr(const struct pax_reading *reading, struct tar_xattr xattr)
{
	struct pax *pax = reading->pax;

	if (!*xattr.name)
		return damaged(reading->problem, "an extended attribute without a name");
	for (size_t i = 0; i < pax->xattr_count; i++)
		if (strcmp(pax->xattrs[i].name, xattr.name) == 0)
			return 0;
	if (pax->xattr_count == TAR_XATTRS_MAX) {
		problem_set(reading->problem, "an entry has more than %d extended attributes", TAR_XATTRS_MAX);
		return -E2BIG;
	}
	if (!pax->xattrs)
		pax->xattrs = ARENA_ARRAY(reading->arena, TAR_XATTRS_MAX, struct tar_xattr);
	pax->xattrs[pax->xattr_count++] = xattr;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* %41 is A, in place. */
static bool undo_percent(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '%') {
			int high = hex_digit(text[1]), low = high < 0 ? -1 : hex_digit(text[2]);

			if (low < 0 || !(high | low))
				return false;
			*to++ = (char)(high << 4 | low);
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
	return true;
}

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* In place; libarchive writes no padding, others may. */
static bool undo_base64(char *text, size_t length, size_t *ret_size)
{
	unsigned bits = 0, have = 0;
	size_t size = 0;

	while (length && text[length - 1] == '=')
		length--;
	for (size_t i = 0; i < length; i++) {
		int digit = base64_digit(text[i]);

		if (digit < 0)
			return false;
		bits = bits << 6 | (unsigned)digit;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		text[size++] = (char)(bits >> have);
	}
	*ret_size = size;
	return true;
}

static int read_other(const struct pax_reading *reading, struct record *record)
{
	if (strncmp(record->key, schily, sizeof(schily) - 1) == 0)
		return add_xattr(reading, (struct tar_xattr){ record->key + sizeof(schily) - 1, record->value,
							      record->length });
	if (strncmp(record->key, libarchive, sizeof(libarchive) - 1) != 0)
		return 0;
	if (!undo_percent(record->key) || !undo_base64(record->value, record->length, &record->length))
		return damaged(reading->problem, "an extended attribute");
	return add_xattr(reading, (struct tar_xattr){ record->key + sizeof(libarchive) - 1, record->value,
						      record->length });
}

static int read_record(const struct pax_reading *reading, struct record *record)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (strcmp(record->key, readers[i].key) == 0)
			return readers[i].read(reading, record);
	return read_other(reading, record);
}

int pax_read(struct pax *pax, struct arena *arena, char *text, size_t length, struct problem *problem)
{
	const struct pax_reading reading = { pax, arena, problem };
	char *at = text, *end = text + length;
	struct record record;
	int error;

	while (at < end) {
		error = next_record(&at, end, &record, problem);
		if (!error)
			error = read_record(&reading, &record);
		if (error)
			return error;
	}
	return pax->piece_open ? damaged(problem, "the pieces of a sparse file") : 0;
}

bool pax_is_of_one_file(const struct pax *pax)
{
	return pax->path || pax->link || pax->sparse_name || pax->has_size || pax->has_sparse || pax->has_real_size ||
	       pax->piece_count || pax->xattr_count;
}

void pax_add_global(struct pax *pax, const struct pax *global)
{
	if (!pax->has_uid && global->has_uid) {
		pax->has_uid = true;
		pax->uid = global->uid;
	}
	if (!pax->has_gid && global->has_gid) {
		pax->has_gid = true;
		pax->gid = global->gid;
	}
	if (!pax->has_mtime && global->has_mtime) {
		pax->has_mtime = true;
		pax->mtime = global->mtime;
	}
	if (!pax->has_atime && global->has_atime) {
		pax->has_atime = true;
		pax->atime = global->atime;
	}
}
