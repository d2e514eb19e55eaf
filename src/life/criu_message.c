/* criu_message.c - what goes over the socket to CRIU: the messages of its rpc.proto, by tables. */
#include "base/protobuf.h"
#include "life/criu_parts.h"
#include <errno.h>
#include <string.h>

/* Numbers of fields: criu_req, criu_resp. */
enum { REQUEST_KIND = 1, REQUEST_OPTIONS = 2, REQUEST_GOOD = 3, REQUEST_STAY = 4, REQUEST_FEATURES = 5 };
/* criu_opts: those that are messages of their own. */
enum { OPTION_PAGE_SERVER = 11, OPTION_MOUNT = 23, OPTION_INHERIT = 27, OPTION_JOIN = 39 };

/* --- options --- */

enum row_kind {
	ROW_FLAG,			/* bool */
	ROW_TEXT,			/* const char * */
	ROW_NUMBER,			/* uint32_t that is not 0 */
	ROW_MAYBE,			/* struct maybe_u32: 0 is a value too */
	ROW_DESCRIPTOR,			/* int */
	ROW_TEXTS			/* struct texts: a field for each */
};

struct row { uint32_t number; enum row_kind kind; size_t offset; };

#define ROW(kind, number, member) { number, ROW_##kind, offsetof(struct criu_options, member) }

static const struct row rows[] = {
	ROW(DESCRIPTOR, 1, images),
	ROW(NUMBER, 2, pid),
	ROW(FLAG, 3, leave_running),
	ROW(FLAG, 4, ext_unix_sk),
	ROW(FLAG, 5, tcp_established),
	ROW(FLAG, 6, evasive_devices),
	ROW(FLAG, 7, shell_job),
	ROW(FLAG, 8, file_locks),
	ROW(NUMBER, 9, log_level),
	ROW(TEXT, 10, log_file),
	ROW(FLAG, 12, notify),
	ROW(TEXT, 13, root),
	ROW(TEXT, 14, parent),
	ROW(FLAG, 15, track_memory),
	ROW(FLAG, 16, auto_dedup),
	ROW(DESCRIPTOR, 17, work),
	ROW(FLAG, 18, link_remap),
	ROW(FLAG, 26, restore_sibling),
	ROW(MAYBE, 34, cgroups_mode),
	ROW(TEXTS, 37, external),
	ROW(NUMBER, 38, empty_namespaces),
	ROW(FLAG, 46, tcp_skip_in_flight),
	ROW(FLAG, 48, lazy_pages),
	ROW(FLAG, 50, orphan_terminal),
	ROW(TEXT, 51, config_file),
	ROW(FLAG, 52, tcp_close),
	ROW(TEXT, 53, lsm_profile),
	ROW(TEXT, 63, lsm_mount_context),
	ROW(NUMBER, 64, network_lock),
	ROW(FLAG, 65, old_mounts),
};

static void add_texts(struct text *out, uint32_t number, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		protobuf_add_text(out, number, texts->at[i]);
}

static void add_row(struct text *out, const struct row *row, const void *at)
{
	const struct maybe_u32 *maybe = at;
	const char *text;

	switch (row->kind) {
	case ROW_FLAG:
		if (*(const bool *)at)
			protobuf_add_number(out, row->number, 1);
		return;
	case ROW_TEXT:
		text = *(const char *const *)at;
		if (text)
			protobuf_add_text(out, row->number, text);
		return;
	case ROW_NUMBER:
		if (*(const uint32_t *)at)
			protobuf_add_number(out, row->number, *(const uint32_t *)at);
		return;
	case ROW_MAYBE:
		if (maybe->set)
			protobuf_add_number(out, row->number, maybe->value);
		return;
	case ROW_DESCRIPTOR:
		if (*(const int *)at >= 0)
			protobuf_add_number(out, row->number, (uint64_t) * (const int *)at);
		return;
	case ROW_TEXTS:
		add_texts(out, row->number, at);
		return;
	}
}

/* A message of two texts. */
static void add_pair(struct text *out, uint32_t number, const char *first, const char *second)
{
	struct text inner = text_new(out->arena);

	protobuf_add_text(&inner, 1, first);
	protobuf_add_text(&inner, 2, second);
	protobuf_add_message(out, number, &inner);
}

/* A message of a text and a number. */
static void add_numbered(struct text *out, uint32_t number, const char *first, uint64_t second)
{
	struct text inner = text_new(out->arena);

	protobuf_add_text(&inner, 1, first);
	protobuf_add_number(&inner, 2, second);
	protobuf_add_message(out, number, &inner);
}

static void add_options(struct text *out, const struct criu_options *options)
{
	struct text inner = text_new(out->arena);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		add_row(&inner, &rows[i], (const char *)options + rows[i].offset);
	if (options->page_server)
		add_numbered(&inner, OPTION_PAGE_SERVER, options->page_server, options->page_server_port);
	for (size_t i = 0; i < options->mount.count; i++)
		add_pair(&inner, OPTION_MOUNT, options->mount.at[i].key, options->mount.at[i].value);
	for (size_t i = 0; i < options->inherits; i++)
		add_numbered(&inner, OPTION_INHERIT, options->inherit[i].key,
			     (uint64_t)options->inherit[i].fd);
	for (size_t i = 0; i < options->joins; i++)
		add_pair(&inner, OPTION_JOIN, options->join[i].kind, options->join[i].path);
	protobuf_add_message(out, REQUEST_OPTIONS, &inner);
}

void criu_write_request(struct text *out, enum criu_request kind, const struct criu_options *options,
			bool stay)
{
	struct text features = text_new(out->arena);

	protobuf_add_number(out, REQUEST_KIND, kind);
	if (options)
		add_options(out, options);
	if (stay)
		protobuf_add_number(out, REQUEST_STAY, 1);
	if (kind != CRIU_FEATURES)
		return;
	/* Memory tracking and lazy pages: it is answered what was asked about. */
	protobuf_add_number(&features, 1, 1);
	protobuf_add_number(&features, 2, 1);
	protobuf_add_message(out, REQUEST_FEATURES, &features);
}

void criu_write_notified(struct text *out, bool good)
{
	protobuf_add_number(out, REQUEST_KIND, CRIU_NOTIFY);
	protobuf_add_number(out, REQUEST_GOOD, good);
}

/* --- answers --- */

/* What is looked for in an answer: field `outer`, or field `inner` of the message there. */
struct wanted { uint32_t outer, inner; size_t offset, size; enum protobuf_kind kind; };

#define WANTED(kind, outer, inner, member) \
	{ outer, inner, offsetof(struct criu_response, member), \
	  sizeof(((struct criu_response *)0)->member), PROTOBUF_##kind }

static const struct wanted wanted[] = {
	WANTED(NUMBER, 1, 0, kind),
	WANTED(NUMBER, 2, 0, success),
	WANTED(NUMBER, 4, 1, restored),
	WANTED(BYTES, 5, 1, stage),
	WANTED(NUMBER, 5, 2, pid),
	WANTED(NUMBER, 7, 0, error),
	WANTED(NUMBER, 8, 1, memory_tracking),
	WANTED(NUMBER, 8, 2, lazy_pages),
	WANTED(BYTES, 9, 0, reason),
	WANTED(NUMBER, 10, 1, major),
	WANTED(NUMBER, 10, 2, minor),
	WANTED(NUMBER, 10, 4, sublevel),
};

/* A number that does not fit, or a text that is too long, is no answer of CRIU's; a reason is cut. */
static bool put_value(struct criu_response *response, const struct wanted *row,
		      const struct protobuf_field *field)
{
	char *at = (char *)response + row->offset;
	size_t length = field->length;

	if (row->kind != field->kind)
		return false;
	if (row->kind == PROTOBUF_NUMBER && row->size == sizeof(bool)) {
		*(bool *)at = field->value != 0;
		return true;
	}
	if (row->kind == PROTOBUF_NUMBER) {
		*(uint32_t *)(void *)at = (uint32_t)field->value;
		return field->value <= INT32_MAX;
	}
	if (length >= row->size) {
		if (row->size == sizeof(response->stage))
			return false;
		length = row->size - 1;
	}
	memcpy(at, field->at, length);
	at[length] = '\0';
	return !memchr(at, '\0', length);
}

static bool take_field(struct criu_response *response, uint32_t outer, uint32_t inner,
		       const struct protobuf_field *field)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (wanted[i].outer == outer && wanted[i].inner == inner)
			return put_value(response, &wanted[i], field);
	return true;
}

static bool is_message(uint32_t outer)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (wanted[i].outer == outer && wanted[i].inner)
			return true;
	return false;
}

static int read_inner(struct criu_response *response, const struct protobuf_field *message)
{
	struct protobuf_reader reader = { message->at, message->length };
	struct protobuf_field field;
	int got;

	if (message->kind != PROTOBUF_BYTES)
		return -EBADMSG;
	while ((got = protobuf_next(&reader, &field)) > 0)
		if (!take_field(response, message->number, field.number, &field))
			return -EBADMSG;
	return got;
}

int criu_read_response(const char *bytes, size_t length, struct criu_response *ret_response)
{
	struct protobuf_reader reader = { bytes, length };
	struct protobuf_field field;
	int got;

	*ret_response = (struct criu_response){ 0 };
	while ((got = protobuf_next(&reader, &field)) > 0) {
		int error = 0;

		if (is_message(field.number))
			error = read_inner(ret_response, &field);
		else if (!take_field(ret_response, field.number, 0, &field))
			error = -EBADMSG;
		if (error)
			return error;
	}
	return got ? got : ret_response->kind ? 0 : -EBADMSG;
}
