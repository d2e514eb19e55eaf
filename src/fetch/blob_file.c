/* blob_file.c - see blob.h */
#include "base/clock.h"
#include "base/fd.h"
#include "fetch/blob.h"
#include "fetch/field.h"
#include "fetch/reply.h"
#include "fetch/url.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 128 * 1024, TURN = 1024 * 1024, TELL_MS = 100 };

static bool file_failure(struct blob *blob, const char *what, int error)
{
	return fail(blob->task, FETCH_FILE, NULL, "cannot %s the file: %s", what, strerrordesc_np(error));
}

static int write_at(int fd, const char *from, size_t length, uint64_t offset)
{
	while (length) {
		ssize_t put = pwrite(fd, from, length, (off_t)offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put < 0 ? errno : EIO;
		from += put;
		offset += (uint64_t)put;
		length -= (size_t)put;
	}
	return 0;
}

/* For who reads the file, and for who looks on. */
static void tell(struct blob *blob)
{
	uint64_t now = clock_ms();

	if (blob->wake >= 0)
		(void)!sys_write(blob->wake, "", 1);
	if (now < blob->told_ms + TELL_MS)
		return;
	blob->told_ms = now;
	reply_at(blob->task, blob->request->id, blob->at);
}

bool blob_flush(struct blob *blob)
{
	int error = write_at(blob->fd, blob->buffer, blob->held, blob->at);

	if (error)
		return file_failure(blob, "write", error);
	if (!blob->held)
		return true;
	EVP_DigestUpdate(blob->hash, blob->buffer, blob->held);
	blob->at += blob->held;
	blob->held = 0;
	tell(blob);
	return true;
}

bool blob_restart(struct blob *blob)
{
	blob->at = blob->held = blob->resumed = 0;
	digest_reset(blob->hash);
	return ftruncate(blob->fd, 0) == 0 || file_failure(blob, "empty", errno);
}

/* Looks at the header: whether these are the bytes that were asked for. */
static bool begin_answer(struct sink *sink, const struct exchange *answer)
{
	struct blob *blob = (struct blob *)sink;
	struct task *task = blob->task;
	unsigned long long size = blob->request->size, length;
	const char *host = url_host(&task->arena, answer->url);
	const char *range = exchange_header(answer, "content-range");
	struct content_range bytes;
	uint64_t said;

	if (answer->status == 206) {
		if (!range || !content_range_read(range, &bytes) || bytes.first != blob->at)
			return fail(task, FETCH_SERVER, host, "was asked for bytes from %llu on and gave '%s'",
				    (unsigned long long)blob->at, range ? range : "");
		length = bytes.whole_known ? bytes.whole : size;
	} else if (answer->status == 200) {
		length = field_number(exchange_header(answer, "content-length"), &said) ? said : size;
		/* It knows nothing of ranges, and begins anew. */
		if (blob->at && !blob_restart(blob))
			return false;
	} else {
		return fail(task, FETCH_SERVER, host, "answered %ld", answer->status);
	}
	return length <= size || fail(task, FETCH_TOO_LARGE, host, "says that it has %llu bytes and not %llu", length,
				      size);
}

static bool take_bytes(struct sink *sink, const char *bytes, size_t length)
{
	struct blob *blob = (struct blob *)sink;

	if (length > blob->request->size - blob->at - blob->held)
		return fail(blob->task, FETCH_TOO_LARGE, NULL, "sends more than its %llu bytes",
			    (unsigned long long)blob->request->size);
	while (length) {
		size_t some = BUFFER - blob->held < length ? BUFFER - blob->held : length;

		memcpy(blob->buffer + blob->held, bytes, some);
		blob->held += some;
		bytes += some;
		length -= some;
		if (blob->held == BUFFER && !blob_flush(blob))
			return false;
	}
	return true;
}

static bool hash_file(struct blob *blob, uint64_t size)
{
	while (blob->at < size) {
		uint64_t left = size - blob->at;
		ssize_t got = sys_pread(blob->fd, blob->buffer, left < BUFFER ? (size_t)left : BUFFER, blob->at);

		if (got <= 0)
			return file_failure(blob, "read", got < 0 ? (int)-got : ENODATA);
		EVP_DigestUpdate(blob->hash, blob->buffer, (size_t)got);
		blob->at += (uint64_t)got;
		if (blob->at % TURN < BUFFER)
			task_sleep(blob->task, 0);
	}
	blob->resumed = blob->at;
	return true;
}

bool blob_begin(struct blob *blob, struct task *task, const struct request *request)
{
	struct stat info;
	int error;

	*blob = (struct blob){ .sink = { .begin = begin_answer, .take = take_bytes }, .task = task, .request = request,
			       .fd = request->message.fds[0], .wake = -1, .hash = digest_new(),
			       .buffer = malloc(BUFFER) };
	if (request->message.fds_count > 1) {
		blob->wake = request->message.fds[1];
		sys_fcntl(blob->wake, F_SETFL, sys_fcntl(blob->wake, F_GETFL, 0) | O_NONBLOCK);
	}
	if (!blob->hash || !blob->buffer)
		return fail(task, FETCH_FILE, NULL, "out of memory");
	error = sys_fstat(blob->fd, &info);
	if (error)
		return file_failure(blob, "look at", -error);
	if ((uint64_t)info.st_size > request->size)
		return blob_restart(blob);
	return hash_file(blob, (uint64_t)info.st_size);
}

bool blob_check(struct blob *blob, const char *host)
{
	char digest[DIGEST_SIZE];

	digest_end(blob->hash, digest);
	if (!strcmp(digest, blob->request->digest))
		return true;
	return blob_restart(blob) && fail(blob->task, FETCH_DIGEST, host, "gave bytes that are %s and not %s", digest,
					  blob->request->digest);
}

void blob_end(struct blob *blob)
{
	EVP_MD_CTX_free(blob->hash);
	free(blob->buffer);
}
