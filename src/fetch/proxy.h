/* proxy.h - proxies are taken from the environment as curl takes them (http_proxy, https_proxy, no_proxy, ALL_PROXY),
 * but not for this machine itself: to the proxy that is another one. */
#pragma once
#include "fetch/exchange.h"
#include <curl/curl.h>

/* Settings for one exchange. What says who we are to the registry is not said to the proxy. */
void proxy_set(CURL *easy, const struct exchange *exchange);

/* After a failure: whether the proxy said no; then it is noted. */
bool proxy_refused(CURL *easy, const struct exchange *exchange);

/* "; a proxy is set: https_proxy", for who finds nobody there; "" without one. */
const char *proxy_hint(const struct exchange *exchange);
