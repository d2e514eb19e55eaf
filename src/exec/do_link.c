/* do_link.c - network devices that are made: bridges of this machine, and devices of the container. */
#include "exec/netlink.h"
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>

/* --- bridges --- */

/* What the kernel says of a device. */
struct found {
	int index;
	bool bridge, up;
	unsigned char mac[ETH_ALEN];
};

static bool is_bridge(const void *at, size_t size)
{
	size_t length;
	const char *info = netlink_find(at, size, IFLA_LINKINFO, 0, &length);
	const char *kind = info ? netlink_find(info, length, IFLA_INFO_KIND, sizeof("bridge"), &length) : NULL;

	return kind && memcmp(kind, "bridge", sizeof("bridge")) == 0;
}

/* -ENODEV: there is no device of that name. */
static int find(struct run *run, int fd, const char *name, struct found *ret_found)
{
	enum { FILTER_SKIP_STATS = 1 << 3, BEFORE = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifinfomsg)) };
	const struct ifinfomsg any = { .ifi_family = AF_UNSPEC };
	NETLINK_ALIGNED unsigned char room[128], answer[8192];
	const struct ifinfomsg *link = (const void *)(answer + NLMSG_HDRLEN);
	struct request request = request_in(room, sizeof(room));
	const void *mac;
	size_t size;
	ssize_t length;

	request_begin(&request, RTM_GETLINK, 0, &any, sizeof(any));
	request_add_text(&request, IFLA_IFNAME, name);
	request_add_u32(&request, IFLA_EXT_MASK, FILTER_SKIP_STATS);
	length = netlink_ask(run, fd, &request, answer, sizeof(answer));
	if (length < 0)
		return (int)length;
	if (length < BEFORE)
		return -EPROTO;
	mac = netlink_find(answer + BEFORE, (size_t)length - BEFORE, IFLA_ADDRESS, ETH_ALEN, &size);
	*ret_found = (struct found){ .index = link->ifi_index, .up = link->ifi_flags & IFF_UP,
				     .bridge = is_bridge(answer + BEFORE, (size_t)length - BEFORE) };
	if (mac)
		memcpy(ret_found->mac, mac, ETH_ALEN);
	return 0;
}

/* A port has the default VLAN, untagged, from when it becomes one (br_vlan_init() in net/bridge/br_vlan.c). */
static void add_bridge(struct request *request, unsigned vlan)
{
	const uint8_t filtering = 1;
	const uint16_t number = (uint16_t)vlan;
	size_t info = request_open(request, IFLA_LINKINFO), data;

	request_add_text(request, IFLA_INFO_KIND, "bridge");
	if (vlan) {
		data = request_open(request, IFLA_INFO_DATA);
		request_add(request, IFLA_BR_VLAN_FILTERING, &filtering, sizeof(filtering));
		request_add(request, IFLA_BR_VLAN_DEFAULT_PVID, &number, sizeof(number));
		request_close(request, data);
	}
	request_close(request, info);
}

/* What a container on it says about routers is not for this machine (CVE-2020-13401). No IPv6: no such file. */
static int ignore_routers(struct run *run, const char *name)
{
	char path[sizeof("/proc/sys/net/ipv6/conf//accept_ra") + IFNAMSIZ];
	int error;

	put_text(put_text(put_text(path, "/proc/sys/net/ipv6/conf/"), name), "/accept_ra");
	error = write_at(run, AT_FDCWD, path, 0, "0");
	return error == -ENOENT ? 0 : error;
}

/* -EEXIST: another container has made it meanwhile. */
static int make(struct run *run, int fd, const struct plan_bridge *bridge)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	int error;

	request_begin(&request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &link, sizeof(link));
	request_add_text(&request, IFLA_IFNAME, bridge->name);
	add_bridge(&request, bridge->vlan);
	error = netlink_transact(run, fd, &request);
	if (error == -EOPNOTSUPP && bridge->vlan)
		run->mark->subject = SUBJECT_SOURCE;
	return error ? error : ignore_routers(run, bridge->name);
}

/* A bridge takes the lowest hardware address of its ports as its own, unless it was given one: all containers
 * would have to find their gateway anew when one with that address ends. So it is given the one that it began
 * with. */
static void add_set_up(struct request *request, const struct plan_bridge *bridge, const struct found *found,
		       bool made)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = found->index,
					.ifi_flags = IFF_UP, .ifi_change = IFF_UP };

	request_begin(request, RTM_SETLINK, NLM_F_ACK, &link, sizeof(link));
	if (!made)
		return;
	request_add(request, IFLA_ADDRESS, found->mac, sizeof(found->mac));
	if (bridge->mtu)
		request_add_u32(request, IFLA_MTU, bridge->mtu);
}

/* An address that is there is left alone: whoever watches the addresses of this machine need not hear of it. */
static void add_address(struct request *request, int index, const struct host_address *address)
{
	size_t size = address->family == AF_INET6 ? 16 : 4;
	struct ifaddrmsg body = { .ifa_family = (uint8_t)address->family,
				  .ifa_prefixlen = (uint8_t)address->prefix,
				  .ifa_flags = IFA_F_PERMANENT | (address->family == AF_INET6 ? IFA_F_NODAD : 0),
				  .ifa_index = (uint32_t)index };

	request_begin(request, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	request_tolerate(request, EEXIST);
	request_add(request, IFA_LOCAL, address->bytes, size);
	request_add(request, IFA_ADDRESS, address->bytes, size);
}

static void remove_device(struct run *run, int fd, int index)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = index };
	NETLINK_ALIGNED unsigned char room[64];
	struct request request = request_in(room, sizeof(room));

	request_begin(&request, RTM_DELLINK, NLM_F_ACK, &link, sizeof(link));
	netlink_transact(run, fd, &request);
}

static int set_up(struct run *run, int fd, const struct plan_bridge *bridge, const struct found *found, bool made)
{
	NETLINK_ALIGNED unsigned char room[2048];
	struct request request = request_in(room, sizeof(room));
	int error;

	if (made || !found->up)
		add_set_up(&request, bridge, found, made);
	for (size_t i = 0; i < bridge->addresses; i++)
		add_address(&request, found->index, &bridge->address[i]);
	if (!request.messages)
		return 0;
	error = netlink_transact(run, fd, &request);
	if (error && made)
		remove_device(run, fd, found->index);
	if (error)
		trying(run, __NR_sendto, SUBJECT_TARGET);
	return error;
}

int do_make_bridge(struct run *run, const struct step *step)
{
	const struct plan_bridge *bridge = step->make_bridge.bridge;
	int error, fd = netlink_open(run, NETLINK_ROUTE);
	struct found found;
	bool made;

	if (fd < 0)
		return fd;
	error = find(run, fd, bridge->name, &found);
	made = error == -ENODEV;
	if (made) {
		error = make(run, fd, bridge);
		if (error && error != -EEXIST)
			return error;
		made = !error;
		error = find(run, fd, bridge->name, &found);
	}
	if (error)
		return error;
	return found.bridge ? set_up(run, fd, bridge, &found, made) : -EEXIST;
}

/* --- devices of the container --- */

static bool has_mac(const struct plan_link *link)
{
	static const unsigned char none[ETH_ALEN];

	return memcmp(link->mac, none, ETH_ALEN) != 0;
}

/* What the container's own end has: born in its namespace, it never has that name here. */
static void add_inside(struct request *request, const struct plan_link *link, pid_t child)
{
	request_add_text(request, IFLA_IFNAME, link->inside);
	request_add_u32(request, IFLA_NET_NS_PID, (uint32_t)child);
	if (link->mtu)
		request_add_u32(request, IFLA_MTU, link->mtu);
	if (has_mac(link))
		request_add(request, IFLA_ADDRESS, link->mac, ETH_ALEN);
}

/* The kernel would give each end a queue for each processor that the machine could have (Linux 5.13), with a directory
 * in /sys for each: milliseconds where there are many. A pair's packets go into no queue, so one is as fast. */
static void add_queues(struct request *request)
{
	request_add_u32(request, IFLA_NUM_TX_QUEUES, 1);
	request_add_u32(request, IFLA_NUM_RX_QUEUES, 1);
}

static void add_pair(struct request *request, const struct plan_link *link, int bridge, pid_t child)
{
	const struct ifinfomsg none = { .ifi_family = AF_UNSPEC };
	size_t info, data, peer;

	request_begin(request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &none, sizeof(none));
	request_add_text(request, IFLA_IFNAME, link->outside);
	request_add_u32(request, IFLA_MASTER, (uint32_t)bridge);
	add_queues(request);
	if (link->mtu)
		request_add_u32(request, IFLA_MTU, link->mtu);
	info = request_open(request, IFLA_LINKINFO);
	request_add_text(request, IFLA_INFO_KIND, "veth");
	data = request_open(request, IFLA_INFO_DATA);
	peer = request_open(request, VETH_INFO_PEER);
	request_add_plain(request, &none, sizeof(none));
	add_inside(request, link, child);
	add_queues(request);
	request_close(request, peer);
	request_close(request, data);
	request_close(request, info);
}

/* What only a port that is there takes. Hairpin: a container reaches itself by a port that it has published. No
 * address of IPv6 for a port, nobody talks to it. */
static void add_port(struct request *request, const struct plan_link *link)
{
	const struct ifinfomsg up = { .ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	const struct ifinfomsg none = { .ifi_family = AF_UNSPEC };
	const uint8_t on = 1, no_address = IN6_ADDR_GEN_MODE_NONE;
	size_t outer, inner;

	request_begin(request, RTM_NEWLINK, NLM_F_ACK, &none, sizeof(none));
	request_tolerate(request, EAFNOSUPPORT);
	request_add_text(request, IFLA_IFNAME, link->outside);
	outer = request_open(request, IFLA_AF_SPEC);
	inner = request_open(request, AF_INET6);
	request_add(request, IFLA_INET6_ADDR_GEN_MODE, &no_address, sizeof(no_address));
	request_close(request, inner);
	request_close(request, outer);

	request_begin(request, RTM_NEWLINK, NLM_F_ACK, &up, sizeof(up));
	request_add_text(request, IFLA_IFNAME, link->outside);
	outer = request_open(request, IFLA_LINKINFO);
	request_add_text(request, IFLA_INFO_SLAVE_KIND, "bridge");
	inner = request_open(request, IFLA_INFO_SLAVE_DATA);
	request_add(request, IFLA_BRPORT_MODE, &on, sizeof(on));
	request_close(request, inner);
	request_close(request, outer);
}

static void add_on_top(struct request *request, const struct plan_link *link, int parent, pid_t child)
{
	const struct ifinfomsg none = { .ifi_family = AF_UNSPEC };
	const uint32_t macvlan = link->mode;
	const uint16_t ipvlan = (uint16_t)link->mode;
	size_t info, data;

	request_begin(request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &none, sizeof(none));
	request_add_u32(request, IFLA_LINK, (uint32_t)parent);
	add_inside(request, link, child);
	info = request_open(request, IFLA_LINKINFO);
	request_add_text(request, IFLA_INFO_KIND, link->kind == LINK_MACVLAN ? "macvlan" : "ipvlan");
	data = request_open(request, IFLA_INFO_DATA);
	if (link->kind == LINK_MACVLAN)
		request_add(request, IFLA_MACVLAN_MODE, &macvlan, sizeof(macvlan));
	else
		request_add(request, IFLA_IPVLAN_MODE, &ipvlan, sizeof(ipvlan));
	request_close(request, data);
	request_close(request, info);
}

/* One message for both ends does not tell whose name is taken. */
static void tell_taken(struct run *run, int fd, const struct plan_link *link)
{
	bool outside = link->kind == LINK_VETH && netlink_index(run, fd, link->outside, SUBJECT_STEP) > 0;

	trying(run, __NR_sendto, outside ? SUBJECT_TARGET : SUBJECT_OPTION);
}

int do_add_link(struct run *run, const struct step *step)
{
	const struct plan_link *link = step->add_link.link;
	NETLINK_ALIGNED unsigned char room[1024];
	struct request request = request_in(room, sizeof(room));
	int parent, error, fd;

	if (run->child <= 0)
		return -ESRCH;
	fd = netlink_open(run, NETLINK_ROUTE);
	if (fd < 0)
		return fd;
	parent = netlink_index(run, fd, link->parent, SUBJECT_SOURCE);
	if (parent < 0)
		return parent;
	if (link->kind == LINK_VETH) {
		add_pair(&request, link, parent, run->child);
		add_port(&request, link);
	} else {
		add_on_top(&request, link, parent, run->child);
	}
	error = netlink_transact(run, fd, &request);
	if (error == -EEXIST)
		tell_taken(run, fd, link);
	return error;
}
