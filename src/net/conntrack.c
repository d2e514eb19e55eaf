/* conntrack.c - see conntrack.h */
#include "net/conntrack.h"
#include "base/sys_socket.h"
#include "exec/netlink.h"
#include "net/address.h"
#include "net/outside.h"
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <string.h>

enum { HEAD = NLMSG_SPACE(sizeof(struct nfgenmsg)), ANSWER = 32 * 1024 };

static uint16_t kind(int message)
{
	return (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | message);
}

static void begin(struct request *request, int message, uint16_t flags, int family)
{
	const struct nfgenmsg body = { .nfgen_family = (uint8_t)family, .version = NFNETLINK_V0 };

	request_begin(request, kind(message), flags, &body, sizeof(body));
}

/* What is at the end of a path of attributes. */
static const void *find(const void *at, size_t size, const uint16_t *path, size_t length, size_t least)
{
	for (size_t i = 0; at && i < length; i++)
		at = netlink_find(at, size, path[i], i + 1 < length ? 1 : least, &size);
	return at;
}

static bool leads_to(const void *at, size_t size, const struct host_address *address)
{
	const bool six = address->family == AF_INET6;
	const uint16_t source[] = { CTA_TUPLE_REPLY, CTA_TUPLE_IP, six ? CTA_IP_V6_SRC : CTA_IP_V4_SRC };
	static const uint16_t protocol[] = { CTA_TUPLE_ORIG, CTA_TUPLE_PROTO, CTA_PROTO_NUM };
	const unsigned char *number = find(at, size, protocol, 3, 1);
	const void *from = find(at, size, source, 3, address_size(address->family));

	return number && (*number == IPPROTO_UDP || *number == IPPROTO_SCTP) && from &&
	       memcmp(from, address->bytes, address_size(address->family)) == 0;
}

/* One flow is known by its tuple; it may have ended by itself. */
static void forget(struct run *run, int fd, const void *at, size_t size, int family)
{
	NETLINK_ALIGNED unsigned char room[512];
	struct request request = request_in(room, sizeof(room));
	size_t length;
	const void *tuple = netlink_find(at, size, CTA_TUPLE_ORIG, 1, &length);
	const void *zone;

	if (!tuple)
		return;
	begin(&request, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, family);
	request_add(&request, CTA_TUPLE_ORIG | NLA_F_NESTED, tuple, length);
	zone = netlink_find(at, size, CTA_ZONE, sizeof(uint16_t), &length);
	if (zone)
		request_add(&request, CTA_ZONE, zone, sizeof(uint16_t));
	netlink_transact(run, fd, &request);
}

/* The messages of one datagram; false after the last one. */
static bool take(struct run *run, int fd, const unsigned char *answer, size_t got, const struct host_address *address)
{
	while (got >= HEAD) {
		const struct nlmsghdr *header = (const void *)answer;
		const size_t length = header->nlmsg_len, aligned = NLMSG_ALIGN(length);

		if (header->nlmsg_type != kind(IPCTNL_MSG_CT_NEW) || length < HEAD || length > got)
			return false;
		if (leads_to(answer + HEAD, length - HEAD, address))
			forget(run, fd, answer + HEAD, length - HEAD, address->family);
		answer += aligned < got ? aligned : got;
		got -= aligned < got ? aligned : got;
	}
	return true;
}

/* All flows are gone through once; what changes meanwhile may be left out. */
static void forget_all(struct run *run, const struct host_address *address)
{
	NETLINK_ALIGNED unsigned char room[64], answer[ANSWER];
	struct request request = request_in(room, sizeof(room));
	struct iovec part = { answer, sizeof(answer) };
	struct sockaddr_nl from = { 0 };
	struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1 };
	int list = netlink_open(run, NETLINK_NETFILTER), fd = netlink_open(run, NETLINK_NETFILTER);
	ssize_t got;

	begin(&request, IPCTNL_MSG_CT_GET, NLM_F_DUMP, address->family);
	if (list < 0 || fd < 0 || sys_send(list, request.at, request.length) < 0)
		return;
	do
		got = sys_recvmsg(list, &message);
	while (got == -EINTR || (got > 0 && (from.nl_pid || take(run, fd, answer, (size_t)got, address))));
}

void conntrack_forget(const struct host_address *address)
{
	struct outside outside;

	forget_all(outside_begin(&outside), address);
	scratch_close(&outside.run);
}
