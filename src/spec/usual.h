/* usual.h - what a container has where nobody says anything else: Docker's rights, and what it hides of the kernel. */
#pragma once
#include <stdint.h>

/* The capabilities that Docker gives a container (moby, oci/caps/defaults.go): bit n for number n. */
uint64_t capability_usual(void);

/* What is hidden in a container, and what of the rest may not be changed; each ends in a NULL. */
extern const char *const usual_masked_paths[], *const usual_readonly_paths[];
