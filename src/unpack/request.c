/* request.c - see request.h */
#include "unpack/request.h"
#include "base/json_decode.h"
#include <string.h>

static const struct name ops[] = { { "layer", OP_LAYER }, { "settle", OP_SETTLE }, { "copy", OP_COPY },
				   { "below", OP_BELOW }, { 0 } };
static const struct name forms[] = { { "overlay", FORM_OVERLAY }, { "plain", FORM_PLAIN }, { 0 } };
static const struct name compressions[] = { { "auto", COMPRESSION_AUTO }, { "none", COMPRESSION_NONE },
					    { "gzip", COMPRESSION_GZIP }, { "zstd", COMPRESSION_ZSTD }, { 0 } };

struct words { uint64_t op, compression, into, form; const char **fds; size_t fd_count; };

struct asked { struct words words; struct request request; };

static const struct field fields[] = {
	{ "op", FIELD_NAME, FIELD_AT(struct asked, words.op), .names = ops, .what = "an operation", .required = true },
	{ "compression", FIELD_NAME, FIELD_AT(struct asked, words.compression), .names = compressions,
	  .what = "a compression" },
	{ "into", FIELD_NAME, FIELD_AT(struct asked, words.into), .names = compressions, .what = "a compression" },
	{ "form", FIELD_NAME, FIELD_AT(struct asked, words.form), .names = forms, .what = "a form" },
	{ "fds", FIELD_TEXTS, FIELD_ARRAY(struct asked, words.fds, words.fd_count) },
	{ "squash", FIELD_BOOL, FIELD_AT(struct asked, request.squash) },
	{ "max-bytes", FIELD_UNSIGNED, FIELD_AT(struct asked, request.max_bytes) },
	{ "max-entries", FIELD_UNSIGNED, FIELD_AT(struct asked, request.max_entries) },
	{ "max-ratio", FIELD_UNSIGNED, FIELD_AT(struct asked, request.max_ratio) },
	{ 0 }
};

static int *slot_of(struct request *request, const char *name)
{
	if (strcmp(name, "input") == 0)
		return &request->input;
	if (strcmp(name, "wake") == 0)
		return &request->wake;
	if (strcmp(name, "target") == 0)
		return &request->target;
	if (strcmp(name, "tee") == 0)
		return &request->tee;
	if (strcmp(name, "output") == 0)
		return &request->output;
	if ((strcmp(name, "layer") == 0 || strcmp(name, "lower") == 0) && request->layer_count < UNPACK_LOWERS_MAX)
		return &request->layers[request->layer_count++];
	return NULL;
}

static bool take_fds(const struct message *message, const struct words *words, struct request *request,
		     struct failure *failure)
{
	if (message->fds_count != words->fd_count)
		return fail(failure, UNPACK_REQUEST, NULL, "%zu descriptors came, and %zu have a name",
			    message->fds_count, words->fd_count);
	for (size_t i = 0; i < words->fd_count; i++) {
		int *slot = slot_of(request, words->fds[i]);

		if (!slot)
			return fail(failure, UNPACK_REQUEST, NULL, "fds: '%s' is none, or one too many", words->fds[i]);
		*slot = message->fds[i];
	}
	return true;
}

static bool is_complete(const struct request *request)
{
	switch (request->op) {
	case OP_LAYER:
		return request->input >= 0 && request->target >= 0;
	case OP_SETTLE:
	case OP_BELOW:
		return request->input < 0 && request->target < 0;
	case OP_COPY:
		return request->input >= 0 && request->output >= 0 && request->into != COMPRESSION_AUTO;
	}
	return false;
}

bool request_read(const struct message *message, struct arena *arena, const struct request *below,
		  struct request *ret_request, struct failure *failure)
{
	struct asked asked = { .words.into = COMPRESSION_NONE, .request = {
		.max_bytes = UNPACK_MAX_BYTES, .max_entries = UNPACK_MAX_ENTRIES, .max_ratio = UNPACK_MAX_RATIO,
		.input = -1, .wake = -1, .target = -1, .tee = -1, .output = -1 } };
	struct problem problem = { 0 };
	struct decoder decoder = { arena, &problem };

	json_decode(&decoder, message->json, fields, &asked);
	if (problem.found)
		return fail(failure, UNPACK_REQUEST, NULL, "%s", problem.text);
	asked.request.op = (enum operation)asked.words.op;
	asked.request.compression = (enum compression)asked.words.compression;
	asked.request.into = (enum compression)asked.words.into;
	asked.request.form = (enum form)asked.words.form;
	asked.request.layer_count = below->layer_count;
	memcpy(asked.request.layers, below->layers, below->layer_count * sizeof(int));
	if (!take_fds(message, &asked.words, &asked.request, failure))
		return false;
	*ret_request = asked.request;
	if (!is_complete(ret_request) || !ret_request->max_ratio)
		return fail(failure, UNPACK_REQUEST, NULL,
				"a descriptor or a limit that the operation needs is missing");
	return true;
}
