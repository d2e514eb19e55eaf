/* link.c - see link.h */
#include "net/link.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include <linux/if_bridge.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <linux/sockios.h>
#include <string.h>

struct removal {
	struct nlmsghdr head;
	struct ifinfomsg link;
	struct rtattr attribute;
	char name[IFNAMSIZ];
};

/* The kernel's answer: an error number, 0 for done. */
static int read_answer(int fd)
{
	_Alignas(struct nlmsghdr) char answer[1024];
	const struct nlmsghdr *head = (const void *)answer;
	const struct nlmsgerr *error = (const void *)(answer + NLMSG_HDRLEN);
	struct iovec part = { answer, sizeof(answer) };
	struct sockaddr_nl from = { 0 };
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got;

	do
		got = sys_recvmsg(fd, &message);
	while (got == -EINTR || (got > 0 && from.nl_pid != 0));
	if (got < 0)
		return (int)got;
	if ((size_t)got < NLMSG_LENGTH(sizeof(*error)) || head->nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return error->error;
}

int link_remove(const char *name)
{
	const size_t length = strlen(name);
	struct removal removal = {
		.head = { .nlmsg_len = sizeof(removal), .nlmsg_type = RTM_DELLINK, .nlmsg_seq = 1,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.link.ifi_family = AF_UNSPEC,
		.attribute = { .rta_len = RTA_LENGTH(sizeof(removal.name)), .rta_type = IFLA_IFNAME },
	};
	closes int fd = sys_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	ssize_t sent;

	if (fd < 0)
		return fd;
	if (!length || length >= sizeof(removal.name))
		return -ENODEV;
	memcpy(removal.name, name, length);
	sent = sys_send(fd, &removal, sizeof(removal));
	return sent < 0 ? (int)sent : read_answer(fd);
}

/* The devices' numbers, each at the place of its port, of which the first is never used. */
bool link_has_ports(const char *bridge)
{
	enum { PORTS = 1024 };		/* of a bridge at most (BR_MAX_PORTS) */
	int index[PORTS] = { 0 };
	unsigned long words[4] = { BRCTL_GET_PORT_LIST, (unsigned long)index, PORTS };
	struct ifreq request = { .ifr_data = (void *)words };
	closes int fd = sys_socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || strlen(bridge) >= sizeof(request.ifr_name))
		return false;
	memcpy(request.ifr_name, bridge, strlen(bridge) + 1);
	if (sys_ioctl(fd, SIOCDEVPRIVATE, &request) < 0)
		return false;
	for (size_t i = 0; i < PORTS; i++)
		if (index[i])
			return true;
	return false;
}
