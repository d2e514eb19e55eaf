/* seccomp_default.h - the profile of seccomp that a container has where nobody says anything else. */
#pragma once
#include "base/json_write.h"
#include "host/host.h"

/* Writes it as the member "seccomp", for a process with these capabilities (bit n for number n). */
void seccomp_put_default(struct json_writer *json, enum host_architecture architecture, uint64_t set);
