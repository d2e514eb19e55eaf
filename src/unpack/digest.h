/* digest.h - SHA-256 of a stream, by libcrypto, as OCI writes digests. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_TEXT = 7 + 64 + 1 };

struct digest {
	void *context;		/* EVP_MD_CTX */
	uint64_t size;		/* bytes added */
};

/* Loads what libcrypto needs, which is no longer possible once the root has changed. */
bool digest_begin(struct digest *digest);

/* More bytes. False where libcrypto fails, which it has no reason to. */
bool digest_add(struct digest *digest, const void *bytes, size_t size);

/* "sha256:…", and gives the memory back. */
bool digest_end(struct digest *digest, char ret_text[DIGEST_TEXT]);
