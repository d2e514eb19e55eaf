/* reason.h - why a file of the host could not be opened, read or made, in words.
 *
 * Engines look for some phrases of errno in a message and then say that the container's command is missing
 * or may not be run, so what is about anything else must not have them.
 */
#pragma once

/* `error` is -errno. */
const char *reason_words(int error);
