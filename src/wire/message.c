/* message.c - see message.h */
#include "wire/message.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include <string.h>
#include <sys/uio.h>

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int) * MESSAGE_FDS)];
};

int message_send(int socket, const struct text *text, const int *fds, size_t count)
{
	struct iovec part = { text->at, text->length };
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1 };
	union control control = { 0 };
	ssize_t sent;

	if (text->length > MESSAGE_MAX || count > MESSAGE_FDS)
		return -EMSGSIZE;
	if (count) {
		packet.msg_control = &control;
		packet.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * count);
	}
	do
		sent = sys_sendmsg(socket, &packet);
	while (sent == -EINTR);
	return sent < 0 ? (int)sent : 0;
}

/* The descriptors that came with a packet. */
static void take_descriptors(struct msghdr *packet, struct message *message)
{
	for (struct cmsghdr *header = CMSG_FIRSTHDR(packet); header; header = CMSG_NXTHDR(packet, header)) {
		size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(message->fds + message->fds_count, CMSG_DATA(header), count * sizeof(int));
		message->fds_count += count;
	}
}

int message_receive(int socket, struct arena *arena, struct message *ret_message, struct problem *problem)
{
	char *text = arena_alloc(arena, MESSAGE_MAX + 1);
	struct iovec part = { text, MESSAGE_MAX };
	union control control;
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof(control) };
	ssize_t got;

	*ret_message = (struct message){ 0 };
	do
		got = sys_recvmsg(socket, &packet);
	while (got == -EINTR);
	if (got == 0 || got == -ECONNRESET)
		return 0;
	if (got < 0)
		return (int)got;
	take_descriptors(&packet, ret_message);
	text = arena_resize(arena, text, MESSAGE_MAX + 1, (size_t)got + 1);
	if (packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		problem_set(problem, "a message of a helper is too large");
	else
		ret_message->json = json_read(arena, text, (size_t)got, "message", problem);
	if (ret_message->json && ret_message->json->kind != JSON_OBJECT)
		problem_set(problem, "a message of a helper is no object");
	if (!problem->found)
		return 1;
	message_close(ret_message);
	return -EBADMSG;
}

void message_close(struct message *message)
{
	for (size_t i = 0; i < message->fds_count; i++)
		fd_close_at(&message->fds[i]);
	message->fds_count = 0;
}
