/* network_words.h - a container's networks, which the engine hands over as data, as words that a test writes:
 *
 *	bridge=NETWORK,NAME,MTU[,ADDRESS…]
 *	link=NETWORK,KIND,PARENT,OUTSIDE,INSIDE,MODE,MTU,MAC[,ADDRESS…][,via,GATEWAY…]
 *	setting=PATH,VALUE
 *	gone=NETWORK,INSIDE		a device that goes
 *	route=NETWORK,INSIDE,GATEWAY	one that is there gets a route
 *
 * KIND is veth, macvlan or ipvlan, MODE a number of the kernel's, MTU 0 and an empty MAC are its own choice.
 */
#pragma once
#include "plan/plan.h"

/* Adds what the word says; *network is made for the first one. False: it is no such word. */
bool network_take(struct arena *arena, struct plan_network **network, const char *word);
