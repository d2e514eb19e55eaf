/* proxy.c - see proxy.h */
#include "fetch/proxy.h"
#include "fetch/url.h"
#include <stdlib.h>

void proxy_set(CURL *easy, const struct exchange *exchange)
{
	curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	if (url_is_loopback(exchange->url))
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

bool proxy_refused(CURL *easy, const struct exchange *exchange)
{
	struct task *task = exchange->task;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (status < 300)
		return false;
	fail(task, status == 403 || status == 407 ? FETCH_UNAUTHORIZED : FETCH_UNREACHABLE,
	     url_host(&task->arena, exchange->url), "the proxy does not go there: it answered %ld", status);
	task->failure.transient = status >= 500;
	return true;
}

const char *proxy_hint(const struct exchange *exchange)
{
	static const char *const of_https[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL };
	static const char *const of_http[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };
	const char *const *name = url_is_https(exchange->url) ? of_https : of_http;
	const char *value = NULL;

	for (; *name && !value; name++)
		value = getenv(*name);
	if (!value || !*value || url_is_loopback(exchange->url))
		return "";
	return arena_printf(&exchange->task->arena, "; a proxy is set: %s", name[-1]);
}
