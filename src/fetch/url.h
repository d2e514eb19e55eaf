/* url.h - URLs, read by the same parser that later connects: two parsers that differ in what the host is are how
 * passwords get to somebody else.
 *
 * All are http or https, without a user in them, and at most URL_MAX bytes.
 */
#pragma once
#include "base/arena.h"
#include <stdbool.h>

enum { URL_MAX = 8192 };

/* What `reference` (whole, or relative: RFC 3986, 5.2) means beside `base` (NULL: it must be whole). NULL for
 * anything that is not as above. */
const char *url_join(struct arena *arena, const char *base, const char *reference);

/* The URL with one more name=value in its query; the value is escaped. NULL where that does not make an URL. */
const char *url_add(struct arena *arena, const char *url, const char *name, const char *value);

/* Whether scheme, host and port are the same. */
bool url_same_origin(const char *a, const char *b);

/* Whether its scheme is https. */
bool url_is_https(const char *url);

/* Whether it leads to this machine itself: 127.x.y.z, [::1], localhost. */
bool url_is_loopback(const char *url);

/* Its host, and the port unless it is the scheme's own; "" for what is no URL. */
const char *url_host(struct arena *arena, const char *url);

/* Whether a text can stand in a path as it is: letters, digits, and ._-/:@+ without an empty part, "." or "..". */
bool url_is_path(const char *text);
