/* trust.h - the certificate authorities that this system believes.
 *
 * A whole bundle costs 3 MiB and 10 ms; of a folder with a link for each (named by the hash of its subject, as
 * openssl-rehash(1) makes them) only what is needed is read. So a folder is taken where there is one.
 */
#pragma once
#include <curl/curl.h>
#include <stdbool.h>

struct endpoint;

/* Paths, or NULL: of both at most one is there. */
struct trust { const char *folder, *file; };

/* What this system has. SSL_CERT_DIR and SSL_CERT_FILE of the environment are taken as OpenSSL and Go take them. */
struct trust trust_find(void);

/* Whether TLS failed for the certificate that we showed, or should have: what curl says of it. */
bool trust_is_ours(CURLcode code, const char *detail);

/* Has a handle note in `asked` that the server asks for a certificate of ours (CertificateRequest, RFC 8446, 4.3.2).
 * With TLS 1.3 the client is through before the server has looked at its certificate, and sends its request: a server
 * that ends the connection with that unread resets it, and its alert, which would have said why, may be lost (RFC 1122,
 * 4.2.2.13). `asked` lives as long as the handle. */
void trust_watch(CURL *easy, bool *asked);

/* Has a handle check who answers: by the system's authorities and by the endpoint's own. `identified`: the
 * endpoint's client certificate is shown to who asks for one. */
void trust_set(CURL *easy, const struct trust *trust, const struct endpoint *endpoint, int identified);
