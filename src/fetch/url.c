/* url.c - see url.h */
#include "fetch/url.h"
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

static void url_clean_up(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void text_clean_up(char **text)
{
	curl_free(*text);
}

#define url_closes __attribute__((cleanup(url_clean_up)))
#define text_frees __attribute__((cleanup(text_clean_up)))

enum { FLAGS = CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME };

static bool is_ours(CURLU *url)
{
	text_frees char *scheme = NULL, *host = NULL;

	return !curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) && !curl_url_get(url, CURLUPART_HOST, &host, 0) &&
	       (!strcasecmp(scheme, "https") || !strcasecmp(scheme, "http")) && *host;
}

/* The text of it, without its fragment. */
static const char *write_url(struct arena *arena, CURLU *url)
{
	text_frees char *text = NULL;

	curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	if (!is_ours(url) || curl_url_get(url, CURLUPART_URL, &text, 0) || strlen(text) > URL_MAX)
		return NULL;
	return arena_copy(arena, text, strlen(text));
}

/* curl takes "https:/x" and "https:///x" for "https://x"; others don't. */
static bool names_host_well(const char *reference)
{
	const char *colon = strchr(reference, ':');
	bool scheme = colon && (!strncasecmp(reference, "http:", 5) || !strncasecmp(reference, "https:", 6));

	if (scheme)
		reference = colon + 1;
	if (strncmp(reference, "//", 2))
		return !scheme;
	return reference[2] && !strchr("/\\", reference[2]);
}

const char *url_join(struct arena *arena, const char *base, const char *reference)
{
	url_closes CURLU *url = curl_url();

	if (!url || strlen(reference) > URL_MAX || !names_host_well(reference))
		return NULL;
	if (base && curl_url_set(url, CURLUPART_URL, base, FLAGS))
		return NULL;
	/* Without a base, what has no scheme is refused, and not guessed at. */
	if (curl_url_set(url, CURLUPART_URL, reference, FLAGS))
		return NULL;
	return write_url(arena, url);
}

const char *url_add(struct arena *arena, const char *text, const char *name, const char *value)
{
	url_closes CURLU *url = curl_url();
	const char *pair = arena_printf(arena, "%s=%s", name, value);

	if (!url || curl_url_set(url, CURLUPART_URL, text, FLAGS) ||
	    curl_url_set(url, CURLUPART_QUERY, pair, CURLU_APPENDQUERY | CURLU_URLENCODE))
		return NULL;
	return write_url(arena, url);
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part)
{
	text_frees char *of_a = NULL, *of_b = NULL;

	return !curl_url_get(a, part, &of_a, CURLU_DEFAULT_PORT) && !curl_url_get(b, part, &of_b, CURLU_DEFAULT_PORT) &&
	       !strcasecmp(of_a, of_b);
}

bool url_same_origin(const char *a, const char *b)
{
	url_closes CURLU *of_a = curl_url(), *of_b = curl_url();

	return of_a && of_b && !curl_url_set(of_a, CURLUPART_URL, a, FLAGS) &&
	       !curl_url_set(of_b, CURLUPART_URL, b, FLAGS) && same_part(of_a, of_b, CURLUPART_SCHEME) &&
	       same_part(of_a, of_b, CURLUPART_HOST) && same_part(of_a, of_b, CURLUPART_PORT);
}

bool url_is_https(const char *text)
{
	return !strncasecmp(text, "https://", 8);
}

bool url_is_loopback(const char *text)
{
	url_closes CURLU *url = curl_url();
	text_frees char *host = NULL;

	if (!url || curl_url_set(url, CURLUPART_URL, text, FLAGS) || curl_url_get(url, CURLUPART_HOST, &host, 0))
		return false;
	return !strcasecmp(host, "localhost") || !strcmp(host, "[::1]") ||
	       (!strncmp(host, "127.", 4) && strspn(host, "0123456789.") == strlen(host));
}

const char *url_host(struct arena *arena, const char *text)
{
	url_closes CURLU *url = curl_url();
	text_frees char *host = NULL, *port = NULL;

	if (!url || curl_url_set(url, CURLUPART_URL, text, FLAGS) || curl_url_get(url, CURLUPART_HOST, &host, 0))
		return "";
	if (curl_url_get(url, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT))
		return arena_copy(arena, host, strlen(host));
	return arena_printf(arena, "%s:%s", host, port);
}

bool url_is_path(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@+";
	size_t part;

	if (strspn(text, plain) != strlen(text))
		return false;
	for (;; text += part + 1) {
		part = strcspn(text, "/");
		if (part == 0 || (part == 1 && *text == '.') || (part == 2 && !strncmp(text, "..", 2)))
			return false;
		if (!text[part])
			return true;
	}
}
