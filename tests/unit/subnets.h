/* subnets.h - addresses and subnets from text, for tests of networks. */
#pragma once
#include "net/address.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* "10.5.0.2" */
static inline struct host_address address(const char *text)
{
	struct host_address address = { 0 };

	assert_true(address_read(text, &address));
	return address;
}

/* "10.5.0.0/24" */
static inline struct host_address subnet(const char *text)
{
	struct host_address subnet = { 0 };
	struct problem problem = { 0 };

	assert_true(subnet_read(text, "test", &subnet, &problem));
	return subnet;
}
