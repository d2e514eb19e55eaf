/* session.h - what the first message says: where to go, and with whose rights. And what is learned on the way. */
#pragma once
#include "base/json_decode.h"
#include "fetch/loop.h"
#include "fetch/trust.h"

/* How a registry wants to be told who asks: known by the first 401. */
enum login_scheme { LOGIN_UNKNOWN, LOGIN_BASIC, LOGIN_BEARER };

struct token {
	const char *scope;	/* "repository:a/b:pull", several with blanks in between */
	const char *value;	/* NULL: there is none, or no more */
	uint64_t until_ms;	/* CLOCK_MONOTONIC: when another is asked for */
	bool busy;		/* a task asks for it: others wait */
	struct token *next;
};

struct endpoint {
	const char *host;
	bool plain, unverified;
	const char *repository;
	const char *user, *password, *identity_token, *registry_token;
	const char *ca, *certificate, *key;

	size_t index;
	const char *base;		/* "https://host" */
	bool down;			/* it could not be reached, or is not who it should be */
	bool looked_for_plain;		/* whether it has no TLS was asked (endpoints.c) */
	bool no_tls;			/* TLS with it failed, so the same host may be spoken with without */
	enum login_scheme scheme;
	const char *realm, *service;	/* of LOGIN_BEARER */
	struct token *tokens;
};

struct session {
	struct loop loop;
	struct arena arena;
	int socket;
	bool open;
	const char *user_agent;
	struct endpoint *endpoints;
	size_t endpoints_count;
	bool push;
	uint64_t attempts, connect_seconds, silence_seconds, retry_ms;
	struct trust trust;
	uint64_t moved;		/* bytes of blobs, of all exchanges */
};

/* Reads the object of `open` from the descriptor. 0 or -errno; -EBADMSG with a problem. */
int session_open(struct session *session, int fd, struct problem *problem);
