/* udp.c - datagrams: who has asked has a socket of its own to the container, and gets what comes back there. See
 * ports.h.
 *
 * There is no end that could be seen: when all places are taken, who has been silent for longest gives his up.
 */
#include "base/clock.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "ports/ports.h"
#include <netinet/in.h>
#include <string.h>

enum { LONGEST = 65535 };

struct asker {
	bool used;
	const struct port *port;
	struct endpoint_address from;
	unsigned char info[CMSG_SPACE(sizeof(struct in6_pktinfo))];	/* the address that was asked */
	size_t info_size;
	struct source source;
	uint64_t heard_ms;
};

static struct asker askers[ASKERS_MOST];
static size_t most;
static char bytes[LONGEST];

static struct asker *find(const struct port *port, const struct endpoint_address *from)
{
	for (size_t i = 0; i < most; i++)
		if (askers[i].used && askers[i].port == port && askers[i].from.size == from->size &&
		    !memcmp(&askers[i].from.at, &from->at, from->size))
			return &askers[i];
	return NULL;
}

static struct asker *take_place(void)
{
	struct asker *oldest = &askers[0];

	for (size_t i = 0; i < most; i++) {
		if (!askers[i].used)
			return &askers[i];
		if (askers[i].heard_ms < oldest->heard_ms)
			oldest = &askers[i];
	}
	loop_close(&oldest->source);
	oldest->used = false;
	return oldest;
}

static void answer(struct source *source)
{
	struct asker *asker = source->owner;
	ssize_t length = sys_read(source->fd, bytes, sizeof(bytes));
	struct iovec all = { bytes, length > 0 ? (size_t)length : 0 };
	struct msghdr message = { .msg_name = &asker->from.at, .msg_namelen = asker->from.size, .msg_iov = &all,
				  .msg_iovlen = 1, .msg_control = asker->info_size ? asker->info : NULL,
				  .msg_controllen = (socklen_t)asker->info_size };

	/* Nobody listens there: that is for who asks to find out. */
	if (length < 0)
		return;
	asker->heard_ms = clock_ms();
	sys_sendmsg(asker->port->source.fd, &message);
}

static struct asker *begin(const struct port *port, const struct endpoint_address *from)
{
	int fd = sys_socket(port->inside.at.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct asker *asker;

	if (fd < 0 || sys_connect(fd, &port->inside.at, port->inside.size)) {
		fd_close_at(&fd);
		return NULL;
	}
	asker = take_place();
	*asker = (struct asker){ .used = true, .port = port, .from = *from,
				 .source = { .fd = fd, .ready = answer, .owner = asker } };
	loop_watch(&asker->source, EPOLLIN);
	return asker;
}

/* --- there --- */

static ssize_t receive(const struct port *port, struct msghdr *message)
{
	ssize_t length = recvmsg(port->source.fd, message, 0);

	return length < 0 ? -errno : length;
}

/* The same as came, but for the index of the device: the answer may take another way. */
static void keep_info(struct asker *asker, struct msghdr *message)
{
	struct cmsghdr *info = CMSG_FIRSTHDR(message);

	asker->info_size = 0;
	if (!info || message->msg_controllen > sizeof(asker->info))
		return;
	if (info->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo *at = (struct in_pktinfo *)(void *)CMSG_DATA(info);

		at->ipi_ifindex = 0;
		at->ipi_spec_dst = at->ipi_addr;
	}
	memcpy(asker->info, message->msg_control, message->msg_controllen);
	asker->info_size = message->msg_controllen;
}

static void ask(struct source *source)
{
	const struct port *port = source->owner;
	_Alignas(struct cmsghdr) unsigned char info[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	struct endpoint_address from = { .size = sizeof(from.at) };
	struct iovec all = { bytes, sizeof(bytes) };
	struct msghdr message = { .msg_name = &from.at, .msg_namelen = sizeof(from.at), .msg_iov = &all,
				  .msg_iovlen = 1, .msg_control = info, .msg_controllen = sizeof(info) };
	ssize_t length = receive(port, &message);
	struct asker *asker;

	if (length < 0)
		return;
	from.size = message.msg_namelen;
	asker = find(port, &from);
	if (!asker)
		asker = begin(port, &from);
	if (!asker)
		return;
	keep_info(asker, &message);
	asker->heard_ms = clock_ms();
	sys_send(asker->source.fd, bytes, (size_t)length);
}

/* --- the begin --- */

void udp_begin(struct options *options, size_t askers_most)
{
	most = askers_most;
	for (size_t i = 0; i < options->ports && most; i++) {
		struct port *port = &options->port[i];

		port->source.ready = ask;
		port->source.owner = port;
		if (port->udp)
			loop_watch(&port->source, EPOLLIN);
	}
}
