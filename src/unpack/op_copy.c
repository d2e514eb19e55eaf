/* op_copy.c - decompresses or compresses a stream, with the digests of both sides. */
#include "base/file.h"
#include "base/sys.h"
#include "unpack/answer.h"
#include "unpack/confine.h"
#include "unpack/op.h"

enum { PIECE = 128 * 1024 };

struct copy {
	struct input input;
	struct digest output;
	int fd;
	const struct codec *codec;
	void *state;
	unsigned char plain[PIECE], written[PIECE];
};

static bool write_out(struct copy *copy, struct failure *failure, size_t size)
{
	int error = file_write_all(copy->fd, copy->written, size);

	if (error)
		return fail_call(failure, error, NULL, "write the output");
	return digest_add(&copy->output, copy->written, size) || fail(failure, UNPACK_FILE, NULL, "cannot hash");
}

/* All that was read, through the compressor. */
static bool compress(struct copy *copy, struct failure *failure, size_t size, bool last)
{
	struct codec_stream stream = { .in = copy->plain, .in_left = size };
	struct problem problem = { 0 };

	do {
		stream.out = copy->written;
		stream.out_left = PIECE;
		if (!copy->codec->run(copy->state, &stream, last, &problem))
			return fail(failure, UNPACK_COMPRESSION, NULL, "%s", problem.text);
		if (!write_out(copy, failure, PIECE - stream.out_left))
			return false;
	} while (stream.in_left || !stream.out_left || (last && !copy->codec->is_complete(copy->state)));
	return true;
}

bool op_copy(struct session *session, struct request *request)
{
	struct copy *copy = ARENA_NEW(session->arena, struct copy);
	struct failure *failure = session->failure;
	size_t size = PIECE;
	int nowhere = -1;

	copy->fd = request->output;
	copy->input = (struct input){ .fd = request->input, .wake = request->wake, .tee = request->tee,
		.compression = request->compression, .max_bytes = request->max_bytes, .max_ratio = request->max_ratio,
		.arena = session->arena, .failure = failure };
	copy->codec = codec_compressor(request->into);
	copy->state = copy->codec->begin(session->arena);
	if (!copy->state || !digest_begin(&copy->output))
		return fail(failure, UNPACK_FILE, NULL, "no memory for compressing");
	if (!input_prepare(&copy->input) || !confine_files(&nowhere, NULL, 0, failure) ||
	    !confine_rights(nowhere, failure) || !confine_calls(failure))
		return false;
	while (size == PIECE)
		if (!input_fill(&copy->input, copy->plain, PIECE, &size) ||
		    !compress(copy, failure, size, size < PIECE))
			return false;
	return answer_copied(session->socket, &copy->input, &copy->output) ||
	       fail(failure, UNPACK_REQUEST, NULL, "cannot answer");
}
