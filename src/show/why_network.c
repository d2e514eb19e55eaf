/* why_network.c - causes of failures with network devices.
 *
 * For a bridge SUBJECT_TARGET is its setting up. For a device of the container: the source is what it is put on, the
 * target its other end, the option its name in the container.
 */
#include "show/why.h"
#include <errno.h>
#include <string.h>

#define ADMIN N_("it needs CAP_NET_ADMIN")
#define NO_IPV6 N_("is IPv6 switched off (/proc/sys/net/ipv6/conf/*/disable_ipv6, or ipv6.disable=1 at boot)")

const struct cause network_causes[] = {
	{ STEP_NO_LINK_LOCAL, EPERM, ANY, N_("setting up the network device @name is not allowed"),
	  N_("it needs CAP_NET_ADMIN in the user namespace of the network namespace") },
	{ STEP_NO_LINK_LOCAL, ENODEV, ANY, N_("there is no network device @name"), NULL },
	{ STEP_LINK_UP, EPERM, ANY, N_("switching on the network device @name is not allowed"),
	  N_("it needs CAP_NET_ADMIN in the user namespace of the network namespace") },
	{ STEP_LINK_UP, ENODEV, ANY, N_("there is no network device @name"), NULL },
	{ STEP_MOVE_LINK, ENODEV, ANY, N_("the host has no network device @name (any more)"), NULL },
	{ STEP_MOVE_LINK, EPERM, ANY, N_("moving the network device @name is not allowed"),
	  N_("it needs CAP_NET_ADMIN on the host") },
	{ STEP_MOVE_LINK, EEXIST, ANY, N_("the container has a network device of the new name already"), NULL },
	{ STEP_MOVE_LINK, EINVAL, ANY, N_("the network device @name cannot be moved"),
	  N_("some belong to one namespace for good, such as lo and bridges of Wi-Fi") },
	{ STEP_MOVE_LINK, EBUSY, ANY, N_("the network device @name is in use"), NULL },
	{ STEP_ADD_ADDRESS, EINVAL, ANY, N_("the network device @name does not take its address"),
	  N_("is IPv6 switched off in the container (net.ipv6.conf.all.disable_ipv6)") },
	{ STEP_ADD_ADDRESS, EACCES, ANY, N_("the network device @name does not take an IPv6 address"), NO_IPV6 },
	{ STEP_ADD_ADDRESS, EOPNOTSUPP, ANY, N_("the network device @name does not take an IPv6 address"), NO_IPV6 },
	{ STEP_ADD_ADDRESS, EPERM, ANY, N_("giving the network device @name an address is not allowed"), ADMIN },

	{ STEP_MAKE_BRIDGE, EEXIST, ANY, N_("there is a network device @name, and it is no bridge"),
	  N_("give the network another name for its bridge, or remove the device (ip link delete)") },
	{ STEP_MAKE_BRIDGE, EACCES, SUBJECT_TARGET, N_("the bridge @name does not take an IPv6 address"), NO_IPV6 },
	{ STEP_MAKE_BRIDGE, EOPNOTSUPP, SUBJECT_TARGET, N_("the bridge @name does not take an IPv6 address"), NO_IPV6 },
	{ STEP_MAKE_BRIDGE, EINVAL, SUBJECT_TARGET, N_("the bridge @name does not take its MTU or an address"),
	  N_("an MTU is 68 to 65535 bytes, with IPv6 1280 at least") },
	{ STEP_MAKE_BRIDGE, EOPNOTSUPP, SUBJECT_SOURCE, N_("this kernel makes no bridge that is in a VLAN"),
	  N_("it has no CONFIG_BRIDGE_VLAN_FILTERING, or the module is not loaded (modprobe bridge); make the network "
	     "without --opt vlan") },
	{ STEP_MAKE_BRIDGE, EOPNOTSUPP, ANY, N_("this kernel makes no network devices of type @type"),
	  N_("load the module (modprobe bridge)") },
	{ STEP_MAKE_BRIDGE, EPERM, ANY, N_("making the bridge @name is not allowed"), ADMIN },
	{ STEP_MAKE_BRIDGE, EROFS, ANY, N_("'/proc/sys' is read-only"), NULL },

	{ STEP_ADD_LINK, ENODEV, SUBJECT_SOURCE, N_("there is no network device @source"), N_("see 'ip link'") },
	{ STEP_ADD_LINK, EEXIST, SUBJECT_TARGET, N_("this machine has a network device @target already"),
	N_("see 'ip link'") },
	{ STEP_ADD_LINK, EEXIST, ANY, N_("the container has a network device @name already"), NULL },
	{ STEP_ADD_LINK, EOPNOTSUPP, ANY, N_("this kernel makes no network devices of type @type, or not on @source"),
	  N_("load the module (modprobe @type)") },
	{ STEP_ADD_LINK, EBUSY, ANY, N_("the network device @source cannot have a @type on it: it is in use"),
	  N_("it may be a port of a bridge, or have devices of another type on it") },
	{ STEP_ADD_LINK, EXFULL, ANY, N_("the bridge @source is full"),
	  N_("it has as many ports as it can have (1023)") },
	{ STEP_ADD_LINK, EADDRNOTAVAIL, ANY, N_("the network device @name does not take its hardware address"),
	  N_("that of one device has an even first byte, and is not all 0") },
	{ STEP_ADD_LINK, EADDRINUSE, ANY, N_("another device on @source has the hardware address of @name"), NULL },
	{ STEP_ADD_LINK, ERANGE, ANY, N_("the MTU of the network device @name is out of range"),
	  N_("68 to 65535 bytes, and not more than that of what it is put on") },
	{ STEP_ADD_LINK, EINVAL, ANY, N_("the kernel does not make a @type @name on @source"),
	  N_("its MTU must be 68 to 65535 bytes, and not more than that of what it is put on") },
	{ STEP_ADD_LINK, EPERM, ANY, N_("making the network device @name is not allowed"), ADMIN },

	{ STEP_ADD_ROUTE, EEXIST, ANY, N_("the container has such a route already"),
	  N_("only one of its networks can have the default gateway") },
	{ STEP_ADD_ROUTE, ENETUNREACH, ANY, N_("the gateway cannot be reached from the addresses of @name"), NULL },
	{ STEP_ADD_ROUTE, EHOSTUNREACH, ANY, N_("the gateway cannot be reached from the addresses of @name"), NULL },
	{ STEP_ADD_ROUTE, EINVAL, ANY, N_("the gateway cannot be reached from the addresses of @name"), NULL },
	{ STEP_ADD_ROUTE, EOPNOTSUPP, ANY, N_("the container has no IPv6"), NO_IPV6 },
	{ STEP_ADD_ROUTE, ENODEV, ANY, N_("there is no network device @name"), NULL },
	{ STEP_ADD_ROUTE, EPERM, ANY, N_("adding a route is not allowed"), ADMIN },

	{ STEP_REMOVE_LINK, ENODEV, ANY, N_("the container has no network device @name (any more)"), NULL },
	{ STEP_REMOVE_LINK, EPERM, ANY, N_("removing the network device @name is not allowed"), ADMIN },

	{ STEP_WRITE_FILE, ENOENT, ANY, N_("this kernel has no @target"),
	  N_("the module that has it may not be loaded") },
	{ STEP_WRITE_FILE, EINVAL, ANY, N_("the kernel does not take the value for @target"), NULL },
	{ STEP_WRITE_FILE, EROFS, ANY, N_("'/proc/sys' is read-only"), NULL },
	{ STEP_WRITE_FILE, EACCES, ANY, N_("@target may not be set"), N_("it needs the rights of the host's root") },
	{ 0, 0, 0, NULL, NULL }
};

bool why_is_network(const struct step *step)
{
	static const char settings[] = "/proc/sys/";

	switch ((int)step->kind) {
	case STEP_NO_LINK_LOCAL:
	case STEP_LINK_UP:
	case STEP_MOVE_LINK:
	case STEP_ADD_ADDRESS:
	case STEP_MAKE_BRIDGE:
	case STEP_ADD_LINK:
	case STEP_REMOVE_LINK:
	case STEP_ADD_ROUTE: return true;
	case STEP_WRITE_FILE: return strncmp(step->write_file.path, settings, sizeof(settings) - 1) == 0;
	}
	return false;
}
