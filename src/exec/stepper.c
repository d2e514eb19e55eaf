/* stepper.c - see stepper.h */
#include "exec/stepper.h"
#include "base/sys.h"
#include <errno.h>

static enum stepper_answer without_answer(ssize_t result)
{
	return result == -EPERM || result == -EACCES || result == -ENOSYS ? STEPPER_GO : STEPPER_QUIT;
}

enum stepper_answer stepper_ask(int socket, uint32_t index)
{
	unsigned char byte = STEPPER_QUIT;
	ssize_t result;

	do
		result = sys_write(socket, &index, sizeof(index));
	while (result == -EINTR);
	if (result != sizeof(index))
		return without_answer(result);
	do
		result = sys_read(socket, &byte, 1);
	while (result == -EINTR);
	if (result != 1)
		return without_answer(result);
	return byte == STEPPER_GO || byte == STEPPER_SKIP ? (enum stepper_answer)byte : STEPPER_QUIT;
}
