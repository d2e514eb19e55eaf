/* digest.h - the names of blobs: "sha256:" and 64 hexadecimal digits.
 *
 * A digest becomes the name of a file, so it is read strictly (CVE-2024-3727). Other algorithms are not taken: no
 * registry uses them for what it names itself.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { DIGEST_PREFIX = 7, DIGEST_HEX = 64 };

struct digest {
	char text[DIGEST_PREFIX + DIGEST_HEX + 1];	/* "" where there is none */
};

/* Reads exactly "sha256:" and 64 digits in lower case. */
bool digest_parse(const char *text, struct digest *ret_digest);

/* The digits alone. */
const char *digest_hex(const struct digest *digest);

/* Whether they are the same one; none is like none. */
bool digest_equal(const struct digest *one, const struct digest *other);

/* Of some bytes. */
struct digest digest_of(const void *bytes, size_t length);

/* Of all that is in an open file, from its beginning; where it stands does not change. 0 or -errno. Not for what is
 * large: the helpers hash five times faster. */
int digest_of_file(int fd, struct digest *ret_digest);

/* The chain ID of a layer: what a directory of the unpacked layer is called, since what a layer means depends on the
 * layers below (OCI image-spec, config.md, "Layer ChainID"). `parent` is the chain ID of the layer
 * below, NULL for the lowest. */
struct digest digest_chain(const struct digest *parent, const struct digest *diff_id);
