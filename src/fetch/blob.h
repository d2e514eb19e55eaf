/* blob.h - a file that becomes a blob: what is written to it is hashed, counted, and never more than was said. */
#pragma once
#include "fetch/digest.h"
#include "fetch/exchange.h"
#include "fetch/request.h"

struct blob {
	struct sink sink;
	struct task *task;
	const struct request *request;
	int fd, wake;			/* wake: a pipe, or -1 */
	EVP_MD_CTX *hash;
	char *buffer;
	size_t held;			/* bytes in the buffer, which stand after … */
	uint64_t at;			/* … those that are hashed and in the file */
	uint64_t resumed, told_ms;
};

/* Hashes what is in the file already. False with a failure; blob_end() is for both. */
bool blob_begin(struct blob *blob, struct task *task, const struct request *request);

/* Writes what is held. False with a failure. */
bool blob_flush(struct blob *blob);

/* Empties the file. False with a failure. */
bool blob_restart(struct blob *blob);

/* Whether the whole file is what the digest says; if not, a failure is noted and the file is empty. */
bool blob_check(struct blob *blob, const char *host);

/* Frees what is not the task's. */
void blob_end(struct blob *blob);
