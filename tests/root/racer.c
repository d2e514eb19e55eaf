/* racer.c - swaps two names for ever, as fast as the kernel can: racer A B
 *
 * One moment A is a directory, the next it is a symbolic link to somewhere else. A program that
 * checks a path and then uses it by name will, sooner or later, use what it did not check.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <signal.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE)) {
			perror("renameat2");
			return 1;
		}
}
