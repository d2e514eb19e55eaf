/* do_gate.c - how the two lanes wait for each other, and hand each other descriptors.
 *
 * A gate is one byte over a SOCK_SEQPACKET pair; a slot is one byte with one descriptor.
 * When a lane fails its process ends, and the other one sees the end of the connection:
 * -ECONNRESET, which is never the cause.
 */
#include "base/sys_socket.h"
#include "exec/do.h"
#include <string.h>
#include <sys/wait.h>

static int gone(ssize_t result)
{
	return result == -EPIPE || result == 0 ? -ECONNRESET : (int)result;
}

int do_open_gate(struct run *run, const struct step *step)
{
	unsigned char byte = (unsigned char)step->gate.gate;
	ssize_t result;

	/* A low limit on descriptors would keep later steps from opening any. */
	if (step->gate.gate == GATE_LIMITS)
		scratch_close(run);
	trying(run, __NR_sendto, SUBJECT_STEP);
	do
		result = sys_send(run->lane_socket, &byte, 1);
	while (result == -EINTR);
	return result == 1 ? 0 : gone(result);
}

/* The process that STEP_REFORK left has ended or is about to; the final one must be a child of
 * ours, whatever the tape says: else a process that is none of ours would be waited for and killed. */
static int adopt(struct run *run)
{
	pid_t child;
	int status;

	run->stage = run->child;
	run->child = 0;
	trying(run, __NR_wait4, SUBJECT_STEP);
	status = reap(run->stage);
	if (status < 0)
		return status;
	run->stage = 0;
	child = run->tape->child;
	if (child <= 0)
		return -ESRCH;
	trying(run, __NR_waitid, SUBJECT_STEP);
	status = sys_waitid(P_PID, child, NULL, WEXITED | WNOHANG | WNOWAIT);
	if (status == 0)
		run->child = child;
	return status;
}

int do_await_gate(struct run *run, const struct step *step)
{
	unsigned char byte = 0;
	ssize_t result;

	trying(run, __NR_read, SUBJECT_STEP);
	do
		result = sys_read(run->lane_socket, &byte, 1);
	while (result == -EINTR);
	if (result != 1)
		return gone(result);
	if (byte != (unsigned char)step->gate.gate)
		return -EPROTO;
	if (step->gate.gate == GATE_REFORKED && step->lane == LANE_RUNTIME)
		return adopt(run);
	/* `delete` would find it now. */
	if (step->gate.gate == GATE_RECORDED && step->lane == LANE_CONTAINER)
		untie(run);
	return 0;
}

/* --- slots --- */

/* The byte that a slot's message carries, told apart from the gates'. */
static char slot_byte(int slot)
{
	return (char)(0x80 | slot);
}

/* Room for one descriptor and no more: CMSG_SPACE would have room for two. */
union one_descriptor {
	struct cmsghdr header;
	char room[CMSG_LEN(sizeof(int))];
};

ssize_t send_descriptor(int socket, const char *text, size_t length, int fd)
{
	struct iovec part = { (char *)(uintptr_t)text, length };
	union one_descriptor control = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				  .msg_controllen = sizeof(control.room) };
	ssize_t result;

	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(int));
	do
		result = sys_sendmsg(socket, &message);
	while (result == -EINTR);
	return result;
}

int do_send_slot(struct run *run, const struct step *step)
{
	const char byte = slot_byte(step->pass.slot);
	ssize_t result;

	trying(run, __NR_sendmsg, SUBJECT_STEP);
	result = send_descriptor(run->lane_socket, &byte, 1, run->slot[step->pass.slot]);
	return result == 1 ? 0 : gone(result);
}

int do_receive_slot(struct run *run, const struct step *step)
{
	char byte = 0;
	struct iovec part = { &byte, 1 };
	union one_descriptor control = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				  .msg_controllen = sizeof(control.room) };
	ssize_t result;
	int fd;

	trying(run, __NR_recvmsg, SUBJECT_STEP);
	do
		result = sys_recvmsg(run->lane_socket, &message);
	while (result == -EINTR);
	if (result != 1)
		return gone(result);
	if (message.msg_controllen < CMSG_LEN(sizeof(int)) || control.header.cmsg_level != SOL_SOCKET ||
	    control.header.cmsg_type != SCM_RIGHTS || control.header.cmsg_len != CMSG_LEN(sizeof(int)))
		return -EPROTO;
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(int));
	if (byte != slot_byte(step->pass.slot) || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		sys_close(fd);
		return -EPROTO;
	}
	return slot_fill(run, step->pass.slot, fd);
}
