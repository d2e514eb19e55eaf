/* host_network.c - network devices and their addresses, by rtnetlink(7). Read-only. */
#include "base/sys.h"
#include "host/host_parts.h"
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADDRESSES = 64, REPLY = 32 * 1024 };

static void take_address(struct host *host, struct nlmsghdr *message)
{
	struct ifaddrmsg *info = NLMSG_DATA(message);
	size_t length = NLMSG_PAYLOAD(message, sizeof(*info)), size;
	struct rtattr *attribute = IFA_RTA(info);
	struct host_device *device = NULL;
	struct host_address *address;

	for (size_t i = 0; i < host->devices; i++)
		if (host->device[i].index == info->ifa_index)
			device = &host->device[i];
	/* Link-local addresses are the kernel's own: it makes them anew. */
	if (!device || device->addresses == ADDRESSES || info->ifa_scope == RT_SCOPE_LINK)
		return;
	address = &device->address[device->addresses];
	size = info->ifa_family == AF_INET ? 4 : 16;
	for (; RTA_OK(attribute, length); attribute = RTA_NEXT(attribute, length)) {
		/* IFA_LOCAL is the address itself where the link is point-to-point. */
		bool local = attribute->rta_type == IFA_LOCAL ||
			     (attribute->rta_type == IFA_ADDRESS && address->prefix == 0);

		if (!local || RTA_PAYLOAD(attribute) != size)
			continue;
		memcpy(address->bytes, RTA_DATA(attribute), size);
		address->family = info->ifa_family;
		address->prefix = info->ifa_prefixlen;
	}
	device->addresses += address->family != 0;
}

/* Returns false at the end of the dump or on an error. */
static bool take_reply(struct host *host, char *reply, size_t length)
{
	struct nlmsghdr *message = (void *)reply;

	for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
		if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
			return false;
		if (message->nlmsg_type == RTM_NEWADDR &&
		    message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifaddrmsg)))
			take_address(host, message);
	}
	return true;
}

static void read_addresses(struct arena *arena, struct host *host)
{
	struct { struct nlmsghdr head; struct ifaddrmsg info; } request = {
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifaddrmsg)),
			  .nlmsg_type = RTM_GETADDR,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.info = { .ifa_family = AF_UNSPEC },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	char *reply = arena_alloc(arena, REPLY);
	ssize_t length;

	if (fd < 0)
		return;
	if (send(fd, &request, request.head.nlmsg_len, 0) == (ssize_t)request.head.nlmsg_len)
		do
			length = recv(fd, reply, REPLY, 0);
		while (length > 0 && take_reply(host, reply, (size_t)length));
	close(fd);
}

void host_read_devices(struct arena *arena, const struct host_wants *wants, struct host *host)
{
	host->device = ARENA_ARRAY(arena, wants->devices, struct host_device);
	host->devices = wants->devices;
	for (size_t i = 0; i < wants->devices; i++) {
		host->device[i].name = wants->device[i];
		host->device[i].index = if_nametoindex(wants->device[i]);
		host->device[i].address = ARENA_ARRAY(arena, ADDRESSES, struct host_address);
	}
	read_addresses(arena, host);
}
