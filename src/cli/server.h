/* server.h - a registry as the verbs are given it, without an image. */
#pragma once
#include "cli/globals.h"
#include "image/reference.h"

struct server {
	const char *key;		/* what its password is kept under: "docker.io", "host:5000", "host/team" */
	struct reference reference;	/* `domain` is the host; `path` is "team", or "" */
};

/* Reads "host.example:5000", "host/team", or a URL such as docker's "https://index.docker.io/v1/", of which only the
 * host counts; NULL is docker.io. False after a problem. */
bool server_read(struct arena *arena, const char *given, struct server *ret_server, struct problem *problem);
