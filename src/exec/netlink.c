/* netlink.c - see netlink.h. */
#include "exec/netlink.h"
#include "base/sys_socket.h"
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>

/* Find the index of a device by its name; <linux/sockios.h> has it too. */
#define INDEX_BY_NAME 0x8933

/* A message's number carries what is tolerated: it comes back with the answer. */
enum { TOLERATED_SHIFT = 16, TOLERATED_MASK = 0xfff };

/* --- building --- */

struct request request_in(void *at, size_t room)
{
	return (struct request){ .at = at, .room = room };
}

/* Bytes, and zeros up to the next boundary; NULL where there is no room. */
static void *add_bytes(struct request *request, const void *from, size_t size)
{
	unsigned char *to = request->at + request->length;
	size_t room = request->room - request->length, aligned = NLMSG_ALIGN(size);

	if (request->full || size > room || aligned > room) {
		request->full = true;
		return NULL;
	}
	memset(to, 0, aligned);
	if (size)
		memcpy(to, from, size);
	request->length += aligned;
	return to;
}

static struct nlmsghdr *last_message(struct request *request)
{
	return (void *)(request->at + request->message);
}

void request_begin(struct request *request, uint16_t type, uint16_t flags, const void *body, size_t size)
{
	const struct nlmsghdr header = {
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
		.nlmsg_seq = ++request->messages,
	};
	size_t at = request->length;

	if (!add_bytes(request, &header, sizeof(header)))
		return;
	request->message = at;
	request->answers += flags & NLM_F_ACK ? 1 : 0;
	request_add_plain(request, body, size);
}

void request_tolerate(struct request *request, int error)
{
	if (!request->full)
		last_message(request)->nlmsg_seq |= ((uint32_t)error & TOLERATED_MASK) << TOLERATED_SHIFT;
}

void request_add_plain(struct request *request, const void *data, size_t size)
{
	if (add_bytes(request, data, size))
		last_message(request)->nlmsg_len = (uint32_t)(request->length - request->message);
}

void request_add(struct request *request, uint16_t type, const void *data, size_t size)
{
	const struct nlattr header = { .nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = type };

	if (size > UINT16_MAX - NLA_HDRLEN) {
		request->full = true;
		return;
	}
	request_add_plain(request, &header, sizeof(header));
	request_add_plain(request, data, size);
}

void request_add_text(struct request *request, uint16_t type, const char *text)
{
	request_add(request, type, text, strlen(text) + 1);
}

void request_add_u32(struct request *request, uint16_t type, uint32_t number)
{
	request_add(request, type, &number, sizeof(number));
}

size_t request_open(struct request *request, uint16_t type)
{
	size_t at = request->length;

	request_add(request, type, NULL, 0);
	return at;
}

void request_close(struct request *request, size_t nest)
{
	struct nlattr *header = (void *)(request->at + nest);
	size_t size = request->length - nest;

	if (size > UINT16_MAX)
		request->full = true;
	if (!request->full)
		header->nla_len = (uint16_t)size;
}

/* --- sending --- */

int netlink_open_held(struct run *run, int protocol)
{
	const int on = 1;
	int fd;

	trying(run, __NR_socket, SUBJECT_STEP);
	fd = sys_socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, protocol);
	if (fd < 0)
		return fd;
	/* Answers have the kernel's words, and not our message once more. */
	sys_setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	sys_setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd;
}

int netlink_open(struct run *run, int protocol)
{
	return scratch_add(run, netlink_open_held(run, protocol));
}

/* Has the socket, and nothing else of its parent's, until that has closed it: then here is the last close. */
static _Noreturn void close_last(int fd, const int ends[2])
{
	char none;

	sys_dup3(fd, 0, 0);
	sys_dup3(ends[0], 1, 0);
	sys_close_range(2, ~0U, 0);
	sys_chdir("/");
	while (sys_read(1, &none, 1) == -EINTR)
		;
	sys_exit(0);
}

void netlink_close_apart(int fd)
{
	struct clone_args how = { .exit_signal = SIGCHLD };
	int ends[2];

	if (fd < 0)
		return;
	if (!sys_pipe2(ends, 0)) {
		if (sys_clone3(&how) == 0)
			close_last(fd, ends);
		sys_close(fd);
		sys_close(ends[0]);
		sys_close(ends[1]);
	} else {
		sys_close(fd);
	}
}

static int send_all(struct run *run, int fd, const struct request *request)
{
	ssize_t sent;

	trying(run, __NR_sendto, SUBJECT_STEP);
	if (request->full)
		return -EMSGSIZE;
	sent = sys_send(fd, request->at, request->length);
	return sent < 0 ? (int)sent : 0;
}

/* What the kernel sends at once, which alone is believed. -EAGAIN: there is no more. */
static ssize_t receive_all(int fd, void *answer, size_t room)
{
	struct sockaddr_nl from = { 0 };
	struct iovec part = { answer, room };
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from),
				  .msg_iov = &part, .msg_iovlen = 1 };
	const struct nlmsghdr *header = answer;
	ssize_t got;

	do
		got = sys_recvmsg(fd, &message);
	while (got == -EINTR || (got > 0 && from.nl_pid != 0));
	if (got < 0)
		return got;
	if ((size_t)got < NLMSG_HDRLEN || header->nlmsg_len < NLMSG_HDRLEN || header->nlmsg_len > (size_t)got)
		return -EPROTO;
	return got;
}

/* The first message of it. */
static ssize_t receive(int fd, void *answer, size_t room)
{
	ssize_t got = receive_all(fd, answer, room);

	return got < 0 ? got : (ssize_t)((const struct nlmsghdr *)answer)->nlmsg_len;
}

const void *netlink_find(const void *at, size_t size, uint16_t type, size_t least, size_t *ret_size)
{
	const unsigned char *from = at;

	while (size >= NLA_HDRLEN) {
		struct nlattr header;
		size_t length;

		memcpy(&header, from, sizeof(header));
		length = header.nla_len;
		if (length < NLA_HDRLEN || length > size)
			break;
		if ((header.nla_type & NLA_TYPE_MASK) == type && length - NLA_HDRLEN >= least) {
			*ret_size = length - NLA_HDRLEN;
			return from + NLA_HDRLEN;
		}
		if (NLA_ALIGN(length) > size)
			break;
		from += NLA_ALIGN(length);
		size -= NLA_ALIGN(length);
	}
	return NULL;
}

static void keep_words(struct run *run, const struct nlmsghdr *header, size_t length)
{
	enum { BEFORE = NLMSG_HDRLEN + sizeof(struct nlmsgerr) };
	size_t size = 0, room = sizeof(run->tape->note) - 1;
	const char *words;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || !(header->nlmsg_flags & NLM_F_CAPPED))
		return;
	words = netlink_find((const char *)header + BEFORE, length - BEFORE, NLMSGERR_ATTR_MSG, 1, &size);
	if (!words)
		return;
	size = strnlen(words, size < room ? size : room);
	memcpy(run->tape->note, words, size);
	run->tape->note[size] = '\0';
}

/* The error in an acknowledgment, unless it is tolerated. */
static int read_error(struct run *run, const struct nlmsghdr *header, size_t length)
{
	const struct nlmsgerr *error = (const void *)((const char *)header + NLMSG_HDRLEN);
	int tolerated = (int)(header->nlmsg_seq >> TOLERATED_SHIFT & TOLERATED_MASK);

	if (header->nlmsg_type != NLMSG_ERROR || length < NLMSG_LENGTH(sizeof(*error)))
		return -EPROTO;
	if (!error->error || error->error == -tolerated)
		return 0;
	keep_words(run, header, length);
	return error->error;
}

int netlink_transact(struct run *run, int fd, struct request *request)
{
	NETLINK_ALIGNED unsigned char answer[1024];
	int first = send_all(run, fd, request);

	if (first)
		return first;
	for (unsigned left = request->answers; left; left--) {
		ssize_t length = receive(fd, answer, sizeof(answer));
		int error = length < 0 ? (int)length : read_error(run, (const void *)answer, (size_t)length);

		/* A batch that is refused as a whole has fewer answers than it asked for. */
		if (length < 0)
			return first ? first : length == -EAGAIN ? -EPROTO : error;
		if (!first)
			first = error;
	}
	return first;
}

ssize_t netlink_ask(struct run *run, int fd, struct request *request, void *answer, size_t room)
{
	const struct nlmsghdr *header = answer;
	int error = send_all(run, fd, request);
	ssize_t length = error ? error : receive(fd, answer, room);

	if (length < 0)
		return length;
	if (header->nlmsg_type != NLMSG_ERROR)
		return length;
	error = read_error(run, header, (size_t)length);
	return error ? error : -EPROTO;
}

struct listing {
	size_t head;			/* bytes between a message's header and its attributes */
	bool (*each)(void *context, const void *attributes, size_t size);
	void *context;
};

/* One answer of a list: 1 where more are to come, 0 at its end, or -errno. */
static int read_list(struct run *run, const struct listing *listing, const unsigned char *at, size_t size)
{
	while (size >= NLMSG_HDRLEN) {
		const struct nlmsghdr *header = (const void *)at;
		const size_t length = header->nlmsg_len, head = NLMSG_HDRLEN + listing->head;

		if (length < NLMSG_HDRLEN || length > size)
			return -EPROTO;
		if (header->nlmsg_type == NLMSG_DONE)
			return 0;
		if (header->nlmsg_type == NLMSG_ERROR)
			return read_error(run, header, length);
		if (length >= head && !listing->each(listing->context, at + head, length - head))
			return 0;
		if (NLMSG_ALIGN(length) >= size)
			break;
		at += NLMSG_ALIGN(length);
		size -= NLMSG_ALIGN(length);
	}
	return 1;
}

int netlink_list(struct run *run, int fd, struct request *request, void *answer, size_t room, size_t head,
		 bool (*each)(void *context, const void *attributes, size_t size), void *context)
{
	const struct listing listing = { head, each, context };
	int more = send_all(run, fd, request);

	if (more)
		return more;
	do {
		ssize_t got = receive_all(fd, answer, room);

		more = got < 0 ? (int)got : read_list(run, &listing, answer, (size_t)got);
	} while (more > 0);
	return more;
}

int netlink_index(struct run *run, int fd, const char *name, enum subject subject)
{
	struct ifreq request = { 0 };
	int error;

	trying(run, __NR_ioctl, subject);
	if (strlen(name) >= sizeof(request.ifr_name))
		return -ENODEV;
	put_text(request.ifr_name, name);
	error = sys_ioctl(fd, INDEX_BY_NAME, &request);
	return error ? error : request.ifr_ifindex;
}
