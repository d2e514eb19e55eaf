/* port.h - how a test machine talks with the host that started it (machine.py).
 *
 * All that is said between the host and here passes one virtio port, as frames: a letter, the length as
 * four bytes (little endian), the bytes. One port keeps the order: the status comes after the output.
 *
 *	host	T  the time, seconds.nanoseconds	guest	R  ready for the frames of the host
 *		P  a setting: tree=PATH disk systemd		L  a line of the log
 *		C  the command, a shell script			O  E  output, errors of the command
 *								S  the command starts now
 *								X  its status: the end
 *								F  no machine can be made, and why: the end
 */
#ifndef TARU_VM_PORT_H
#define TARU_VM_PORT_H

#include <stdint.h>

#define FRAME_MAX 32768

/* From here on frames go through this descriptor, which does not block. */
void port_use(int fd);

void port_send(char kind, const void *bytes, uint32_t length);

/* The bytes of the next frame, with a NUL behind them; from malloc. */
char *port_receive(char *ret_kind, uint32_t *ret_length);

/* Says something in the host's log. */
__attribute__((format(printf, 1, 2)))
void say(const char *format, ...);

/* Says why there can be no machine, and ends it. */
__attribute__((noreturn, format(printf, 1, 2)))
void fail(const char *format, ...);

/* After the last frame: the host ends the machine as soon as it has read it. */
__attribute__((noreturn))
void port_end(void);

#endif
