/* device.h - network interfaces, by what a socket can be bound to: so no other call is needed for them. */
#pragma once

/* The number of the interface of that name; 0: there is none. */
unsigned device_index(const char *name);

/* Binds the socket to it: it hears nobody else, and nobody else hears it. 0 or -errno. */
int device_bind(int fd, const char *name);
