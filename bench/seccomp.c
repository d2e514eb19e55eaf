/* seccomp.c - what a seccomp profile costs: to compile it, and to load the program.
 *
 *	seccomp PROFILE.json
 *
 * «cold» is the first time in a new process, as every start of a container has it; «warm» the tenth.
 * Loading is measured in a child each time, since a filter cannot be taken off again. Built with glibc
 * and libseccomp, it measures that as well.
 */
#include "base/sys.h"
#include "plan/seccomp.h"
#include "seccomp_profile.h"
#if HAVE_LIBSECCOMP
#include "seccomp_oracle.h"
#endif
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 301, WARM = 10 };

struct result { double cold, warm, load; size_t count; };

static double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(double *times)
{
	qsort(times, RUNS, sizeof(*times), compare);
	return times[RUNS / 2];
}

static bool compile(struct arena *arena, const struct seccomp *seccomp, struct bpf_program *ret_program)
{
	struct problem problem = { 0 };

#if defined(__x86_64__)
	seccomp_compile(arena, seccomp, ARCH_X86_64, ret_program, &problem);
#else
	seccomp_compile(arena, seccomp, ARCH_AARCH64, ret_program, &problem);
#endif
	return !problem.found;
}

#if HAVE_LIBSECCOMP
static bool compile_there(struct arena *arena, const struct seccomp *seccomp,
			  struct bpf_program *ret_program)
{
	return seccomp_oracle(arena, seccomp, ARCH_X86_64, ret_program);
}
#endif

typedef bool compiler(struct arena *arena, const struct seccomp *seccomp,
		      struct bpf_program *ret_program);

/* In a child: compiles, and loads what was made. */
static void measure_once(compiler *compile_with, const struct seccomp *seccomp, struct result *ret)
{
	static char memory[1 << 20];
	struct arena arena;
	struct bpf_program program;
	struct sock_fprog load;
	double began, ended = 0;

	for (int i = 0; i < WARM; i++) {
		arena_init(&arena, i ? NULL : memory, i ? 0 : sizeof(memory));
		began = now_us();
		if (!compile_with(&arena, seccomp, &program))
			_exit(1);
		ended = now_us();
		if (i == 0)
			ret->cold = ended - began;
	}
	ret->warm = ended - began;
	ret->count = program.count;
	load = (struct sock_fprog){ (unsigned short)program.count,
				    (struct sock_filter *)(uintptr_t)program.at };
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	began = now_us();
	if (SYS_3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &load))
		_exit(1);
	ret->load = now_us() - began;
	_exit(0);
}

static void measure(const char *name, compiler *compile_with, const struct seccomp *seccomp,
		    struct result *shared)
{
	static double cold[RUNS], warm[RUNS], load[RUNS];

	for (int i = 0; i < RUNS; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			measure_once(compile_with, seccomp, shared);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
			fprintf(stderr, "%s: failed\n", name);
			exit(1);
		}
		cold[i] = shared->cold;
		warm[i] = shared->warm;
		load[i] = shared->load;
	}
	printf("%-12s compile %8.1f us cold %8.1f us warm, load %6.1f us, %4zu instructions\n", name,
	       median(cold), median(warm), median(load), shared->count);
}

int main(int argc, char **argv)
{
	struct result *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct arena arena;
	struct seccomp seccomp;

	if (argc != 2 || shared == MAP_FAILED) {
		fprintf(stderr, "usage: seccomp PROFILE.json\n");
		return 2;
	}
	arena_init(&arena, NULL, 0);
	seccomp = seccomp_profile_read(&arena, argv[1]);
	measure("taru", compile, &seccomp, shared);
#if HAVE_LIBSECCOMP
	measure("libseccomp", compile_there, &seccomp, shared);
#endif
	return 0;
}
