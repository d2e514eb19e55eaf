#!/bin/sh
# The networks of the container 'network-connect' change, as a shell script, which does what this does:
#
#	taru network connect NETWORK network-connect
#
# It needs root, or the user whose container it is, and the tools of iproute2, util-linux
# and nftables.
set -eu

# The container's first process.
child=4242

# networks: the runtime holds the process by a descriptor (pidfd_open(2)), so that its number
# cannot become another's; a shell can only look at the moment when it began
began=$(sed 's/.*) //' /proc/4242/stat 2>/dev/null | cut -d ' ' -f 20)
[ "$began" = 123456 ] || { echo "the container's process has ended" >&2; exit 1; }

# network data
if ! ip link show dev taru1 >/dev/null 2>&1; then
	ip link add name taru1 type bridge
	ip link set dev taru1 address "$(ip -br link show dev taru1 | awk '{ print $3 }')"
	[ ! -e /proc/sys/net/ipv6 ] || echo 0 >/proc/sys/net/ipv6/conf/taru1/accept_ra
fi
ip link set dev taru1 up
ip address replace 10.89.0.1/24 dev taru1
# networks
printf %s 1 >/proc/sys/net/ipv4/ip_forward
# network data
/usr/libexec/taru/taru-names --background --listen 10.89.0.1%taru1
ip link add name veth34cd master taru1 numtxqueues 1 numrxqueues 1 type veth peer name eth1 netns "$child" numtxqueues 1 numrxqueues 1
[ ! -e /proc/sys/net/ipv6 ] || ip link set dev veth34cd addrgenmode none
ip link set dev veth34cd type bridge_slave hairpin on
ip link set dev veth34cd up
nsenter --target "$child" --net ip address add 10.89.0.2/24 dev eth1
nsenter --target "$child" --net ip link set dev eth1 addrgenmode none || echo '(a failure is no fault here)' >&2
nsenter --target "$child" --net ip link set dev eth1 up
nsenter --target "$child" --net ip route add default via 10.89.0.1 dev eth1 || echo '(a failure is no fault here)' >&2
