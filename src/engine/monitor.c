/* monitor.c - this process becomes a container's monitor: see monitor.h. */
#include "engine/monitor.h"
#include "base/fd.h"
#include "engine/attach.h"
#include "engine/log.h"
#include "engine/service.h"
#include "image/helper.h"
#include "life/record.h"
#include "wire/attach.h"
#include <errno.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <string.h>
#include <unistd.h>

struct becoming becoming_new(struct engine *engine, const struct made *made, int folder)
{
	return (struct becoming){
		.engine = engine, .made = made, .folder = folder, .keeper = -1, .pidfd = -1, .client = -1,
		.detached.terminal = -1, .streams = { -1, -1, -1 },
	};
}

/* --- the socket --- */

static int listen_at(const struct engine *engine, const char *id)
{
	enum { WAITING = 64 };
	struct sockaddr_un address;
	closes int folder = attach_address(engine, id, &address);
	closes int fd = folder < 0 ? folder : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return folder < 0 ? folder : -errno;
	/* Of a monitor that was killed. */
	sys_unlinkat(folder, ATTACH_SOCKET, 0);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, WAITING))
		return -errno;
	return take_fd(&fd);
}

/* --- what it is told --- */

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
	const struct upkeep *upkeep = &becoming->made->upkeep;
	struct log_limits limits;

	engine_log_limits(upkeep, &limits);
	order(becoming, orders, "log", strcmp(upkeep->log_driver, "local") ? upkeep->log_driver : "json-file");
	order_number(becoming, orders, "log-size", limits.size);
	order_number(becoming, orders, "log-files", limits.files);
}

static void order_health(const struct becoming *becoming, struct orders *orders)
{
	enum { NS_IN_MS = 1000000 };
	const struct health_check *health = &becoming->made->upkeep.health;

	if (!health->test.count)
		return;
	order_number(becoming, orders, "health-ms", health->interval / NS_IN_MS);
	order_number(becoming, orders, "health-fast-ms", health->start_interval / NS_IN_MS);
	order_number(becoming, orders, "health-fast-for-ms", health->start_period / NS_IN_MS);
	if (health->startup.test.count)
		order_number(becoming, orders, "health-startup-ms", health->startup.interval / NS_IN_MS);
}

/* What is left of the time that it may run. */
static void order_timeout(const struct becoming *becoming, struct orders *orders)
{
	const uint64_t timeout_ms = becoming->made->upkeep.timeout * 1000ULL;

	if (!timeout_ms)
		return;
	order_number(becoming, orders, "timeout-ms", timeout_ms > becoming->ran_ms ? timeout_ms - becoming->ran_ms : 1);
	order(becoming, orders, "freezer", arena_printf(becoming->engine->arena, "%s/%s/" RECORD_FREEZER,
							becoming->engine->run, becoming->made->id));
}

/* How this program is called once more: where things are is told, whatever the environment says by then. */
static void order_words(const struct becoming *becoming, struct orders *orders)
{
	const struct engine *engine = becoming->engine;
	const char *const words[] = { "--", "taru", "--root", engine->store->root, "--run-root", engine->run };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		orders->at[orders->count++] = (char *)(uintptr_t)words[i];
}

/* What it may need of the environment when it is taru again; the rest only takes memory. Where a health check is to
 * tell the service manager that the container is ready, it has to know that one; who adopts a container may be another
 * service. */
static char **few_words(const struct becoming *becoming)
{
	static const char *const names[] = { "NOTIFY_SOCKET", "PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME",
					     "TARU_LIBEXEC", "TARU_LINGER", "DBUS_SESSION_BUS_ADDRESS" };
	struct arena *arena = becoming->engine->arena;
	const bool later = becoming->pidfd < 0 && service_notify(becoming->made) == NOTIFY_LATER;
	enum { WORDS = sizeof(names) / sizeof(names[0]) };
	char **env = ARENA_ARRAY(arena, WORDS + 1, char *);
	size_t count = 0;

	for (size_t i = later ? 0 : 1; i < WORDS; i++)
		if (getenv(names[i]))
			env[count++] = arena_printf(arena, "%s=%s", names[i], getenv(names[i]));
	return env;
}

static void make_orders(const struct becoming *becoming, int program, int socket, struct orders *orders)
{
	const struct made *made = becoming->made;
	const bool terminal = becoming->detached.terminal >= 0;

	orders->at[orders->count++] = (char *)(uintptr_t)"taru-monitor";
	order(becoming, orders, "id", made->id);
	order(becoming, orders, "name", made->name);
	order_number(becoming, orders, "process", (uint64_t)becoming->detached.process);
	order_fd(becoming, orders, "pidfd", becoming->pidfd);
	order_fd(becoming, orders, "out", terminal ? becoming->detached.terminal : becoming->streams.out);
	order_fd(becoming, orders, "err", becoming->streams.err);
	order_fd(becoming, orders, "in", becoming->streams.in);
	order_number(becoming, orders, "terminal", terminal);
	order_number(becoming, orders, "close-input", becoming->close_input);
	order_fd(becoming, orders, "folder", becoming->folder);
	order_fd(becoming, orders, "keeper", becoming->keeper);
	order_fd(becoming, orders, "socket", socket);
	order_fd(becoming, orders, "client", becoming->client);
	order_fd(becoming, orders, "program", program);
	order_log(becoming, orders);
	order_health(becoming, orders);
	order_timeout(becoming, orders);
	order_words(becoming, orders);
}

int monitor_become(const struct becoming *becoming)
{
	struct arena *arena = becoming->engine->arena;
	const char *path = helper_path(arena, "taru-monitor");
	struct orders orders = { .count = 0 };
	int program = sys_openat(AT_FDCWD, "/proc/self/exe", O_PATH, 0);
	int socket = listen_at(becoming->engine, becoming->made->id);

	if (!path)
		return -ENOENT;
	if (program < 0 || socket < 0)
		return program < 0 ? program : socket;
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		stream_nothing(fd);
	sys_close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	make_orders(becoming, program, socket, &orders);
	if (becoming->keeper >= 0)
		engine_note_process(becoming->keeper, becoming->detached.process);
	/* It knows nothing of these, and closes them with all others when it has become the cleanup. */
	for (size_t i = 0; becoming->ports && i < becoming->ports->sockets; i++)
		sys_fcntl(becoming->ports->socket[i], F_SETFD, 0);
	return sys_execve(path, orders.at, few_words(becoming));
}
