/* firewall_others.h - rules of others that drop what our networks forward. Nothing of them is ever changed. */
#pragma once
#include "base/text.h"

/* Adds a line for each that would drop what comes from the bridge or goes to it, with the command that mends it:
 * Docker's FORWARD, another one with the policy DROP (nftables, or iptables of the old kind), firewalld. Nothing is
 * added where there is none. What is wrong is told in the reader's language, and ends in "; allow it: ", which does not
 * change, and the command. It runs nft(8), some milliseconds: not for each start. */
void firewall_find_others(struct text *out, const char *nft, const char *bridge);

/* The same of what `nft list ruleset` has printed; pure. */
void firewall_read_others(struct text *out, const char *ruleset, const char *bridge);

/* Whether there is anything that it would look at; some microseconds. */
bool firewall_has_others(struct arena *arena);
