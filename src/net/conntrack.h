/* conntrack.h - what the kernel remembers of flows that it has translated addresses for (conntrack), by messages of
 * nfnetlink(7), subsystem ctnetlink. */
#pragma once
#include "host/host.h"

/* Makes it forget the flows of UDP and SCTP whose answers come from the address: those that lead there. A flow of UDP
 * has no end that a kernel could see: as long as there are packets it leads to where its first one went. With a kernel
 * that cannot be asked nothing is forgotten. */
void conntrack_forget(const struct host_address *address);
