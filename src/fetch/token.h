/* token.h - tokens that a registry's token server gives for a scope ("Token Authentication Specification" of the
 * Docker registry; OAuth2 with a refresh token). They are kept for each scope and renewed before they end. */
#pragma once
#include "fetch/session.h"

/* The token for a scope, of an endpoint whose realm is known: the one that is kept, or a new one. True with a token;
 * false with a failure. */
bool token_get(struct task *task, struct endpoint *endpoint, const char *scope, const char **ret_value);

/* The one that is kept for this scope is not taken any more. */
void token_forget(struct endpoint *endpoint, const char *scope, const char *value);

/* Asks for a token that gives no rights but says who we are; the refresh token that came with it goes to
 * *ret_identity, "" where none came. */
bool token_login(struct task *task, struct endpoint *endpoint, const char **ret_identity);

/* "Basic …" of the endpoint's user and password. */
const char *token_basic(struct arena *arena, const struct endpoint *endpoint);
