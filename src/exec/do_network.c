/* do_network.c - network devices, by messages to the kernel (rtnetlink(7)).
 *
 * Each step is one request and its answer.
 */
#include "exec/netlink.h"
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/if.h>
#include <string.h>

static void add_name(struct request *request, const char *name)
{
	if (strlen(name) >= IFNAMSIZ)
		request->full = true;
	else
		request_add_text(request, IFLA_IFNAME, name);
}

int do_link_up(struct run *run, const struct step *step)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	int fd = netlink_open(run, NETLINK_ROUTE);

	if (fd < 0)
		return fd;
	request_begin(&request, RTM_SETLINK, NLM_F_ACK, &link, sizeof(link));
	add_name(&request, step->link_up.name);
	return netlink_transact(run, fd, &request);
}

/* A request of its own: in one message the kernel would bring it up first. */
int do_no_link_local(struct run *run, const struct step *step)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
	const uint8_t none = IN6_ADDR_GEN_MODE_NONE;
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	int fd = netlink_open(run, NETLINK_ROUTE);
	size_t families, family;

	if (fd < 0)
		return fd;
	request_begin(&request, RTM_SETLINK, NLM_F_ACK, &link, sizeof(link));
	add_name(&request, step->no_link_local.name);
	families = request_open(&request, IFLA_AF_SPEC);
	family = request_open(&request, AF_INET6);
	request_add(&request, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof(none));
	request_close(&request, family);
	request_close(&request, families);
	return netlink_transact(run, fd, &request);
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
	fd = netlink_open(run, NETLINK_ROUTE);
	error = sys_setns(own, CLONE_NEWNET);
	return error ? error : fd;
}

/* The kernel moves a device first and renames it then: if the name was taken, the device would be
 * inside, and virtual ones end with the namespace that they are in. */
static int check_name(struct run *run, const char *name)
{
	int fd = open_socket_in(run, run->child);
	int index = fd < 0 ? fd : netlink_index(run, fd, name, SUBJECT_TARGET);

	if (index >= 0)
		return -EEXIST;
	return index == -ENODEV ? 0 : index;
}

/* The kernel takes the device down and its addresses away; the name is the one it gets there. */
int do_move_link(struct run *run, const struct step *step)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = (int)step->move_link.index };
	const char *name = step->move_link.new_name ? step->move_link.new_name : step->move_link.name;
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	int error, fd;

	if (run->child <= 0 || !step->move_link.index)
		return -ESRCH;
	error = check_name(run, name);
	if (error)
		return error;
	fd = netlink_open(run, NETLINK_ROUTE);
	if (fd < 0)
		return fd;
	request_begin(&request, RTM_SETLINK, NLM_F_ACK, &link, sizeof(link));
	request_add_u32(&request, IFLA_NET_NS_PID, (uint32_t)run->child);
	add_name(&request, name);
	return netlink_transact(run, fd, &request);
}

/* One that is there already (an IPv6 address that the kernel made itself) is replaced. */
int do_add_address(struct run *run, const struct step *step)
{
	const struct host_address *address = step->add_address.address;
	size_t size = address->family == AF_INET6 ? 16 : 4;
	struct ifaddrmsg body = { .ifa_family = (uint8_t)address->family,
				  .ifa_prefixlen = (uint8_t)address->prefix,
				  .ifa_flags = IFA_F_PERMANENT };
	bool at_once = step->add_address.at_once && address->family == AF_INET6;
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	int index, fd = netlink_open(run, NETLINK_ROUTE);

	if (fd < 0)
		return fd;
	index = netlink_index(run, fd, step->add_address.name, SUBJECT_TARGET);
	if (index < 0)
		return index;
	body.ifa_index = (uint32_t)index;
	body.ifa_flags |= at_once ? IFA_F_NODAD : 0;
	request_begin(&request, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof(body));
	request_add(&request, IFA_LOCAL, address->bytes, size);
	request_add(&request, IFA_ADDRESS, address->bytes, size);
	return netlink_transact(run, fd, &request);
}

int do_add_route(struct run *run, const struct step *step)
{
	const struct host_address *to = step->add_route.to, *via = step->add_route.via;
	const struct host_address *any = to ? to : via;
	size_t size = any->family == AF_INET6 ? 16 : 4;
	const struct rtmsg body = { .rtm_family = (uint8_t)any->family,
				    .rtm_dst_len = (uint8_t)(to ? to->prefix : 0),
				    .rtm_table = RT_TABLE_MAIN,
				    .rtm_protocol = RTPROT_STATIC,
				    .rtm_scope = via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
				    .rtm_type = RTN_UNICAST };
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	int index, fd = netlink_open(run, NETLINK_ROUTE);

	if (fd < 0)
		return fd;
	index = netlink_index(run, fd, step->add_route.name, SUBJECT_TARGET);
	if (index < 0)
		return index;
	request_begin(&request, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	if (to)
		request_add(&request, RTA_DST, to->bytes, size);
	if (via)
		request_add(&request, RTA_GATEWAY, via->bytes, size);
	request_add_u32(&request, RTA_OIF, (uint32_t)index);
	if (step->add_route.metric)
		request_add_u32(&request, RTA_PRIORITY, step->add_route.metric);
	return netlink_transact(run, fd, &request);
}

int do_remove_link(struct run *run, const struct step *step)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	int fd = netlink_open(run, NETLINK_ROUTE);

	if (fd < 0)
		return fd;
	request_begin(&request, RTM_DELLINK, NLM_F_ACK, &link, sizeof(link));
	add_name(&request, step->remove_link.name);
	return netlink_transact(run, fd, &request);
}
