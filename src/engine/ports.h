/* ports.h - the ports of a container that others reach at one of this machine's: what the options say, and how they are
 * told. */
#pragma once
#include "base/json.h"
#include "engine/asked.h"
#include "engine/container.h"

/* --publish; with --publish-all all of made->expose as well. What makes no sense is a problem. */
void ports_read(struct arena *arena, const struct run_asked *asked, struct made *made, struct problem *problem);

/* "80/tcp": those of the image (ExposedPorts) and of --expose, each once, ranges as they were given. */
struct texts ports_exposed(struct arena *arena, const struct json *image, const struct run_asked *asked,
			   struct problem *problem);

/* As `docker ps` has it: "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 9000/udp". Ports that follow each other are one
 * range. */
const char *ports_words(struct arena *arena, const struct made_port *port, size_t count, const struct texts *exposed);

/* The addresses of this machine that it is published at, with brackets where it has colons: "0.0.0.0" and "[::]". A
 * NULL ends them. */
const char *const *port_addresses(struct arena *arena, const struct made_port *port);
