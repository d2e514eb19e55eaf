/* caller.h - signals that reach the runtime while its start is stepped through: they have it given up, so that all is
 * undone. Else they would wait until the user has decided.
 */
#pragma once

/* From here on SIGHUP, SIGINT, SIGQUIT and SIGTERM are written to the pipe, which becomes this part's; where the caller
 * has them ignored, they stay so. */
void caller_hear(int pipe);

/* It is as before. Returns the signal that came last, or 0. */
int caller_end(void);
