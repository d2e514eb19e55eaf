/* main.c - see monitor.h */
#include "monitor/monitor.h"
#include "base/clock.h"
#include "base/sys.h"
#include "wire/health.h"
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_SIGNALS, AT_PIDFD, AT_SOCKET, AT_INPUT, AT_SOURCE, AT_CLIENTS = AT_SOURCE + SOURCES,
       ALL_FDS = AT_CLIENTS + CLIENTS_MAX };

struct health {
	uint64_t began_ms;
	uint64_t due_ms;		/* when the next check is; UINT64_MAX: never */
	pid_t check;			/* that is being done; 0: none */
	bool startup;			/* the startup check has not passed, as far as is known */
};

static uint64_t caller_mask;

/* --- taru --- */

/* Becomes taru, with further words for it. */
static int become_taru(const struct orders *orders, char *const *more)
{
	enum { WORDS = 64 };
	char *words[WORDS];
	size_t count = 0;

	for (char **word = orders->words; *word && count < WORDS - 1; word++)
		words[count++] = *word;
	for (; *more && count < WORDS - 1; more++)
		words[count++] = *more;
	words[count] = NULL;
	sys_sigprocmask(SIG_SETMASK, &caller_mask, NULL);
	return sys_execveat(orders->program, "", words, environ, AT_EMPTY_PATH);
}

static char *word(const char *text)
{
	return (char *)(uintptr_t)text;
}

static int left_ms(uint64_t due_ms, uint64_t now_ms)
{
	return (int)(due_ms - now_ms < INT32_MAX ? due_ms - now_ms : INT32_MAX);
}

/* --- health checks --- */

static uint64_t next_check(const struct orders *orders, const struct health *health)
{
	const uint64_t now = clock_ms();
	const bool startup = health->startup && orders->health_startup_ms;
	const bool fast = orders->health_fast_ms && now < health->began_ms + orders->health_fast_for_ms;

	if (!orders->health_ms)
		return UINT64_MAX;
	return now + (startup ? orders->health_startup_ms : fast ? orders->health_fast_ms : orders->health_ms);
}

static void begin_check(const struct orders *orders, struct health *health)
{
	char *const words[] = { word("healthcheck"), word("run"), word("--scheduled"), word(orders->id), NULL };
	pid_t pid = sys_fork();

	if (pid == 0) {
		sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		sys_close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
		become_taru(orders, words);
		sys_exit(1);
	}
	health->check = pid > 0 ? pid : 0;
	health->due_ms = pid > 0 ? UINT64_MAX : next_check(orders, health);
}

static int look_at_health(const struct orders *orders, struct health *health)
{
	uint64_t now;

	if (health->due_ms == UINT64_MAX)
		return -1;
	now = clock_ms();
	if (now < health->due_ms)
		return left_ms(health->due_ms, now);
	begin_check(orders, health);
	return -1;
}

/* --- the time that it may run --- */

struct limit {
	uint64_t due_ms;		/* UINT64_MAX: never */
	bool over;			/* it was, and the container was killed */
};

/* One that is paused by a cgroup of v1 ends only when it goes on. A cgroup of v2 does not take the word, and needs
 * none: in it SIGKILL ends what is frozen too. */
static void thaw(const char *freezer)
{
	static const char goes_on[] = "THAWED";
	const int fd = freezer ? sys_openat(AT_FDCWD, freezer, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0) : -1;

	if (fd < 0)
		return;
	sys_write(fd, goes_on, sizeof(goes_on) - 1);
	sys_close(fd);
}

static int look_at_limit(const struct orders *orders, struct limit *limit)
{
	const uint64_t now = clock_ms();

	if (limit->due_ms == UINT64_MAX)
		return -1;
	if (now < limit->due_ms)
		return left_ms(limit->due_ms, now);
	if (orders->pidfd >= 0)
		sys_pidfd_send_signal(orders->pidfd, SIGKILL);
	else
		sys_kill(orders->process, SIGKILL);
	thaw(orders->freezer);
	*limit = (struct limit){ UINT64_MAX, true };
	return -1;
}

/* --- signals --- */

/* Whether the container has ended, and how. What it has left alone is a child of this process too. */
static bool reap(const struct orders *orders, struct health *health, int *ret_status)
{
	bool ended = false;
	pid_t pid;
	int status;

	while ((pid = sys_wait4(-1, &status, WNOHANG)) > 0) {
		if (pid == orders->process) {
			*ret_status = status;
			ended = true;
		}
		if (pid == health->check) {
			health->check = 0;
			/* One that could not be done says nothing of it. */
			if (status == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == HEALTH_STILL_STARTING))
				health->startup = status;
			health->due_ms = next_check(orders, health);
		}
	}
	return ended;
}

/* Who ends this process means the container. */
static bool take_signals(int signals, const struct orders *orders, struct health *health, int *ret_status)
{
	struct signalfd_siginfo info;
	bool ended = false;

	while (sys_read(signals, &info, sizeof(info)) == sizeof(info))
		switch ((int)info.ssi_signo) {
		case SIGCHLD:
			ended |= reap(orders, health, ret_status);
			break;
		case SIGTERM:
		case SIGINT:
		case SIGQUIT:
			if (!ended)
				sys_kill(orders->process, (int)info.ssi_signo);
			break;
		}
	return ended;
}

/* --- what it writes --- */

/* Returns false where there is nothing (more) to read at the moment. */
static bool read_source(struct monitor *monitor, size_t index)
{
	struct source *source = &monitor->source[index];
	ssize_t count = sys_read(source->fd, source->chunk.bytes, sizeof(source->chunk.bytes));

	if (count == -EAGAIN || count == -EINTR)
		return false;
	if (count <= 0) {
		/* A terminal says so when nobody has it open. */
		sys_close(source->fd);
		source->fd = -1;
		return false;
	}
	source->length = (size_t)count;
	source->chunk.kind = (char)source->kind;
	log_add(&monitor->log, source->stream, source->chunk.bytes, source->length);
	clients_send(monitor, index);
	return true;
}

/* Those who have not taken yet what was read. */
static void wait_for_clients(struct monitor *monitor)
{
	static struct pollfd fds[CLIENTS_MAX];
	const int timeout_ms = clients_look(monitor);

	clients_prepare(monitor, fds);
	sys_ppoll(fds, CLIENTS_MAX, &(struct timespec){ timeout_ms / 1000, timeout_ms % 1000 * 1000000L });
	clients_work(monitor, fds);
}

/* What was written before the end is in the kernel's buffers; who holds the pipe open for longer is not waited for. */
static void read_last_words(struct monitor *monitor, size_t index)
{
	static const size_t most = (size_t)4 << 20;
	size_t count = 0;

	while (monitor->source[index].fd >= 0 && count < most) {
		while (!clients_took(monitor, index))
			wait_for_clients(monitor);
		if (!read_source(monitor, index))
			break;
		count += monitor->source[index].length;
	}
	while (!clients_took(monitor, index))
		wait_for_clients(monitor);
}

/* --- those who attach --- */

static bool may_attach(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

/* False where nobody waits for it. */
static bool take_client(struct monitor *monitor)
{
	int fd = accept4(monitor->orders->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return false;
	if (may_attach(fd))
		clients_add(monitor, fd, false);
	else
		sys_close(fd);
	return true;
}

/* --- the loop --- */

static void prepare(const struct monitor *monitor, struct pollfd fds[ALL_FDS], int signals)
{
	const bool typed = monitor->input_begin < monitor->input_end;

	fds[AT_SIGNALS] = (struct pollfd){ signals, POLLIN, 0 };
	fds[AT_PIDFD] = (struct pollfd){ monitor->orders->pidfd, POLLIN, 0 };
	fds[AT_SOCKET] = (struct pollfd){ monitor->orders->socket, POLLIN, 0 };
	fds[AT_INPUT] = (struct pollfd){ typed ? monitor->input : -1, POLLOUT, 0 };
	for (size_t i = 0; i < SOURCES; i++)
		fds[AT_SOURCE + i] = (struct pollfd){
			clients_took(monitor, i) ? monitor->source[i].fd : -1, POLLIN, 0
		};
	clients_prepare(monitor, fds + AT_CLIENTS);
}

static void work(struct monitor *monitor, const struct pollfd fds[ALL_FDS])
{
	if (fds[AT_SOCKET].revents)
		take_client(monitor);
	if (fds[AT_INPUT].revents)
		input_move(monitor);
	for (size_t i = 0; i < SOURCES; i++)
		if (fds[AT_SOURCE + i].revents)
			read_source(monitor, i);
	clients_work(monitor, fds + AT_CLIENTS);
	log_flush(&monitor->log);
}

static int sooner(int one, int other)
{
	return one < 0 ? other : other < 0 || one < other ? one : other;
}

/* A wait status; that of who was killed because its time was over is 255, as podman has it. */
enum { UNKNOWN = -1, TIME_OVER = 255 << 8 };

/* As long as nobody has reaped it, /proc knows: the last field of proc_pid_stat(5). */
static int zombie_status(pid_t pid)
{
	char path[32], text[1024];
	ssize_t length;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	if (fd < 0)
		return UNKNOWN;
	length = sys_read(fd, text, sizeof(text) - 1);
	sys_close(fd);
	text[length < 0 ? 0 : length] = '\0';
	/* The state stands behind the name, which may be anything. */
	if (!strrchr(text, ')') || strncmp(strrchr(text, ')'), ") Z ", 4) != 0)
		return UNKNOWN;
	return (int)strtol(strrchr(text, ' '), NULL, 10);
}

/* How a process has ended that is no child of ours: its wait status, or UNKNOWN. */
static int foreign_status(pid_t pid, int pidfd)
{
	/* As Linux 6.15 has it, where the headers do not. */
	static const uint64_t wants_exit = 1 << 3;
	enum { TRIES = 200, LOOK_MS = 5 };
	struct { uint64_t mask, cgroup; uint32_t ids[11]; int32_t status; } info;
	const unsigned long get_info = _IOWR(0xff, 11, info);
	const int status = zombie_status(pid);

	if (status != UNKNOWN)
		return status;
	/* Then it was reaped, by init. */
	for (int i = 0; i < TRIES; i++) {
		info.mask = wants_exit;
		if (sys_ioctl(pidfd, get_info, &info))
			break;
		if (info.mask & wants_exit)
			return info.status;
		clock_sleep_ms(LOOK_MS);
	}
	return UNKNOWN;
}

static int stay(struct monitor *monitor, int signals)
{
	const struct orders *orders = monitor->orders;
	struct health health = { .began_ms = clock_ms(), .startup = true };
	struct limit limit = { orders->timeout_ms ? clock_ms() + orders->timeout_ms : UINT64_MAX, false };
	static struct pollfd fds[ALL_FDS];
	int status = 0;
	/* It may have ended before this program began. */
	bool ended = reap(orders, &health, &status);

	health.due_ms = next_check(orders, &health);
	while (!ended) {
		int timeout_ms = sooner(look_at_limit(orders, &limit),
					sooner(clients_look(monitor), look_at_health(orders, &health)));
		struct timespec time = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };

		prepare(monitor, fds, signals);
		if (sys_ppoll(fds, ALL_FDS, timeout_ms < 0 ? NULL : &time) <= 0)
			continue;
		work(monitor, fds);
		if (fds[AT_SIGNALS].revents)
			ended = take_signals(signals, orders, &health, &status);
		if (fds[AT_PIDFD].revents) {
			ended = true;
			status = foreign_status(orders->process, orders->pidfd);
		}
	}
	if (health.check > 0)
		sys_kill(health.check, SIGKILL);
	monitor->time_over = limit.over && (status == UNKNOWN || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
	return monitor->time_over ? TIME_OVER : status;
}

/* --- the begin and the end --- */

static void not_blocking(int fd)
{
	if (fd >= 0)
		sys_fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
}

static enum log_driver driver_of(const char *word)
{
	static const char *const names[] = { [LOG_JSON] = "json-file", [LOG_K8S] = "k8s-file",
					     [LOG_JOURNAL] = "journald", [LOG_NONE] = "none" };

	for (int i = 0; i < LOG_NONE; i++)
		if (!strcmp(word, names[i]))
			return (enum log_driver)i;
	return LOG_NONE;
}

/* With the other side of the terminal held open here too, a container that closes it for a while does not hang it
 * up. */
static int open_slave(int master)
{
	return sys_ioctl(master, TIOCGPTPEER, (const void *)(long)(O_RDWR | O_NOCTTY | O_CLOEXEC));
}

static void begin(struct monitor *monitor, const struct orders *orders)
{
	monitor->orders = orders;
	monitor->log = (struct log){ .driver = driver_of(orders->log), .folder = orders->folder, .id = orders->id,
				     .name = orders->name, .size_max = orders->log_size,
				     .files_max = orders->log_files };
	monitor->source[0] = (struct source){ .fd = orders->out, .kind = ATTACH_OUTPUT, .stream = LOG_STDOUT };
	monitor->source[1] = (struct source){ .fd = orders->err, .kind = ATTACH_ERROR, .stream = LOG_STDERR };
	monitor->input = orders->terminal ? orders->out : orders->in;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		monitor->client[i].fd = -1;
	log_open(&monitor->log);
	not_blocking(orders->out);
	not_blocking(orders->err);
	not_blocking(orders->in);
	if (orders->terminal)
		open_slave(orders->out);
	if (orders->client >= 0)
		clients_add(monitor, orders->client, true);
}

static void keep_open(int fd)
{
	sys_fcntl(fd, F_SETFD, 0);
}

/* The descriptors of those who are still to be told, as words: "7,9". */
static void list_clients(const struct monitor *monitor, char *to, size_t room)
{
	size_t length = 0;

	to[0] = '\0';
	for (size_t i = 0; i < CLIENTS_MAX && length + 12 < room; i++) {
		int fd = monitor->client[i].fd;

		if (fd < 0)
			continue;
		keep_open(fd);
		length += (size_t)snprintf(to + length, room - length, length ? ",%d" : "%d", fd);
	}
}

static int end(struct monitor *monitor, int status)
{
	static char clients[CLIENTS_MAX * 12], how[16], keeper[16], lost[24];
	char *words[] = { word("container"), word("cleanup"), word("--keeper"), keeper, word("--clients"), clients,
			  word("--log-lost"), lost, word(monitor->orders->id), word("--status"), how, word("--by"),
			  word("exit"), NULL };
	enum { AT_STATUS = 9, AT_BY = 12 };

	/* Who has come at the last moment is told too. */
	while (take_client(monitor))
		;
	for (size_t i = 0; i < SOURCES; i++)
		read_last_words(monitor, i);
	clients_end(monitor);
	log_close(&monitor->log);
	sys_close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	list_clients(monitor, clients, sizeof(clients));
	keep_open(monitor->orders->keeper);
	(void)snprintf(keeper, sizeof(keeper), "%d", monitor->orders->keeper);
	(void)snprintf(lost, sizeof(lost), "%llu", (unsigned long long)monitor->log.lost_ever);
	if (status == UNKNOWN)
		words[AT_STATUS] = NULL;
	else if (monitor->time_over)
		words[AT_BY] = word("time");
	else if (WIFSIGNALED(status))
		words[AT_BY] = word("signal");
	(void)snprintf(how, sizeof(how), "%d",
		       WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	return become_taru(monitor->orders, words);
}

int main(int argc, char **argv)
{
	static struct monitor monitor;
	static struct orders orders;
	const uint64_t all = ~0ULL;
	int signals;
	sigset_t every;

	if (argc < 1 || !orders_read(argv + 1, &orders))
		return 2;
	/* Who ignores it has no children to wait for. */
	signal(SIGCHLD, SIG_DFL);
	sys_sigprocmask(SIG_SETMASK, &all, &caller_mask);
	sigfillset(&every);
	signals = signalfd(-1, &every, SFD_CLOEXEC | SFD_NONBLOCK);
	sys_prctl(PR_SET_NAME, (unsigned long)"taru-monitor", 0, 0, 0);
	begin(&monitor, &orders);
	end(&monitor, stay(&monitor, signals));
	return 1;
}
