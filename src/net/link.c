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

enum { PORTS = 1024 };			/* of a bridge at most (BR_MAX_PORTS) */

/* The devices' numbers, each at the place of its port, of which the first is never used; 0 where there is none. */
static bool read_ports(const char *bridge, int ret_index[PORTS])
{
	unsigned long words[4] = { BRCTL_GET_PORT_LIST, (unsigned long)ret_index, PORTS };
	struct ifreq request = { .ifr_data = (void *)words };
	closes int fd = sys_socket(AF_INET, SOCK_DGRAM, 0);

	memset(ret_index, 0, PORTS * sizeof(*ret_index));
	if (fd < 0 || strlen(bridge) >= sizeof(request.ifr_name))
		return false;
	memcpy(request.ifr_name, bridge, strlen(bridge) + 1);
	return sys_ioctl(fd, SIOCDEVPRIVATE, &request) >= 0;
}

bool link_has_ports(const char *bridge)
{
	int index[PORTS];
	bool read = read_ports(bridge, index), found = false;

	for (size_t i = 0; i < PORTS && read && !found; i++)
		found = index[i] != 0;
	return found;
}

bool link_is_port(const char *bridge, const char *device)
{
	const int wanted = (int)if_nametoindex(device);
	int index[PORTS];
	bool read = wanted && read_ports(bridge, index), found = false;

	for (size_t i = 0; i < PORTS && read && !found; i++)
		found = index[i] == wanted;
	return found;
}
