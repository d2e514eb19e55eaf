/* endpoint_message.h - what libexec/taru/fetch is told of where to go: the document of "open" in wire/fetch.h. */
#pragma once
#include "base/text.h"
#include "image/auth.h"
#include "image/certificates.h"
#include "image/registries.h"

/* One way, with the rights that it is gone with. */
struct access {
	struct endpoint endpoint;
	struct credentials credentials;
	struct certificates certificates;
};

/* retry_ms: 0: the usual, each time longer. */
struct fetch_limits { unsigned attempts, connect_seconds, silence_seconds, retry_ms; };

/* Those that wire/fetch.h names. */
extern const struct fetch_limits fetch_limits_usual;

/* Finds credentials and certificates for the endpoints, each once. 0, or -errno with a problem. */
int access_find(struct arena *arena, const struct auth *auth, const struct endpoint *endpoints, size_t count,
		struct access **ret_access, struct problem *problem);

/* Writes the document at the end of `text`. false with a problem where it is larger than FETCH_OPEN_MAX. Where
 * there are certificates for a registry on this machine it is verified, and http is left out. */
bool endpoint_message(struct text *text, const char *user_agent, const struct access *access, size_t count, bool push,
		      const struct fetch_limits *limits, struct problem *problem);
