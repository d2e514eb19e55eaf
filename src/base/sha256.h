/* sha256.h - SHA-256 (FIPS 180-4) of what is small: manifests, configs, chain IDs.
 *
 * The static programs are linked to no library, and a chain ID is the digest of 135 bytes. What is large (layers) is
 * hashed by the helpers, with OpenSSL and the processor's own instructions.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_BLOCK = 64 };

struct sha256 {
	uint32_t state[8];
	uint64_t length;		/* in bytes */
	unsigned char rest[SHA256_BLOCK];	/* of the block that is not full yet */
};

/* Begins anew. */
void sha256_begin(struct sha256 *sha256);

/* Adds bytes. */
void sha256_add(struct sha256 *sha256, const void *bytes, size_t length);

/* Ends it. */
void sha256_end(struct sha256 *sha256, unsigned char ret_digest[SHA256_SIZE]);
