/* head.h - whether a blob is there. */
#pragma once
#include "fetch/call.h"

struct blob_head { bool there; uint64_t size; };

/* Asks an endpoint. False with a failure; that it is not there is none. */
bool blob_head(struct task *task, struct endpoint *endpoint, const char *digest, struct blob_head *ret_head);
