/* build_firewall.c - what the firewall must know of a container's networks and published ports.
 *
 * The rules are the same for all containers (net/firewall.h); what a container adds are elements of their sets and
 * maps, in one transaction. All this comes before there is a network device that a packet could come through.
 */
#include "plan/build.h"

static const char why_networks[] = "networks";

void build_firewall(struct builder *b)
{
	const struct plan_network *network = b->request->network;

	if (!network)
		return;
	if (network->rules && !b->host->nft)
		problem_set(b->problem, "networks: the firewall needs 'nft', which is not on this host; install it "
					"(package nftables), or use '--network none' or '--network host'");
	if (network->rules)
		ADD_RUNTIME(b, STEP_LOAD_RULES, why_networks, .load_rules = { b->host->nft, network->rules });
	if (network->elements)
		ADD_RUNTIME(b, STEP_ADD_ELEMENTS, why_networks,
			    .add_elements = { network->element, network->elements });
}
