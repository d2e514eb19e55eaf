/* route.c - see route.h */
#include "net/route.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "net/address.h"
#include <linux/rtnetlink.h>
#include <string.h>

/* The kernel sends 32 KiB at most at once (NLMSG_GOODSIZE of a dump). */
enum { ANSWER = 64 * 1024 };

static void add(struct routes *routes, const struct route *route)
{
	routes->at = arena_grow(routes->arena, routes->at, routes->count, &routes->room, sizeof(*routes->at));
	routes->at[routes->count++] = *route;
}

static bool leads_somewhere(const struct rtmsg *info)
{
	return (info->rtm_family == AF_INET || info->rtm_family == AF_INET6) && info->rtm_type != RTN_BROADCAST &&
	       info->rtm_type != RTN_MULTICAST && info->rtm_type != RTN_ANYCAST && !(info->rtm_flags & RTM_F_CLONED) &&
	       info->rtm_dst_len <= address_size(info->rtm_family) * 8;
}

/* `at` and what is behind it are `length` bytes of attributes. */
static void take_attributes(struct route *route, const unsigned char *at, size_t length)
{
	while (length >= sizeof(struct rtattr)) {
		struct rtattr attribute;
		size_t size, step;

		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > length)
			return;
		size = attribute.rta_len - sizeof(attribute);
		if (attribute.rta_type == RTA_DST && size == address_size(route->address.family))
			memcpy(route->address.bytes, at + sizeof(attribute), size);
		if (attribute.rta_type == RTA_OIF && size == sizeof(route->device))
			memcpy(&route->device, at + sizeof(attribute), size);
		step = RTA_ALIGN(attribute.rta_len);
		if (step > length)
			return;
		at += step;
		length -= step;
	}
}

static void take_route(struct routes *routes, const unsigned char *at, size_t length)
{
	struct rtmsg info;
	struct route route;

	if (length < NLMSG_ALIGN(sizeof(info)))
		return;
	memcpy(&info, at, sizeof(info));
	if (!leads_somewhere(&info))
		return;
	route = (struct route){ .address = { .family = info.rtm_family, .prefix = info.rtm_dst_len },
				.learned = info.rtm_protocol == RTPROT_RA };
	take_attributes(&route, at + NLMSG_ALIGN(sizeof(info)), length - NLMSG_ALIGN(sizeof(info)));
	add(routes, &route);
}

bool routes_take(struct routes *routes, const void *answer, size_t length)
{
	const unsigned char *at = answer;

	while (length >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr head;
		size_t step;

		memcpy(&head, at, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > length || head.nlmsg_type == NLMSG_DONE ||
		    head.nlmsg_type == NLMSG_ERROR)
			return false;
		if (head.nlmsg_type == RTM_NEWROUTE)
			take_route(routes, at + sizeof(head), head.nlmsg_len - sizeof(head));
		step = NLMSG_ALIGN(head.nlmsg_len);
		if (step >= length)
			return true;
		at += step;
		length -= step;
	}
	return length == 0;
}

int routes_read(struct arena *arena, struct routes *ret_routes)
{
	struct { struct nlmsghdr head; struct rtmsg info; } request = {
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)), .nlmsg_type = RTM_GETROUTE,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.info = { .rtm_family = AF_UNSPEC },
	};
	closes int fd = sys_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	char *answer = arena_alloc(arena, ANSWER);
	ssize_t length = fd < 0 ? fd : sys_send(fd, &request, request.head.nlmsg_len);

	*ret_routes = (struct routes){ .arena = arena };
	if (length < 0)
		return (int)length;
	do
		length = sys_read(fd, answer, ANSWER);
	while (length == -EINTR || (length > 0 && routes_take(ret_routes, answer, (size_t)length)));
	return length < 0 ? (int)length : 0;
}

bool routes_learned_at(const struct routes *routes, unsigned device)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->at[i].learned && !routes->at[i].address.prefix && routes->at[i].device == device &&
		    routes->at[i].address.family == AF_INET6)
			return true;
	return false;
}

unsigned routes_default_device(const struct routes *routes)
{
	for (size_t i = 0; i < routes->count; i++)
		if (!routes->at[i].address.prefix && routes->at[i].device)
			return routes->at[i].device;
	return 0;
}
