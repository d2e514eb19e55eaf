/* confine.h - gives up all that this program has no use for, before it says the first word to anybody.
 *
 * What a registry sends is read by curl, OpenSSL and nghttp2, which are large. Who gets hold of one of them shall
 * find a process that is nobody, has no capability, can start no program and write to no file but those that it was
 * given.
 */
#pragma once

/* 0 or -errno, and *ret_what: what could not be given up. Nothing may be done after a failure. */
int confine(const char **ret_what);

/* The system calls that are never made are refused from here on (filter.c). 0 or -errno. */
int confine_calls(void);

/* Of who talks to nobody: all is refused but what it takes to answer on the socket that is there. 0 or -errno. */
int confine_alone(void);
