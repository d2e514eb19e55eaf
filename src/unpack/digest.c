/* digest.c - see digest.h */
#include "unpack/digest.h"
#include <openssl/evp.h>
#include <string.h>

bool digest_begin(struct digest *digest)
{
	/* The machine's openssl.cnf has nothing to say about this, and takes a millisecond. */
	if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL))
		return false;
	digest->size = 0;
	digest->context = EVP_MD_CTX_new();
	return digest->context && EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL);
}

bool digest_add(struct digest *digest, const void *bytes, size_t size)
{
	digest->size += size;
	return EVP_DigestUpdate(digest->context, bytes, size) == 1;
}

bool digest_end(struct digest *digest, char ret_text[DIGEST_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	bool good = EVP_DigestFinal_ex(digest->context, raw, &length) == 1 && length == 32;
	char *at = ret_text + 7;

	EVP_MD_CTX_free(digest->context);
	digest->context = NULL;
	if (!good)
		return false;
	memcpy(ret_text, "sha256:", 8);
	for (unsigned i = 0; i < length; i++) {
		*at++ = hex[raw[i] >> 4];
		*at++ = hex[raw[i] & 15];
	}
	*at = '\0';
	return true;
}
