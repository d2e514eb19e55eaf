/* auth.h - how an endpoint is told who we are: not before it asks, and as it asks. */
#pragma once
#include "fetch/call.h"

/* Sets the authorization of a call by what is known of its endpoint; a token is asked for where it takes one. False
 * with a failure. */
bool auth_prepare(struct call *call);

/* After a 401: learns from it. False where nothing is left to try; then the answer stands, unless a failure is
 * noted. */
bool auth_learn(struct call *call);
