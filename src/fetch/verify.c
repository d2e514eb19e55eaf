/* verify.c - whether a signature over some bytes was made with a key. */
#include "base/file.h"
#include "fetch/reply.h"
#include "fetch/request.h"
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

enum { SIGNATURE_MAX = 4096, RSA_BITS_MAX = 16384, RSA_BITS_LEAST = 2048 };

struct signed_bytes {
	EVP_PKEY *key;
	unsigned char signature[SIGNATURE_MAX];
	size_t signature_size;
	const unsigned char *bytes;
	size_t size;
};

static EVP_PKEY *read_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)strlen(pem));
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return key;
}

/* Base64, with line ends in between at most. */
static bool read_signature(struct arena *arena, const char *text, struct signed_bytes *ret_signed)
{
	unsigned char out[SIGNATURE_MAX + 3];
	char *digits = arena_alloc(arena, strlen(text) + 1);
	size_t length = 0;
	int size;

	for (; *text; text++)
		if (!strchr(" \r\n", *text))
			digits[length++] = *text;
	if (!length || length % 4 || length / 4 * 3 > SIGNATURE_MAX)
		return false;
	size = EVP_DecodeBlock(out, (const unsigned char *)digits, (int)length);
	if (size < 0)
		return false;
	size -= (digits[length - 1] == '=') + (digits[length - 2] == '=');
	memcpy(ret_signed->signature, out, (size_t)size);
	ret_signed->signature_size = (size_t)size;
	return true;
}

/* padding: of RSA; 0 for other keys. hash: NULL where the key has its own. */
static bool fits(const struct signed_bytes *signed_bytes, const EVP_MD *hash, int padding)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *of_key = NULL;
	bool good = context && EVP_DigestVerifyInit(context, &of_key, hash, NULL, signed_bytes->key) == 1;

	if (good && padding)
		good = EVP_PKEY_CTX_set_rsa_padding(of_key, padding) == 1;
	if (good && padding == RSA_PKCS1_PSS_PADDING)
		good = EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, RSA_PSS_SALTLEN_AUTO) == 1;
	good = good && EVP_DigestVerify(context, signed_bytes->signature, signed_bytes->signature_size,
					signed_bytes->bytes, signed_bytes->size) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

static bool fits_rsa(const struct signed_bytes *signed_bytes)
{
	int bits = EVP_PKEY_get_bits(signed_bytes->key);

	return bits >= RSA_BITS_LEAST && bits <= RSA_BITS_MAX &&
	       (fits(signed_bytes, EVP_sha256(), RSA_PKCS1_PADDING) ||
		fits(signed_bytes, EVP_sha256(), RSA_PKCS1_PSS_PADDING));
}

static bool check(struct task *task, const struct signed_bytes *signed_bytes)
{
	bool good;

	switch (EVP_PKEY_get_base_id(signed_bytes->key)) {
	case EVP_PKEY_EC:
		good = fits(signed_bytes, EVP_sha256(), 0);
		break;
	case EVP_PKEY_RSA:
		good = fits_rsa(signed_bytes);
		break;
	case EVP_PKEY_RSA_PSS:
		good = fits(signed_bytes, EVP_sha256(), RSA_PKCS1_PSS_PADDING);
		break;
	case EVP_PKEY_ED25519:
		good = fits(signed_bytes, NULL, 0);
		break;
	default:
		return fail(task, FETCH_REQUEST, NULL, "verify: the key is not of EC, RSA or Ed25519");
	}
	return good || fail(task, FETCH_SIGNATURE, NULL, "the signature does not fit the key and what was signed");
}

bool do_verify(struct task *task, struct request *request)
{
	struct signed_bytes signed_bytes = { 0 };
	size_t size;
	char *bytes;
	int error = file_read_fd(&task->arena, request->message.fds[0], FETCH_SIGNED_MAX, &bytes, &size);
	bool good;

	if (error)
		return fail(task, FETCH_FILE, NULL, "cannot read what was signed: %s", strerrordesc_np(-error));
	if (!read_signature(&task->arena, request->signature, &signed_bytes))
		return fail(task, FETCH_SIGNATURE, NULL, "the signature is no base64 of at most %d bytes",
			    SIGNATURE_MAX);
	signed_bytes.key = read_key(request->key);
	if (!signed_bytes.key)
		return fail(task, FETCH_REQUEST, NULL, "verify: the key is no public key in PEM");
	signed_bytes.bytes = (const unsigned char *)bytes;
	signed_bytes.size = size;
	good = check(task, &signed_bytes);
	EVP_PKEY_free(signed_bytes.key);
	return good && reply_send(reply_ok(task, request->id));
}
