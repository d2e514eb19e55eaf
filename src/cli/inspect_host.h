/* inspect_host.h - what a container was given of this machine, with docker's keys: HostConfig and its neighbours. */
#pragma once
#include "base/json_write.h"
#include "cli/place.h"
#include "spec/spec.h"

/* Members of HostConfig: limits, namespaces, rights, files in memory. */
void inspect_host(struct json_writer *out, struct arena *arena, const struct made *made, const struct spec *spec);

/* Members of the whole: its capabilities, as podman has them, and AppArmorProfile. */
void inspect_rights(struct json_writer *out, const struct spec *spec);

/* GraphDriver: where its layers, and what it has changed, are; and, of one that runs, all of it as it sees it. */
void inspect_layers(struct json_writer *out, const struct place *place, const struct engine_container *container);
