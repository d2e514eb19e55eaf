/* input.c - see input.h */
#include "unpack/input.h"
#include "base/file.h"
#include "base/sys.h"

/* A ratio says nothing of the first bytes. */
static const uint64_t RATIO_BEGINS_AT = (uint64_t)1024 * 1024;

bool input_prepare(struct input *input)
{
	if (digest_begin(&input->raw) && digest_begin(&input->plain))
		return true;
	return fail(input->failure, UNPACK_FILE, NULL, "cannot load SHA-256");
}

/* At the end of a file that still grows: waits for more. False at the end of the growing. */
static bool await_growth(struct input *input)
{
	char byte[64];
	ssize_t got;

	if (input->wake < 0)
		return false;
	do
		got = sys_read(input->wake, byte, sizeof(byte));
	while (got == -EINTR);
	if (got > 0)
		return true;
	sys_close(input->wake);
	input->wake = -1;
	/* What came between the last look and the end. */
	return true;
}

static bool read_some(struct input *input, unsigned char *to, size_t size, size_t *ret_got)
{
	ssize_t got;

	do
		got = sys_read(input->fd, to, size);
	while (got == -EINTR || (got == 0 && await_growth(input)));
	if (got < 0)
		return fail_call(input->failure, (int)got, NULL, "read the input");
	*ret_got = (size_t)got;
	if (!got) {
		input->ended = true;
		return true;
	}
	input->at += (uint64_t)got;
	if (!digest_add(&input->raw, to, (size_t)got))
		return fail(input->failure, UNPACK_FILE, NULL, "cannot hash");
	if (input->tee >= 0) {
		int error = file_write_all(input->tee, to, (size_t)got);

		if (error)
			return fail_call(input->failure, error, NULL, "write the copy of the input");
	}
	return true;
}

/* The first bytes say how it is compressed. */
static bool begin(struct input *input)
{
	size_t have = 0, got = 1;

	while (have < CODEC_MAGIC && !input->ended) {
		if (!read_some(input, input->buffer + have, INPUT_BUFFER - have, &got))
			return false;
		have += got;
	}
	input->next = input->buffer;
	input->left = have;
	if (input->compression == COMPRESSION_AUTO) {
		struct problem problem = { 0 };

		input->codec = codec_detect(input->buffer, have, &input->compression, &problem);
		if (!input->codec)
			return fail(input->failure, UNPACK_COMPRESSION, NULL, "%s", problem.text);
	}
	input->codec = codec_decompressor(input->compression);
	input->state = input->codec->begin(input->arena);
	return input->state || fail(input->failure, UNPACK_FILE, NULL, "no memory for decompressing");
}

static bool check_limits(struct input *input)
{
	uint64_t bytes = input->plain.size, read = input->at;

	if (bytes > input->max_bytes)
		return fail(input->failure, UNPACK_LIMIT, NULL,
				"decompressed it has more than the %llu bytes that are allowed",
			    (unsigned long long)input->max_bytes);
	if (bytes > RATIO_BEGINS_AT && bytes / input->max_ratio > read)
		return fail(input->failure, UNPACK_LIMIT, NULL,
			    "%llu bytes become %llu, more than the %llu times that are allowed: a decompression bomb",
			    (unsigned long long)read, (unsigned long long)bytes, (unsigned long long)input->max_ratio);
	return true;
}

/* One turn of the codec, with new input where it has none. */
static bool turn(struct input *input, struct codec_stream *stream)
{
	struct problem problem = { 0 };
	size_t left = stream->out_left, had;

	if (!input->left && !input->ended) {
		input->next = input->buffer;
		if (!read_some(input, input->buffer, INPUT_BUFFER, &input->left))
			return false;
	}
	had = input->left;
	stream->in = input->next;
	stream->in_left = input->left;
	if (!input->codec->run(input->state, stream, input->ended, &problem))
		return fail(input->failure, UNPACK_COMPRESSION, NULL, "%s", problem.text);
	input->next = stream->in;
	input->left = stream->in_left;
	if (stream->out_left != left || input->left != had || !input->ended)
		return true;
	input->complete = true;
	if (input->left || !input->codec->is_complete(input->state))
		return fail(input->failure, UNPACK_TRUNCATED, NULL,
				"the input ends within what is compressed, after %llu bytes",
			    (unsigned long long)input->at);
	return true;
}

bool input_fill(struct input *input, unsigned char *room, size_t size, size_t *ret_size)
{
	struct codec_stream stream = { .out = room, .out_left = size };

	if (!input->codec && !begin(input))
		return false;
	while (stream.out_left && !input->complete)
		if (!turn(input, &stream))
			return false;
	*ret_size = size - stream.out_left;
	if (!digest_add(&input->plain, room, *ret_size))
		return fail(input->failure, UNPACK_FILE, NULL, "cannot hash");
	return check_limits(input);
}
