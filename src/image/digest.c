/* digest.c - see digest.h */
#include "image/digest.h"
#include "base/sha256.h"
#include "base/sys.h"
#include <string.h>

static const char prefix[] = "sha256:";

bool digest_parse(const char *text, struct digest *ret_digest)
{
	size_t length = strlen(text);

	if (length != DIGEST_PREFIX + DIGEST_HEX || strncmp(text, prefix, DIGEST_PREFIX) ||
	    strspn(text + DIGEST_PREFIX, "0123456789abcdef") != DIGEST_HEX)
		return false;
	memcpy(ret_digest->text, text, length + 1);
	return true;
}

const char *digest_hex(const struct digest *digest)
{
	return digest->text[0] ? digest->text + DIGEST_PREFIX : "";
}

bool digest_equal(const struct digest *one, const struct digest *other)
{
	return !strcmp(one->text, other->text);
}

static struct digest digest_end(struct sha256 *sha256)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[SHA256_SIZE];
	struct digest digest;

	sha256_end(sha256, bytes);
	memcpy(digest.text, prefix, DIGEST_PREFIX);
	for (size_t i = 0; i < SHA256_SIZE; i++) {
		digest.text[DIGEST_PREFIX + 2 * i] = digits[bytes[i] >> 4];
		digest.text[DIGEST_PREFIX + 2 * i + 1] = digits[bytes[i] & 15];
	}
	digest.text[DIGEST_PREFIX + DIGEST_HEX] = '\0';
	return digest;
}

struct digest digest_of(const void *bytes, size_t length)
{
	struct sha256 sha256;

	sha256_begin(&sha256);
	sha256_add(&sha256, bytes, length);
	return digest_end(&sha256);
}

int digest_of_file(int fd, struct digest *ret_digest)
{
	unsigned char bytes[16 * 1024];
	struct sha256 sha256;
	uint64_t at = 0;
	ssize_t got;

	sha256_begin(&sha256);
	while ((got = sys_pread(fd, bytes, sizeof(bytes), at)) > 0) {
		sha256_add(&sha256, bytes, (size_t)got);
		at += (uint64_t)got;
	}
	*ret_digest = digest_end(&sha256);
	return (int)got;
}

struct digest digest_chain(const struct digest *parent, const struct digest *diff_id)
{
	struct sha256 sha256;

	if (!parent)
		return *diff_id;
	sha256_begin(&sha256);
	sha256_add(&sha256, parent->text, strlen(parent->text));
	sha256_add(&sha256, " ", 1);
	sha256_add(&sha256, diff_id->text, strlen(diff_id->text));
	return digest_end(&sha256);
}
