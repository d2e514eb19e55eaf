/* do_network.c - network devices, by messages to the kernel (rtnetlink(7)).
 *
 * Each step is one request and its answer. A message has a fixed size, and what does
 * not fit into it is refused as a whole (CVE-2021-43784: a length that overflowed let one
 * attribute be read as others).
 */
#include "base/sys_socket.h"
#include "exec/do.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/if.h>
#include <string.h>

/* Find the index of a device by its name; <linux/sockios.h> has it too. */
#define INDEX_BY_NAME 0x8933

struct request {
	_Alignas(struct nlmsghdr) unsigned char at[512];
	size_t length;
	bool full;
};

static void *add_bytes(struct request *request, const void *from, size_t size)
{
	unsigned char *to = request->at + request->length;
	size_t room = sizeof(request->at) - request->length, aligned = NLMSG_ALIGN(size);

	if (request->full || size > room || aligned > room) {
		request->full = true;
		return request->at;
	}
	memset(to, 0, aligned);
	memcpy(to, from, size);
	request->length += aligned;
	return to;
}

static void begin(struct request *request, uint16_t type, uint16_t flags, const void *body, size_t size)
{
	const struct nlmsghdr header = {
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags),
		.nlmsg_seq = 1,
	};

	request->length = 0;
	request->full = false;
	add_bytes(request, &header, sizeof(header));
	add_bytes(request, body, size);
}

static void add_attribute(struct request *request, uint16_t type, const void *data, size_t size)
{
	struct rtattr header = { .rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type };

	if (size > sizeof(request->at)) {
		request->full = true;
		return;
	}
	add_bytes(request, &header, sizeof(header));
	add_bytes(request, data, size);
}

/* The acknowledgment: an error number, 0 for done. */
static int read_answer(int fd)
{
	_Alignas(struct nlmsghdr) char answer[4096];
	const struct nlmsghdr *header = (const void *)answer;
	const struct nlmsgerr *error = (const void *)(answer + NLMSG_HDRLEN);
	struct sockaddr_nl from = { 0 };
	struct iovec part = { answer, sizeof(answer) };
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from),
				  .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got;

	do
		got = sys_recvmsg(fd, &message);
	while (got == -EINTR || (got > 0 && from.nl_pid != 0));	/* only the kernel is believed */
	if (got < 0)
		return (int)got;
	if ((size_t)got < NLMSG_LENGTH(sizeof(*error)) || header->nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return error->error;
}

static int open_netlink(struct run *run)
{
	trying(run, __NR_socket, SUBJECT_STEP);
	return scratch_add(run, sys_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
}

static int transact(struct run *run, int fd, struct request *request)
{
	struct nlmsghdr *header = (void *)request->at;
	ssize_t sent;

	trying(run, __NR_sendto, SUBJECT_STEP);
	if (request->full)
		return -EMSGSIZE;
	header->nlmsg_len = (uint32_t)request->length;
	sent = sys_send(fd, request->at, request->length);
	return sent < 0 ? (int)sent : read_answer(fd);
}

static void add_name(struct request *request, const char *name)
{
	size_t size = strlen(name) + 1;

	if (size > IFNAMSIZ)
		request->full = true;
	else
		add_attribute(request, IFLA_IFNAME, name, size);
}

int do_link_up(struct run *run, const struct step *step)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct request request;
	int fd = open_netlink(run);

	if (fd < 0)
		return fd;
	begin(&request, RTM_SETLINK, 0, &link, sizeof(link));
	add_name(&request, step->link_up.name);
	return transact(run, fd, &request);
}

/* Any socket of the network namespace answers this: its index, or -ENODEV. */
static int index_of(struct run *run, int fd, const char *name)
{
	struct ifreq request = { 0 };
	int error;

	trying(run, __NR_ioctl, SUBJECT_TARGET);
	if (strlen(name) >= sizeof(request.ifr_name))
		return -ENODEV;
	put_text(request.ifr_name, name);
	error = sys_ioctl(fd, INDEX_BY_NAME, &request);
	return error ? error : request.ifr_ifindex;
}

static int open_network_of(struct run *run, const char *process)
{
	char path[64];

	put_text(put_text(put_text(path, "/proc/"), process), "/ns/net");
	trying(run, __NR_openat, SUBJECT_STEP);
	return scratch_add(run, sys_openat(AT_FDCWD, path, O_RDONLY, 0));
}

/* A socket stays in the network namespace that it was made in. */
static int open_socket_in(struct run *run, pid_t pid)
{
	char process[24];
	int error, fd, own = open_network_of(run, "self"), other;

	put_number(process, (uint64_t)pid);
	other = own < 0 ? own : open_network_of(run, process);
	if (other < 0)
		return other;
	trying(run, __NR_setns, SUBJECT_STEP);
	error = sys_setns(other, CLONE_NEWNET);
	if (error)
		return error;
	fd = open_netlink(run);
	error = sys_setns(own, CLONE_NEWNET);
	return error ? error : fd;
}

/* The kernel moves a device first and renames it then: if the name was taken, the device would be
 * inside, and virtual ones end with the namespace that they are in. */
static int check_name(struct run *run, const char *name)
{
	int fd = open_socket_in(run, run->child);
	int index = fd < 0 ? fd : index_of(run, fd, name);

	if (index >= 0)
		return -EEXIST;
	return index == -ENODEV ? 0 : index;
}

/* The kernel takes the device down and its addresses away; the name is the one it gets there. */
int do_move_link(struct run *run, const struct step *step)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = (int)step->move_link.index };
	const char *name = step->move_link.new_name ? step->move_link.new_name : step->move_link.name;
	uint32_t pid = (uint32_t)run->child;
	struct request request;
	int error, fd;

	if (run->child <= 0 || !step->move_link.index)
		return -ESRCH;
	error = check_name(run, name);
	if (error)
		return error;
	fd = open_netlink(run);
	if (fd < 0)
		return fd;
	begin(&request, RTM_SETLINK, 0, &link, sizeof(link));
	add_attribute(&request, IFLA_NET_NS_PID, &pid, sizeof(pid));
	add_name(&request, name);
	return transact(run, fd, &request);
}

/* One that is there already (an IPv6 address that the kernel made itself) is replaced. */
int do_add_address(struct run *run, const struct step *step)
{
	const struct host_address *address = step->add_address.address;
	size_t size = address->family == AF_INET6 ? 16 : 4;
	struct ifaddrmsg body = { .ifa_family = (uint8_t)address->family,
				  .ifa_prefixlen = (uint8_t)address->prefix,
				  .ifa_flags = IFA_F_PERMANENT };
	struct request request;
	int index, fd = open_netlink(run);

	if (fd < 0)
		return fd;
	index = index_of(run, fd, step->add_address.name);
	if (index < 0)
		return index;
	body.ifa_index = (uint32_t)index;
	begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof(body));
	add_attribute(&request, IFA_LOCAL, address->bytes, size);
	add_attribute(&request, IFA_ADDRESS, address->bytes, size);
	return transact(run, fd, &request);
}
