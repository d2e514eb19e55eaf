/* netlink.h - messages to the kernel (netlink(7)): how they are built, sent and answered.
 *
 * A request is one message or several, in a place that the caller has. What does not fit is refused as a
 * whole (CVE-2021-43784: a length that overflowed let one attribute be read as others):
 *
 *	unsigned char room[512];
 *	struct request request = request_in(room, sizeof(room));
 *
 *	request_begin(&request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE, &link, sizeof(link));
 *	request_add_text(&request, IFLA_IFNAME, "eth0");
 *	nest = request_open(&request, IFLA_LINKINFO);
 *	…
 *	request_close(&request, nest);
 *	error = netlink_transact(run, fd, &request);
 *
 * The kernel does what it is told before send(2) returns, message by message, and goes on after one that
 * failed; so all the answers are there by then, and nothing waits.
 */
#pragma once
#include "exec/do.h"
#include <linux/netlink.h>

struct request {
	unsigned char *at;
	size_t room, length;
	size_t message;			/* where the last message begins */
	unsigned messages, answers;	/* how many there are, and how many are acknowledged */
	bool full;			/* something did not fit */
};

/* An empty request. `at` is aligned as struct nlmsghdr is: any array of the stack's with NETLINK_ALIGNED. */
struct request request_in(void *at, size_t room);
#define NETLINK_ALIGNED _Alignas(struct nlmsghdr)

/* Begins one more message. NLM_F_REQUEST is added to the flags; it is only answered in any case if they have
 * NLM_F_ACK. */
void request_begin(struct request *request, uint16_t type, uint16_t flags, const void *body, size_t size);

/* The last message may fail with this errno (1 … 4095): that is then no failure of the request. */
void request_tolerate(struct request *request, int error);

/* Adds an attribute to the last message: bytes, text with its NUL, a number as the machine has it. */
void request_add(struct request *request, uint16_t type, const void *data, size_t size);
void request_add_text(struct request *request, uint16_t type, const char *text);
void request_add_u32(struct request *request, uint16_t type, uint32_t number);

/* Adds bytes without a header, at a boundary of four. */
void request_add_plain(struct request *request, const void *data, size_t size);

/* An attribute that has others in it: all that is added between the two calls. Families that want
 * NLA_F_NESTED are given it in `type`. */
size_t request_open(struct request *request, uint16_t type);
void request_close(struct request *request, size_t nest);

/* A socket of the protocol (NETLINK_ROUTE …), closed some time after the step. */
int netlink_open(struct run *run, int protocol);

/* The same, and who asks closes it. */
int netlink_open_held(struct run *run, int protocol);

/* Closes one of the firewall's, in a process of its own. Whoever is the last to close a socket of NETLINK_NETFILTER
 * waits until all that was deleted from the firewall is freed (seen with Linux 6.18, which calls
 * nft_rcv_nl_event()): a grace period of RCU, 10 ms and more. What was acknowledged is done by then, so nobody needs to
 * wait. The process has nothing else open, and ends with that; it is a child of this one. */
void netlink_close_apart(int fd);

/* Sends the request and reads its answers: 0, or the first error that is not tolerated, with the kernel's
 * words in the tape's note where it has some. -EMSGSIZE: the request is too long. */
int netlink_transact(struct run *run, int fd, struct request *request);

/* Sends the request and reads one answer that is no acknowledgment into `answer` (aligned): its length, or the
 * error that came instead. */
ssize_t netlink_ask(struct run *run, int fd, struct request *request, void *answer, size_t room);

/* Sends a request that is answered by a list (NLM_F_DUMP), and calls `each` for every message of it, with its
 * attributes behind a head of `head` bytes; `each` returns false to hear no more. `room` (aligned): at least 8 KiB, as
 * much as the kernel puts in one answer. 0 or -errno. What others change meanwhile may or may not be in it. */
int netlink_list(struct run *run, int fd, struct request *request, void *answer, size_t room, size_t head,
		 bool (*each)(void *context, const void *attributes, size_t size), void *context);

/* The first attribute of the type among `size` bytes, or NULL; its data has at least `least` bytes and *ret_size. */
const void *netlink_find(const void *at, size_t size, uint16_t type, size_t least, size_t *ret_size);

/* Any socket of the network namespace answers this: the index of a device, or -ENODEV. */
int netlink_index(struct run *run, int fd, const char *name, enum subject subject);
