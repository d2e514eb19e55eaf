/* attach.c - see attach.h */
#include "engine/attach.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "life/keys.h"
#include "life/life.h"
#include "life/screen.h"
#include "spec/reason.h"
#include "wire/attach.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int attach_address(const struct engine *engine, const char *id, struct sockaddr_un *ret_address)
{
	int folder = sys_openat(AT_FDCWD, arena_printf(engine->arena, "%s/%s", engine->run, id), O_PATH | O_DIRECTORY,
				0);

	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(ret_address->sun_path, sizeof(ret_address->sun_path), "/proc/self/fd/%d/" ATTACH_SOCKET, folder);
	return folder;
}

int engine_attach(struct engine *engine, const struct engine_container *container, struct problem *problem)
{
	struct sockaddr_un address;
	closes int folder = attach_address(engine, container->made.id, &address);
	closes int fd = folder < 0 ? folder : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int error;

	error = fd < 0 ? fd : sys_connect(fd, &address, sizeof(address));
	if (!error)
		return take_fd(&fd);
	if (error == -ENOENT || error == -ECONNREFUSED)
		problem_set(problem, "container %s: has no monitor to attach to: it was started in the foreground, or "
			    "its monitor was killed", container->made.name);
	else
		problem_set(problem, "container %s: cannot be attached to: %s", container->made.name,
			    reason_words(error));
	return -1;
}

bool engine_check_detach_keys(const char *keys, struct problem *problem)
{
	return keys_read(keys, &(struct keys){ .count = 0 }, problem);
}

/* Bytes that are to be written when that can be done. */
struct pending {
	int fd;
	size_t begin, end;
	char bytes[ATTACH_CHUNK];
};

struct attached {
	struct arena *arena;
	const struct attach_asked *asked;
	struct screen screen;
	struct keys keys;
	int socket, signals, input;
	bool input_ended, leave;
	struct attach_message typed;	/* on its way to the monitor */
	size_t typed_length;		/* 0: nothing is */
	struct pending out, error;
};

static bool is_empty(const struct pending *pending)
{
	return pending->begin == pending->end;
}

/* --- to the monitor --- */

static bool try_later(ssize_t result)
{
	return result == -EAGAIN || result == -EINTR || result == -ENOBUFS;
}

static void send_typed(struct attached *attached)
{
	if (attached->typed_length && !try_later(sys_send(attached->socket, &attached->typed, attached->typed_length)))
		attached->typed_length = 0;
}

static void put_typed(struct attached *attached, enum attach_kind kind, size_t length)
{
	attached->typed.kind = (char)kind;
	attached->typed_length = offsetof(struct attach_message, bytes) + length;
	send_typed(attached);
}

static void send_size(const struct attached *attached)
{
	struct attach_message message = { .kind = ATTACH_SIZE };
	struct attach_size size;

	if (!attached->asked->terminal || !screen_size(&attached->screen, &size.rows, &size.columns))
		return;
	memcpy(message.bytes, &size, sizeof(size));
	sys_send(attached->socket, &message, offsetof(struct attach_message, bytes) + sizeof(size));
	attached->asked->sized(attached->asked->context, size.rows, size.columns);
}

static void read_input(struct attached *attached)
{
	char typed[ATTACH_CHUNK - KEYS_MAX];
	ssize_t count = sys_read(attached->input, typed, sizeof(typed));
	size_t length;

	if (try_later(count))
		return;
	if (count <= 0) {
		attached->input_ended = true;
		put_typed(attached, ATTACH_INPUT_END, 0);
		return;
	}
	if (!attached->screen.keyboard) {
		memcpy(attached->typed.bytes, typed, (size_t)count);
		length = (size_t)count;
	} else if (keys_take(&attached->keys, typed, (size_t)count, attached->typed.bytes, &length)) {
		attached->leave = true;
	}
	if (length)
		put_typed(attached, ATTACH_INPUT, length);
}

/* --- from it --- */

static void write_pending(struct pending *pending)
{
	ssize_t count = sys_write(pending->fd, pending->bytes + pending->begin, pending->end - pending->begin);

	if (count > 0)
		pending->begin += (size_t)count;
	else if (!try_later(count))	/* nobody takes it any more */
		pending->begin = pending->end;
}

static void take_output(struct attached *attached, struct pending *pending, const char *bytes, size_t length)
{
	if (!attached->asked->output)
		return;
	memcpy(pending->bytes, bytes, length);
	pending->begin = 0;
	pending->end = length;
	write_pending(pending);
}

static void tell_loss(struct attached *attached, const char *bytes)
{
	uint64_t lost;
	char words[160];

	memcpy(&lost, bytes, sizeof(lost));
	(void)snprintf(words, sizeof(words), "\r\ntaru: %llu bytes of output are left out here, since they were not "
		       "taken in time; 'taru logs' has them\r\n", (unsigned long long)lost);
	take_output(attached, &attached->error, words, strlen(words));
}

/* Returns whether it goes on. */
static bool read_message(struct attached *attached, enum attach_end *ret_end, int *ret_status)
{
	struct attach_message message;
	ssize_t count = sys_read(attached->socket, &message, sizeof(message));
	size_t length = count > 0 ? (size_t)count - offsetof(struct attach_message, bytes) : 0;
	int32_t status;

	if (try_later(count))
		return true;
	if (count <= 0) {
		*ret_end = ATTACH_LOST_TOUCH;
		return false;
	}
	switch (message.kind) {
	case ATTACH_OUTPUT: take_output(attached, &attached->out, message.bytes, length); break;
	case ATTACH_ERROR: take_output(attached, &attached->error, message.bytes, length); break;
	case ATTACH_LOST:
		if (length >= sizeof(uint64_t))
			tell_loss(attached, message.bytes);
		break;
	case ATTACH_FULL:
		*ret_end = ATTACH_REFUSED;
		return false;
	case ATTACH_ENDED:
		if (length < sizeof(status))
			break;
		memcpy(&status, message.bytes, sizeof(status));
		*ret_status = status;
		*ret_end = ATTACH_HAS_ENDED;
		return false;
	}
	return true;
}

/* --- signals --- */

/* Ends as if the signal had not been blocked. */
static void end_by(struct attached *attached, int signal_number)
{
	sigset_t one;

	screen_suspend(&attached->screen);
	signal(signal_number, SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, signal_number);
	raise(signal_number);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
}

static void pass_on(struct attached *attached, int signal)
{
	const struct attach_asked *asked = attached->asked;

	if (asked->forward_signals)
		life_kill(attached->arena, asked->run, asked->id, signal, false, &(struct problem){ 0 });
	else
		end_by(attached, signal);
}

static void take_signal(struct attached *attached, int signal)
{
	switch (signal) {
	case SIGWINCH:
		send_size(attached);
		break;
	case SIGCONT:
		screen_resume(&attached->screen);
		send_size(attached);
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		/* The screen is the shell's until this goes on. */
		screen_suspend(&attached->screen);
		kill(getpid(), SIGSTOP);
		break;
	case SIGCHLD:
	case SIGPIPE:
	case SIGURG:
		break;
	default:
		pass_on(attached, signal);
	}
}

static void take_signals(struct attached *attached)
{
	struct signalfd_siginfo info;

	while (sys_read(attached->signals, &info, sizeof(info)) == sizeof(info))
		take_signal(attached, (int)info.ssi_signo);
}

/* --- the loop --- */

enum { AT_SOCKET, AT_SIGNALS, AT_INPUT, AT_OUT, AT_ERROR, ALL_FDS };

/* A message is only taken when there is room for what is in it. */
static void prepare(const struct attached *attached, struct pollfd fds[ALL_FDS])
{
	const bool room = is_empty(&attached->out) && is_empty(&attached->error);
	const bool listens = attached->asked->input && !attached->input_ended && !attached->typed_length &&
			     attached->screen.foreground;

	fds[AT_SOCKET] = (struct pollfd){ attached->socket,
					  (short)((room ? POLLIN : 0) | (attached->typed_length ? POLLOUT : 0)), 0 };
	if (!fds[AT_SOCKET].events)
		fds[AT_SOCKET].fd = -1;
	fds[AT_SIGNALS] = (struct pollfd){ attached->signals, POLLIN, 0 };
	fds[AT_INPUT] = (struct pollfd){ listens ? attached->input : -1, POLLIN, 0 };
	fds[AT_OUT] = (struct pollfd){ is_empty(&attached->out) ? -1 : attached->out.fd, POLLOUT, 0 };
	fds[AT_ERROR] = (struct pollfd){ is_empty(&attached->error) ? -1 : attached->error.fd, POLLOUT, 0 };
}

static enum attach_end stay(struct attached *attached, int *ret_status)
{
	struct pollfd fds[ALL_FDS];
	enum attach_end end = ATTACH_LEFT;

	while (!attached->leave) {
		prepare(attached, fds);
		if (poll(fds, ALL_FDS, -1) <= 0)
			continue;
		if (fds[AT_SIGNALS].revents)
			take_signals(attached);
		if (fds[AT_OUT].revents)
			write_pending(&attached->out);
		if (fds[AT_ERROR].revents)
			write_pending(&attached->error);
		if (fds[AT_INPUT].revents)
			read_input(attached);
		if (fds[AT_SOCKET].revents & POLLOUT)
			send_typed(attached);
		if (fds[AT_SOCKET].revents & ~POLLOUT && !read_message(attached, &end, ret_status))
			break;
		if (attached->input_ended && !attached->asked->output)
			break;
	}
	return end;
}

static void write_rest(struct pending *pending)
{
	while (!is_empty(pending)) {
		struct pollfd wait = { pending->fd, POLLOUT, 0 };

		poll(&wait, 1, -1);
		write_pending(pending);
	}
}

enum attach_end engine_wait_attached(int socket, int *ret_status)
{
	const char wanted = ATTACH_WAIT;
	struct attach_message message;
	ssize_t count;

	sys_send(socket, &wanted, sizeof(wanted));
	while ((count = sys_read(socket, &message, sizeof(message))) > 0 || count == -EINTR) {
		int32_t status;

		if (count < (ssize_t)(offsetof(struct attach_message, bytes) + sizeof(status)) ||
		    message.kind != ATTACH_ENDED)
			continue;
		memcpy(&status, message.bytes, sizeof(status));
		*ret_status = status;
		return ATTACH_HAS_ENDED;
	}
	return ATTACH_LOST_TOUCH;
}

static void not_needed(int fd, int number)
{
	if (fd != number)
		sys_close(fd);
}

enum attach_end engine_stay_attached(struct arena *arena, int socket, const struct attach_asked *asked,
				     int *ret_status)
{
	struct attached *attached = ARENA_NEW(arena, struct attached);
	enum attach_end end;
	sigset_t all, before;

	attached->arena = arena;
	attached->asked = asked;
	attached->socket = socket;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	attached->signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	attached->input = screen_open_again(STDIN_FILENO, O_RDONLY);
	attached->out.fd = screen_open_again(STDOUT_FILENO, O_WRONLY);
	attached->error.fd = screen_open_again(STDERR_FILENO, O_WRONLY);
	sys_fcntl(socket, F_SETFL, O_RDWR | O_NONBLOCK);
	keys_read(asked->detach_keys, &attached->keys, &(struct problem){ 0 });
	if (asked->terminal && asked->input)
		screen_begin(&attached->screen, false);
	else
		attached->screen = (struct screen){ .sized_by = -1, .foreground = true };
	send_size(attached);
	end = stay(attached, ret_status);
	write_rest(&attached->out);
	write_rest(&attached->error);
	screen_suspend(&attached->screen);
	sys_close(attached->signals);
	not_needed(attached->input, STDIN_FILENO);
	not_needed(attached->out.fd, STDOUT_FILENO);
	not_needed(attached->error.fd, STDERR_FILENO);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return end;
}
