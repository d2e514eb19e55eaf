/* standard.h - standard input, output and error. */
#pragma once

/* Opens /dev/null for each that is closed: the first file that is opened would become it. It is closed again by the
 * exec, so that a container has what its caller had. */
void standard_descriptors_fill(void);
