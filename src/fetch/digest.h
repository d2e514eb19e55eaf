/* digest.h - SHA-256 of what passes by, and how digests are written. */
#pragma once
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

enum { DIGEST_SIZE = 7 + 64 + 1 };	/* "sha256:…" with its NUL */

/* Whether a text is "sha256:" and 64 digits in small letters. */
bool digest_is(const char *text);

/* A new one; NULL without memory. It is freed by EVP_MD_CTX_free(). */
EVP_MD_CTX *digest_new(void);

/* Forgets what passed. */
void digest_reset(EVP_MD_CTX *hash);

/* Writes the digest of what has passed. Nothing more may pass after it. */
void digest_end(EVP_MD_CTX *hash, char ret_text[static DIGEST_SIZE]);

/* The digest of some bytes. False without memory. */
bool digest_of(const void *bytes, size_t size, char ret_text[static DIGEST_SIZE]);
