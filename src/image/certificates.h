/* certificates.h - whom a registry is believed by, and how we show ourselves to it: containers-certs.d(5). */
#pragma once
#include "image/places.h"

/* PEM texts; "" where there is none. */
struct certificates { const char *ca, *certificate, *key; };

/* Those of a registry ("host" or "host:port", as people call it), from the folder that an option says (--cert-dir),
 * else the first one of this name in the user's certs.d, /etc/containers/certs.d and /etc/docker/certs.d: all *.crt
 * together, and the first *.cert with its *.key.
 * 0, or -errno with a problem that names the file. */
int certificates_find(struct arena *arena, const struct places *places, const char *domain,
		      struct certificates *ret_certificates, struct problem *problem);
