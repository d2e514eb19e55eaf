/* names.c - the words for kinds of errors: see fetch.h, unpack.h */
#include "wire/fetch.h"
#include "wire/unpack.h"

const struct name fetch_error_names[] = {
	{ "unreachable", FETCH_UNREACHABLE },
	{ "tls", FETCH_TLS },
	{ "certificate", FETCH_CERTIFICATE },
	{ "unauthorized", FETCH_UNAUTHORIZED },
	{ "not-found", FETCH_NOT_FOUND },
	{ "busy", FETCH_BUSY },
	{ "server", FETCH_SERVER },
	{ "redirect", FETCH_REDIRECT },
	{ "too-large", FETCH_TOO_LARGE },
	{ "truncated", FETCH_TRUNCATED },
	{ "digest", FETCH_DIGEST },
	{ "signature", FETCH_SIGNATURE },
	{ "file", FETCH_FILE },
	{ "request", FETCH_REQUEST },
	{ 0 }
};

const struct name unpack_error_names[] = {
	{ "archive", UNPACK_ARCHIVE },
	{ "compression", UNPACK_COMPRESSION },
	{ "truncated", UNPACK_TRUNCATED },
	{ "path", UNPACK_PATH },
	{ "link", UNPACK_LINK },
	{ "id", UNPACK_ID },
	{ "type", UNPACK_TYPE },
	{ "limit", UNPACK_LIMIT },
	{ "space", UNPACK_SPACE },
	{ "permission", UNPACK_PERMISSION },
	{ "file", UNPACK_FILE },
	{ "confine", UNPACK_CONFINE },
	{ "request", UNPACK_REQUEST },
	{ 0 }
};
