/* stepper.h - how a lane asks whether it may take its next step.
 *
 * Each lane has a SOCK_SEQPACKET pair with who watches over the start (debug/), and its other end is the watcher's.
 * Before a step the lane sends the step's index, 32 bits, and waits for one byte. The end of the
 * connection says that the lane has ended, or has become the program.
 */
#pragma once
#include <stdint.h>

enum stepper_answer {
	STEPPER_GO = 'g',		/* take it */
	STEPPER_SKIP = 's',		/* as if it were not in the plan */
	STEPPER_QUIT = 'q'		/* the start is given up: the step fails with ECANCELED */
};

/* Asks, and waits for the answer, however long it takes. Where nobody is there to answer it is STEPPER_QUIT. A seccomp
 * filter of the container's that lets its process not even write(2) and read(2) cannot be stepped behind: it
 * is STEPPER_GO then. */
enum stepper_answer stepper_ask(int socket, uint32_t index);
