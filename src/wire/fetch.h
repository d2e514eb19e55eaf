/* fetch.h - the words between taru and libexec/taru/fetch, which talks to one registry for one reference.
 *
 * taru has decided before where to go and with whose rights: names, mirrors, passwords, certificates are in `open`,
 * so the helper reads no file of its own but what the resolver and OpenSSL need, and the certificate authorities of
 * the system (a folder or a file of SSL_CERT_DIR, SSL_CERT_FILE, else where distributions have them); it runs as
 * nobody, and is given the descriptors it writes to. Several requests may be under way at once; answers carry the
 * `id` of theirs and come in any order. Proxies are taken from the environment as curl takes them: http_proxy
 * (small letters only), https_proxy, no_proxy, ALL_PROXY; what leads to this machine itself goes to none.
 *
 * The first message, once. Its descriptor holds an object (it has certificates in it, so it may be large):
 *
 *	{ "op": "open" }  +  fd
 *	{
 *	  "user-agent": "taru/0.1.0",
 *	  "endpoints": [{					tried in this order: mirrors first
 *	    "host": "registry.example:5000",			as in an URL, with the port
 *	    "plain": false,					http, and not https
 *	    "unverified": false,				https, but whoever answers is believed
 *	    "repository": "library/busybox",
 *	    "user": "", "password": "",				"" where there is none
 *	    "identity-token": "",				an OAuth2 refresh token
 *	    "registry-token": "",				sent as it is: Bearer
 *	    "ca": "PEM…", "certificate": "PEM…", "key": "PEM…"	"" where there is none
 *	  }],
 *	  "push": false,					which rights a token is asked for; what is
 *								pushed, and `login`, go to the last endpoint
 *	  "attempts": 5, "connect-seconds": 30, "silence-seconds": 60	also the longest that Retry-After is obeyed
 *	  "retry-ms": 2000				between attempts; without: the usual, each time longer
 *	}
 *
 * Requests:
 *
 *	{ "id": 1, "op": "manifest", "reference": "latest", "accept": ["TYPE", …], "head": false }  + 
 *	fd for the body
 *	  → { "id": 1, "ok": { "type": "TYPE", "digest": "sha256:…", "size": 1234, "endpoint": 0 } }
 *	    `digest` is what the header Docker-Content-Digest says, "" without one; with `head` there is
 *	    no body. At most
 *	    FETCH_MANIFEST_MAX bytes.
 *	{ "id": 2, "op": "blob", "digest": "sha256:…", "size": 1234, "urls": [] }  +  fd of the file, a pipe
 *	  → { "id": 2, "at": 1000 }				now and then
 *	  → { "id": 2, "ok": { "size": 1234, "resumed": 0 } }
 *	    The file is open for reading and writing. What is in it already is hashed and taken as the
 *	    beginning; the rest
 *	    is asked for by Range. After each piece is written, a byte is written to the pipe, which
 *	    does not block: for
 *	    who reads the file while it grows. The pipe is closed at the end, good or bad. `ok` means that the whole
 *	    file has this digest and this size. Where it has not, it is emptied, and the blob is fetched
 *	    once more from
 *	    the beginning, or from the next endpoint, before that is an error.
 *	    `urls`: where else it may be had (foreign layers).
 *	{ "id": 3, "op": "blob-head", "digest": "sha256:…" }
 *	  → { "id": 3, "ok": { "there": true, "size": 1234 } }
 *	{ "id": 4, "op": "push-blob", "digest": "sha256:…", "size": 1234, "from": ["library/other"] }  +
 *	 fd of the file, which has this size
 *	  → { "id": 4, "ok": { "how": "there" | "mounted" | "sent", "from": "library/other" } }
 *	    Where it is there already it is not sent; else it is mounted from one of the repositories
 *	    `from`, else sent in
 *	    one PUT, or in chunks where the registry wants that. Progress as above.
 *	{ "id": 5, "op": "push-manifest", "reference": "latest", "type": "TYPE" }  +  fd of the body
 *	  → { "id": 5, "ok": { "digest": "sha256:…" } }		as the registry says
 *	{ "id": 6, "op": "tags" | "catalog", "limit": 1000 }  +  fd	limit: 0 or absent: 100000
 *	  → { "id": 6, "ok": { "count": 3 } }		the fd holds a JSON array of texts; pages are followed
 *	{ "id": 7, "op": "search", "query": "busy", "limit": 25 }  +  fd
 *	  → { "id": 7, "ok": { "count": 3 } }		Docker's /v1/search where it is there: an array of
 *	  objects
 *		{ name, description, stars, official }; else the catalog
 *								filtered by the query
 *	{ "id": 8, "op": "login" }
 *	  → { "id": 8, "ok": { "identity-token": "" } }		the registry takes these credentials
 *	{ "id": 9, "op": "verify", "key": "PEM…", "signature": "base64…" }  +  fd of what was signed
 *	  → { "id": 9, "ok": {} }		ECDSA (SHA-256), RSA (PKCS #1 v1.5 and PSS) or Ed25519
 *	    Only where `endpoints` is an empty list: such a process can open no file and no socket. One that talks to
 *	    a registry might have been taken over by it, and is not asked whether a signature is good.
 *
 * An error ends its request:
 *
 *	{ "id": 2, "error": { "kind": "digest", "host": "registry.example:5000", "status": 0, "message": "…" } }
 *
 * `kind` is one of the names below; `message` is a clause without the host ("answered 500 five times: internal
 * error"). What a registry says is cut to 500 bytes, and control characters are replaced. What is no error is told:
 *
 *	{ "note": "…" }		"mirror.example does not have it; trying docker.io"
 *
 * What is pushed is not hashed here: the registry does that, and says so.
 *
 * The end of the socket ends all requests; what is in the files stays for the next time.
 */
#pragma once
#include "base/name.h"

enum { FETCH_ATTEMPTS_MAX = 20, FETCH_RETRY_MS_MAX = 600000 };

enum {
	FETCH_MANIFEST_MAX = 4 * 1024 * 1024,
	FETCH_OPEN_MAX = 4 * 1024 * 1024,
	FETCH_SIGNED_MAX = 1024 * 1024,
};

enum fetch_error {
	FETCH_UNREACHABLE,	/* no such host, refused, silent for too long */
	FETCH_TLS,		/* a certificate that is not trusted, or no TLS */
	FETCH_CERTIFICATE,	/* the client's own certificate is missing, or is not taken */
	FETCH_UNAUTHORIZED,	/* 401, 403, or the token server said no */
	FETCH_NOT_FOUND,	/* 404 */
	FETCH_BUSY,		/* 429, and the waiting is over */
	FETCH_SERVER,		/* 5xx, or an answer that is against the specification */
	FETCH_REDIRECT,		/* a loop, too many, or to something other than http and https */
	FETCH_TOO_LARGE,	/* a body is larger than is allowed, or than was said */
	FETCH_TRUNCATED,	/* a body ended too soon, also after the attempts */
	FETCH_DIGEST,		/* a blob is not what its digest says */
	FETCH_SIGNATURE,	/* the signature does not fit */
	FETCH_FILE,		/* a file could not be read or written; full disk */
	FETCH_REQUEST,		/* taru asked for something that is none of the above */
};

/* "unreachable", "tls", … */
extern const struct name fetch_error_names[];
