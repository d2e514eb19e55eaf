/* redirect.h - follows redirects, by our own rules and not by curl's. */
#pragma once
#include "fetch/exchange.h"

enum { REDIRECTS_MAX = 10 };

/* Runs the exchange, and those that it is redirected to; `url` is the last one's afterwards. What says who we are
 * (authorization, client certificate) goes to the origin of `home` alone, which the first URL need not have. Refused
 * are: a loop, more than REDIRECTS_MAX, from https to http, anything but http and https, and a redirect
 * that would turn a PUT into a GET. */
bool redirect_run(struct exchange *exchange, const char *home);
