/* keep.c - a container gets a monitor: see keep.h. */
#include "engine/keep.h"
#include "base/fd.h"
#include "engine/exec.h"
#include "engine/log.h"
#include "engine/parts.h"
#include "image/helper.h"
#include "spec/reason.h"
#include "wire/attach.h"
#include <errno.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

bool engine_wants_monitor(const struct prepared *prepared)
{
	const struct upkeep *upkeep = &prepared->made.upkeep;

	return prepared->bundle.spec.process.terminal || upkeep->restart != RESTART_NO || upkeep->health.test.count ||
	       strcmp(upkeep->log_driver, "passthrough") != 0;
}

/* --- its standard streams --- */

/* One end of each is the container's, the other the monitor's. */
struct streams { int in, out, err, terminal; };

/* Makes a pipe of which the container has the end `mine` as descriptor `number`; returns the other end. */
static int make_pipe(int number, int mine)
{
	int ends[2];
	int error = sys_pipe2(ends, O_CLOEXEC), kept;

	if (error)
		return error;
	/* Out of the way of 0 to 2. */
	kept = sys_fcntl(ends[!mine], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = dup2(ends[mine], number) < 0 ? -errno : 0;
	for (int i = 0; i < 2; i++)
		if (ends[i] > STDERR_FILENO)
			sys_close(ends[i]);
	return error ? error : kept;
}

static int open_nothing(int number)
{
	int fd = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0), error;

	if (fd < 0)
		return fd;
	error = dup2(fd, number) < 0 ? -errno : 0;
	if (fd > STDERR_FILENO)
		sys_close(fd);
	return error;
}

/* The container inherits descriptors 0 to 2 of this process; one with a terminal has that instead. */
static int make_streams(const struct prepared *prepared, struct streams *ret_streams)
{
	const bool terminal = prepared->bundle.spec.process.terminal;
	int error = 0;

	*ret_streams = (struct streams){ -1, -1, -1, -1 };
	for (int fd = 0; fd <= STDERR_FILENO && !error; fd++)
		error = open_nothing(fd);
	if (terminal || error)
		return error;
	if (prepared->made.upkeep.interactive)
		ret_streams->in = make_pipe(STDIN_FILENO, 0);
	ret_streams->out = make_pipe(STDOUT_FILENO, 1);
	ret_streams->err = make_pipe(STDERR_FILENO, 1);
	error = prepared->made.upkeep.interactive && ret_streams->in < 0 ? ret_streams->in : ret_streams->out;
	return error < 0 ? error : ret_streams->err < 0 ? ret_streams->err : 0;
}

/* --- the socket --- */

/* By way of the folder's descriptor, since the path may be longer than an address can be (108 bytes, unix(7)). */
static int listen_at(const struct engine *engine, const char *id)
{
	enum { WAITING = 64 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	closes int folder = sys_openat(AT_FDCWD, arena_printf(engine->arena, "%s/%s", engine->run, id),
				       O_PATH | O_DIRECTORY, 0);
	closes int fd = folder < 0 ? folder : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const char *path = arena_printf(engine->arena, "/proc/self/fd/%d/" ATTACH_SOCKET, folder);

	if (fd < 0)
		return folder < 0 ? folder : -errno;
	memcpy(address.sun_path, path, strlen(path));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, WAITING))
		return -errno;
	return take_fd(&fd);
}

/* --- becoming the monitor --- */

struct becoming {
	struct engine *engine;
	struct prepared *prepared;
	const struct keep_asked *asked;
	struct streams streams;
	struct detached detached;
	int keeper, client;
	struct restarts restarts;
};

enum { ORDERS_MAX = 32 };

struct orders { char *at[ORDERS_MAX]; size_t count; };

static void order(const struct becoming *becoming, struct orders *orders, const char *key, const char *value)
{
	orders->at[orders->count++] = arena_printf(becoming->engine->arena, "%s=%s", key, value);
}

static void order_number(const struct becoming *becoming, struct orders *orders, const char *key, uint64_t value)
{
	order(becoming, orders, key, arena_printf(becoming->engine->arena, "%llu", (unsigned long long)value));
}

/* It stays open across the execve. */
static void order_fd(const struct becoming *becoming, struct orders *orders, const char *key, int fd)
{
	if (fd < 0)
		return;
	sys_fcntl(fd, F_SETFD, 0);
	order_number(becoming, orders, key, (uint64_t)fd);
}

static void order_log(const struct becoming *becoming, struct orders *orders)
{
	const struct upkeep *upkeep = &becoming->prepared->made.upkeep;
	struct log_limits limits;

	engine_log_limits(upkeep, &limits);
	order(becoming, orders, "log", upkeep->log_driver);
	order_number(becoming, orders, "log-size", limits.size);
	order_number(becoming, orders, "log-files", limits.files);
}

static void order_health(const struct becoming *becoming, struct orders *orders)
{
	enum { NS_IN_MS = 1000000 };
	const struct health_check *health = &becoming->prepared->made.upkeep.health;

	if (!health->test.count)
		return;
	order_number(becoming, orders, "health-ms", health->interval / NS_IN_MS);
	order_number(becoming, orders, "health-fast-ms", health->start_interval / NS_IN_MS);
	order_number(becoming, orders, "health-fast-for-ms", health->start_period / NS_IN_MS);
}

/* How this program is called once more: where things are is told, whatever the environment says by then. */
static void order_words(const struct becoming *becoming, struct orders *orders)
{
	const struct engine *engine = becoming->engine;
	const char *const words[] = { "--", "taru", "--root", engine->store->root, "--run-root", engine->run };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		orders->at[orders->count++] = (char *)(uintptr_t)words[i];
}

/* What it may need of the environment when it is taru again; the rest only takes memory. */
static char **few_words(struct arena *arena)
{
	static const char *const names[] = { "PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "TARU_LIBEXEC",
					     "DBUS_SESSION_BUS_ADDRESS" };
	enum { WORDS = sizeof(names) / sizeof(names[0]) };
	char **env = ARENA_ARRAY(arena, WORDS + 1, char *);
	size_t count = 0;

	for (size_t i = 0; i < WORDS; i++)
		if (getenv(names[i]))
			env[count++] = arena_printf(arena, "%s=%s", names[i], getenv(names[i]));
	return env;
}

static void make_orders(const struct becoming *becoming, int program, int socket, struct orders *orders)
{
	const struct made *made = &becoming->prepared->made;
	const bool terminal = becoming->detached.terminal >= 0;

	orders->at[orders->count++] = (char *)(uintptr_t)"taru-monitor";
	order(becoming, orders, "id", made->id);
	order(becoming, orders, "name", made->name);
	order_number(becoming, orders, "process", (uint64_t)becoming->detached.process);
	order_fd(becoming, orders, "out", terminal ? becoming->detached.terminal : becoming->streams.out);
	order_fd(becoming, orders, "err", becoming->streams.err);
	order_fd(becoming, orders, "in", becoming->streams.in);
	order_number(becoming, orders, "terminal", terminal);
	order_number(becoming, orders, "close-input", becoming->asked->close_input);
	order_fd(becoming, orders, "folder", becoming->prepared->folder);
	order_fd(becoming, orders, "keeper", becoming->keeper);
	order_fd(becoming, orders, "socket", socket);
	order_fd(becoming, orders, "client", becoming->client);
	order_fd(becoming, orders, "program", program);
	order_log(becoming, orders);
	order_health(becoming, orders);
	order_words(becoming, orders);
}

/* Returns -errno where that cannot be done. */
static int become_monitor(const struct becoming *becoming)
{
	struct arena *arena = becoming->engine->arena;
	const char *path = helper_find(arena, "taru-monitor");
	struct orders orders = { .count = 0 };
	int program = sys_openat(AT_FDCWD, "/proc/self/exe", O_PATH, 0);
	int socket = listen_at(becoming->engine, becoming->prepared->made.id);

	if (!path)
		return -ENOENT;
	if (program < 0 || socket < 0)
		return program < 0 ? program : socket;
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		open_nothing(fd);
	sys_close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	make_orders(becoming, program, socket, &orders);
	return sys_execve(path, orders.at, few_words(arena));
}

/* --- starting it --- */

/* Starts the container as a child of this process, which becomes its monitor and does not return but after a problem. */
static void become(struct becoming *becoming, int report, struct run_result *result, struct problem *problem)
{
	struct engine *engine = becoming->engine;
	struct prepared *prepared = becoming->prepared;
	struct text warnings = text_new(engine->arena);
	const struct start_options options = {
		.root = engine->run,
		.trace = becoming->asked->trace,
		.trace_file = becoming->asked->trace_file,
		.program = &result->program,
		.until_made = prepared->folder,
		.detached = &becoming->detached,
	};
	int error = becoming->keeper < 0 ? becoming->keeper : make_streams(prepared, &becoming->streams);

	if (error) {
		problem_set(problem, "container %s: cannot make its standard streams: %s", prepared->made.name,
			    reason_words(error));
		return;
	}
	engine_note_start(prepared->folder, becoming->keeper, &becoming->restarts);
	sys_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	prepared->bundle.request.end = END_DETACHED;
	life_run(engine->arena, &prepared->bundle, &options, &warnings, &result->status, problem);
	if (problem->found)
		return;
	if (report >= 0)
		(void)!write(report, "+", 1);
	error = become_monitor(becoming);
	problem_set(problem, "container %s: its monitor cannot be started: %s", prepared->made.name,
		    reason_words(error));
	life_delete(engine->arena, engine->run, prepared->made.id, true, &warnings, &(struct problem){ 0 });
}

void engine_become_monitor(struct engine *engine, struct prepared *prepared, int keeper,
			   const struct restarts *restarts, struct problem *problem)
{
	const struct keep_asked asked = { .trace = TRACE_NONE };
	struct becoming becoming = { .engine = engine, .prepared = prepared, .asked = &asked, .keeper = keeper,
				     .restarts = *restarts, .client = -1, .detached.terminal = -1 };
	struct run_result result = { 0 };

	become(&becoming, -1, &result, problem);
}

/* --- in a process of its own --- */

/* What is said to who waits for the start: '+' when it runs; and then, or instead, the rest of this. */
struct report { int32_t program; char words[4096]; };

static _Noreturn void run_child(struct becoming *becoming, int report)
{
	struct problem problem = { 0 };
	struct run_result result = { 0 };
	struct report said = { 0 };
	size_t length;

	setsid();
	(void)!chdir("/");
	umask(0022);
	becoming->keeper = engine_become_keeper(becoming->prepared->folder);
	become(becoming, report, &result, &problem);
	said.program = result.program;
	length = strlen(problem.text);
	length = length < sizeof(said.words) ? length : sizeof(said.words);
	memcpy(said.words, problem.text, length);
	(void)!write(report, &said, offsetof(struct report, words) + length);
	_exit(1);
}

/* Reads what the child says until it is the monitor, or has ended. */
static void read_report(int from, const struct prepared *prepared, struct run_result *result, struct problem *problem)
{
	struct report report = { 0 };
	const size_t head = offsetof(struct report, words);
	size_t length = 0;
	ssize_t count;
	char begun = 0;

	do
		count = sys_read(from, &begun, 1);
	while (count == -EINTR);
	if (count == 1 && begun != '+') {
		memcpy(&report, &begun, 1);
		length = 1;
	}
	if (count == 1)
		while (length < sizeof(report) &&
		       ((count = sys_read(from, (char *)&report + length, sizeof(report) - length)) > 0 ||
			count == -EINTR))
			length += count > 0 ? (size_t)count : 0;
	if (length > head)
		problem_set(problem, "%.*s", (int)(length - head), report.words);
	else if (begun != '+')
		problem_set(problem, "container %s: who was about to start it was killed", prepared->made.name);
	result->program = report.program;
}

bool engine_keep(struct engine *engine, struct prepared *prepared, const struct keep_asked *asked, int *ret_client,
		 struct text *warnings, struct run_result *ret_result, struct problem *problem)
{
	struct becoming becoming = { .engine = engine, .prepared = prepared, .asked = asked, .keeper = -1, .client = -1,
				     .detached.terminal = -1 };
	closes int report = -1, report_end = -1;
	int ends[2] = { -1, -1 }, pair[2] = { -1, -1 };
	pid_t child = -1;

	*ret_result = (struct run_result){ 0 };
	*ret_client = -1;
	engine_complete(prepared);
	if (!sys_pipe2(ends, O_CLOEXEC) &&
	    (!asked->attach || !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)))
		child = fork();
	report = ends[0];
	report_end = ends[1];
	if (child == 0) {
		becoming.client = pair[1];
		run_child(&becoming, report_end);
	}
	fd_close_at(&pair[1]);
	fd_close_at(&report_end);
	report_end = -1;
	if (child < 0)
		problem_set(problem, "container %s: no process can be made for it", prepared->made.name);
	else
		read_report(report, prepared, ret_result, problem);
	if (problem->found) {
		fd_close_at(&pair[0]);
		ret_result->status = engine_failed_status(ret_result->program);
		engine_finish(engine, prepared, "", ret_result, warnings, problem);
		return false;
	}
	*ret_client = pair[0];
	return true;
}
