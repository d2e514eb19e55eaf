#!/bin/sh
# The networks of the container 'network-disconnect' change, as a shell script, which does what this does:
#
#	taru network connect NETWORK network-disconnect
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

# network lan
nsenter --target "$child" --net ip link delete dev eth0 || echo '(a failure is no fault here)' >&2
# network data
nsenter --target "$child" --net ip route add default via 10.89.0.1 dev eth1 || echo '(a failure is no fault here)' >&2
