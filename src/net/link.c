/* link.c - see link.h */
#include "net/link.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include "exec/netlink.h"
#include "net/outside.h"
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>

int link_remove(const char *name)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
	NETLINK_ALIGNED unsigned char room[128];
	struct request request = request_in(room, sizeof(room));
	struct outside outside;
	struct run *run = outside_begin(&outside);
	int fd, error;

	if (!name[0] || strlen(name) >= IFNAMSIZ)
		return -ENODEV;
	fd = netlink_open(run, NETLINK_ROUTE);
	request_begin(&request, RTM_DELLINK, NLM_F_ACK, &link, sizeof(link));
	request_add_text(&request, IFLA_IFNAME, name);
	error = fd < 0 ? fd : netlink_transact(run, fd, &request);
	scratch_close(run);
	return error;
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
