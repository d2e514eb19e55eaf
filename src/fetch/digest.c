/* digest.c - see digest.h */
#include "fetch/digest.h"
#include <stdio.h>
#include <string.h>

bool digest_is(const char *text)
{
	return !strncmp(text, "sha256:", 7) && strspn(text + 7, "0123456789abcdef") == 64 && !text[7 + 64];
}

EVP_MD_CTX *digest_new(void)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();

	if (hash)
		digest_reset(hash);
	return hash;
}

void digest_reset(EVP_MD_CTX *hash)
{
	EVP_DigestInit_ex(hash, EVP_sha256(), NULL);
}

static void write_digest(const unsigned char *bytes, char ret_text[static DIGEST_SIZE])
{
	memcpy(ret_text, "sha256:", 8);
	for (int i = 0; i < 32; i++)
		snprintf(ret_text + 7 + 2 * (size_t)i, 3, "%02x", bytes[i]);
}

void digest_end(EVP_MD_CTX *hash, char ret_text[static DIGEST_SIZE])
{
	unsigned char bytes[EVP_MAX_MD_SIZE] = { 0 };

	EVP_DigestFinal_ex(hash, bytes, NULL);
	write_digest(bytes, ret_text);
}

bool digest_of(const void *bytes, size_t size, char ret_text[static DIGEST_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE] = { 0 };

	if (!EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL))
		return false;
	write_digest(digest, ret_text);
	return true;
}
