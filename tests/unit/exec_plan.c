/* exec_plan.c - see exec_plan.h. */
#include "exec_plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
/* cmocka.h wants the ones above. */
#include <cmocka.h>

struct exec_plan test;

unsigned add(struct step step)
{
	assert_true(test.plan.count < STEPS);
	test.step[test.plan.count++] = step;
	return (unsigned)test.plan.count;
}

int setup(void **state)
{
	size_t size = sizeof(struct tape) + STEPS * sizeof(struct mark);

	memset(&test, 0, sizeof(test));
	test.plan.step = test.step;
	test.plan.slots = SLOTS;
	test.tape = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(test.tape, MAP_FAILED);
	for (int i = 0; i < SLOTS; i++)
		test.slot[i] = -1;
	test.run = (struct run){ .plan = &test.plan, .tape = test.tape, .slot = test.slot,
				 .lane_socket = -1 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, test.run.socket), 0);
	strcpy(test.root, "/tmp/taru-test-XXXXXX");
	assert_non_null(mkdtemp(test.root));
	test.slot[SLOT_ROOTFS] = open(test.root, O_PATH | O_CLOEXEC);
	umask(022);
	return 0;
}

int teardown(void **state)
{
	char command[128];

	for (int i = 0; i < SLOTS; i++)
		if (test.slot[i] >= 0)
			close(test.slot[i]);
	for (int i = 0; i < LANES; i++)
		if (test.run.socket[i] >= 0)
			close(test.run.socket[i]);
	munmap(test.tape, sizeof(struct tape) + STEPS * sizeof(struct mark));
	snprintf(command, sizeof(command), "rm -rf '%s'", test.root);
	return system(command);
}

int run_plan(int *ret_status)
{
	int error = exec_lane(&test.run, LANE_RUNTIME);

	*ret_status = -1;
	if (test.run.child > 0)
		assert_int_equal(waitpid(test.run.child, ret_status, 0), test.run.child);
	return error;
}

int error_of(unsigned step)
{
	return test.tape->mark[step - 1].error;
}

bool was_taken(unsigned step)
{
	return test.tape->mark[step - 1].began != 0;
}

const char *below(const char *path)
{
	static char whole[2][4200];
	static unsigned turn;

	turn ^= 1;
	snprintf(whole[turn], sizeof(whole[turn]), "%s%s", test.root, path);
	return whole[turn];
}

mode_t mode_of(const char *path)
{
	struct stat stat;

	return lstat(below(path), &stat) == 0 ? stat.st_mode : 0;
}

void write_text(const char *path, const char *text)
{
	FILE *file = fopen(below(path), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}
