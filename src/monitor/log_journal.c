/* log_journal.c - systemd's journal, by the protocol of its own socket: a datagram for each entry, with a field in each
 * line (systemd.io/JOURNAL_NATIVE_PROTOCOL). A value that may have newlines in it is preceded by its length. */
#include "base/sys.h"
#include "base/sys_socket.h"
#include "monitor/log.h"
#include "wire/log.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char journal[] = LOG_JOURNAL_SOCKET;

int log_journal_open(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = sys_socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error;

	if (fd < 0)
		return fd;
	memcpy(to.sun_path, journal, sizeof(journal));
	error = sys_connect(fd, &to, sizeof(to));
	if (!error)
		return fd;
	sys_close(fd);
	return error;
}

int log_journal_send(const struct log *log, const struct log_entry *entry)
{
	enum { INFORMATION = 6, ERROR = 3 };
	unsigned char length[8];
	char head[512];
	struct iovec part[] = {
		{ head, 0 }, { length, sizeof(length) }, { (void *)(uintptr_t)entry->bytes, entry->length },
		{ (void *)(uintptr_t)"\n", 1 },
	};
	struct msghdr message = { .msg_iov = part, .msg_iovlen = sizeof(part) / sizeof(part[0]) };
	ssize_t sent;

	part[0].iov_len = (size_t)snprintf(head, sizeof(head),
					   "PRIORITY=%d\nSYSLOG_IDENTIFIER=%s\nCONTAINER_ID=%.12s\n"
					   "CONTAINER_ID_FULL=%s\nCONTAINER_NAME=%s\n%sMESSAGE\n",
					   entry->stream == LOG_STDOUT ? INFORMATION : ERROR, log->name, log->id,
					   log->id, log->name, entry->whole ? "" : "CONTAINER_PARTIAL_MESSAGE=true\n");
	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (unsigned char)(entry->length >> 8 * i);
	/* Not blocking: a journal that hangs holds up no container. */
	sent = sys_sendmsg(log->file, &message);
	return sent < 0 ? (int)sent : 0;
}
