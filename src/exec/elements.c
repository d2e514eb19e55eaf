/* elements.c - see elements.h. */
#include "exec/elements.h"
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#define TABLE "taru"

enum {
	BATCH = 32 * 1024,
	HEAD = 128,			/* of a message that has elements, and of the batch's end */
	LIST = 60000,			/* an attribute has less than 64 KiB */
	COMMENT = 0,			/* in the data of a table that is the user's: type, length, bytes */
	NEW = NFT_MSG_NEWSETELEM, DELETE = NFT_MSG_DELSETELEM, GET = NFT_MSG_GETSETELEM
};

/* --- building --- */

static void begin_of(struct request *request, unsigned char family, int type, uint16_t flags)
{
	const struct nfgenmsg body = { .nfgen_family = family, .version = NFNETLINK_V0 };

	request_begin(request, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), flags, &body, sizeof(body));
}

static void begin(struct request *request, int type, uint16_t flags)
{
	begin_of(request, NFPROTO_INET, type, flags);
}

static void add_edge(struct request *request, uint16_t type)
{
	const struct nfgenmsg body = { .version = NFNETLINK_V0, .res_id = htobe16(NFNL_SUBSYS_NFTABLES) };

	request_begin(request, type, 0, &body, sizeof(body));
}

static void add_value(struct request *request, uint16_t type, const void *value, size_t size)
{
	size_t nest = request_open(request, type | NLA_F_NESTED);

	request_add(request, NFTA_DATA_VALUE, value, size);
	request_close(request, nest);
}

static size_t size_of(const struct plan_element *element)
{
	return 5UL * NLA_HDRLEN + NLA_ALIGN(element->key_size) + NLA_ALIGN(element->value_size);
}

static void add_element(struct request *request, const struct plan_element *element)
{
	size_t nest = request_open(request, NFTA_LIST_ELEM | NLA_F_NESTED);

	add_value(request, NFTA_SET_ELEM_KEY, element->key, element->key_size);
	if (element->value_size)
		add_value(request, NFTA_SET_ELEM_DATA, element->value, element->value_size);
	request_close(request, nest);
}

/* One message with those at the begin that are of one set, as many as fit. Returns how many. */
static size_t add_of_set(struct request *request, int type, uint16_t flags, const struct plan_element *element,
			 size_t count)
{
	size_t list, done = 0;

	begin(request, type, flags);
	request_add_text(request, NFTA_SET_ELEM_LIST_TABLE, TABLE);
	request_add_text(request, NFTA_SET_ELEM_LIST_SET, element->set);
	list = request_open(request, NFTA_SET_ELEM_LIST_ELEMENTS | NLA_F_NESTED);
	do
		add_element(request, &element[done++]);
	while (done < count && strcmp(element[done].set, element->set) == 0 &&
	       request->length - list + size_of(&element[done]) < LIST &&
	       request->length + size_of(&element[done]) + HEAD <= request->room);
	request_close(request, list);
	return done;
}

/* One batch with as many as fit. Returns how many. */
static size_t fill(struct request *request, int type, uint16_t flags, const struct plan_element *element, size_t count)
{
	size_t done = 0;

	add_edge(request, NFNL_MSG_BATCH_BEGIN);
	do
		done += add_of_set(request, type, flags, element + done, count - done);
	while (done < count && request->length + size_of(&element[done]) + 2UL * HEAD <= request->room);
	add_edge(request, NFNL_MSG_BATCH_END);
	return done;
}

/* *ret_done: how many the batch had. */
static int change(struct run *run, int fd, int type, const struct plan_element *element, size_t count,
		  size_t *ret_done)
{
	NETLINK_ALIGNED unsigned char room[BATCH];
	struct request request = request_in(room, sizeof(room));

	*ret_done = fill(&request, type, (uint16_t)(NLM_F_ACK | (type == NEW ? NLM_F_CREATE : 0)), element, count);
	return netlink_transact(run, fd, &request);
}

/* --- asking --- */

/* The attributes of an answer. */
static const void *body_of(const void *answer, ssize_t length, size_t *ret_size)
{
	size_t head = NLMSG_SPACE(sizeof(struct nfgenmsg));

	*ret_size = (size_t)length > head ? (size_t)length - head : 0;
	return (const char *)answer + head;
}

/* What there is for the key: 1 for this value (and where it has none), 0 for another, -ENOENT for none, or another
 * -errno. */
static int has_value(struct run *run, int fd, const struct plan_element *element)
{
	static const uint16_t path[] = { NFTA_SET_ELEM_LIST_ELEMENTS, NFTA_LIST_ELEM, NFTA_SET_ELEM_DATA,
					 NFTA_DATA_VALUE };
	struct plan_element key = *element;
	NETLINK_ALIGNED unsigned char room[512], answer[1024];
	struct request request = request_in(room, sizeof(room));
	const void *at;
	ssize_t length;
	size_t size;

	key.value_size = 0;
	add_of_set(&request, GET, 0, &key, 1);
	length = netlink_ask(run, fd, &request, answer, sizeof(answer));
	if (length < 0)
		return (int)length;
	at = body_of(answer, length, &size);
	for (size_t i = 0; at && i < sizeof(path) / sizeof(path[0]); i++)
		at = netlink_find(at, size, path[i], 1, &size);
	return !element->value_size || (at && size == element->value_size && memcmp(at, element->value, size) == 0);
}

/* Closed by let_go(). */
static int open_firewall(struct run *run)
{
	int fd = netlink_open_held(run, NETLINK_NETFILTER);

	return fd == -EPROTONOSUPPORT ? -EOPNOTSUPP : fd;
}

static int let_go(int fd, int result)
{
	netlink_close_apart(fd);
	return result;
}

/* --- the calls --- */

/* Which one a map has another value for; `count` where it is none. */
static size_t find_taken(struct run *run, int fd, const struct plan_element *element, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (element[i].value_size && has_value(run, fd, &element[i]) == 0)
			return i;
	return count;
}

/* A kernel says EEXIST, an older one EBUSY. */
static bool says_taken(int error)
{
	return error == -EEXIST || error == -EBUSY;
}

int elements_add(struct run *run, const struct plan_element *element, size_t count, size_t *ret_at)
{
	int fd = open_firewall(run), error = fd < 0 ? fd : 0;
	size_t done;

	for (size_t i = 0; i < count && !error; i += done) {
		error = change(run, fd, NEW, element + i, count - i, &done);
		if (!says_taken(error))
			continue;
		*ret_at = i + find_taken(run, fd, element + i, done);
		error = *ret_at < i + done ? -EADDRINUSE : error;
	}
	return let_go(fd, error);
}

/* A batch with something that is not there fails as a whole. */
static int remove_each(struct run *run, int fd, const struct plan_element *element, size_t count)
{
	int error = 0;
	size_t done;

	for (size_t i = 0; i < count; i++) {
		int now = change(run, fd, DELETE, &element[i], 1, &done);

		if (now && now != -ENOENT && !error)
			error = now;
	}
	return error;
}

static int remove_all(struct run *run, int fd, const struct plan_element *element, size_t count)
{
	int error = 0;
	size_t done;

	for (size_t i = 0; i < count; i += done) {
		int now = change(run, fd, DELETE, element + i, count - i, &done);

		if (now == -ENOENT)
			now = remove_each(run, fd, element + i, done);
		if (now && !error)
			error = now;
	}
	return error;
}

int elements_remove(struct run *run, const struct plan_element *element, size_t count)
{
	int fd = count ? open_firewall(run) : -ENOENT, error = 0;
	size_t from = 0;

	if (fd < 0)
		return fd;
	for (size_t i = 0; i <= count; i++) {
		int now;

		if (i < count && (!element[i].value_size || has_value(run, fd, &element[i]) == 1))
			continue;
		now = remove_all(run, fd, element + from, i - from);
		if (now && !error)
			error = now;
		from = i + 1;
	}
	return let_go(fd, error);
}

int elements_missing(struct run *run, const struct plan_element *element, size_t count, size_t *ret_missing)
{
	int fd = count ? open_firewall(run) : 0, has = 0;

	*ret_missing = 0;
	if (fd <= 0)
		return fd;
	for (size_t i = 0; i < count && (has >= 0 || has == -ENOENT); i++) {
		has = has_value(run, fd, &element[i]);
		*ret_missing += has != 1;
	}
	return let_go(fd, has < 0 && has != -ENOENT ? has : 0);
}

/* --- what stands in front of a port at all addresses --- */

enum {
	PART = 4,			/* at the begin of a key the protocol, at its end the port (net/firewall.c) */
	LISTED = 16 * 1024
};

struct front {
	const struct plan_element *element;
	size_t count;
	const char *any;		/* the map of these elements that is looked at */
	size_t found;			/* the first of them; `count`: none */
};

/* A key without its address. */
static bool is_port(const struct plan_element *any, const unsigned char *key, size_t size)
{
	return any->key_size == 2UL * PART && !memcmp(any->key, key, PART) &&
	       !memcmp(any->key + PART, key + size - PART, PART);
}

/* What leads to the address that it is asked at is a resolver's, which all the others may have beside it. */
static void compare_front(struct front *front, const unsigned char *key, size_t key_size, const unsigned char *value,
			  size_t value_size)
{
	if (key_size < 2UL * PART || value_size != key_size - PART ||
	    !memcmp(key + PART, value, key_size - 2UL * PART))
		return;
	for (size_t i = 0; i < front->found; i++)
		if (!strcmp(front->element[i].set, front->any) && is_port(&front->element[i], key, key_size))
			front->found = i;
}

static bool take_listed(void *context, const void *attributes, size_t size)
{
	size_t left, length, key_size, value_size;
	const unsigned char *at = netlink_find(attributes, size, NFTA_SET_ELEM_LIST_ELEMENTS, 1, &left);
	const unsigned char *one, *key, *value;

	while (at && (one = netlink_find(at, left, NFTA_LIST_ELEM, 1, &length))) {
		const size_t used = (size_t)(one - at) + NLA_ALIGN(length);

		key = netlink_find(one, length, NFTA_SET_ELEM_KEY, 1, &key_size);
		value = netlink_find(one, length, NFTA_SET_ELEM_DATA, 1, &value_size);
		if (key)
			key = netlink_find(key, key_size, NFTA_DATA_VALUE, 1, &key_size);
		if (value)
			value = netlink_find(value, value_size, NFTA_DATA_VALUE, 1, &value_size);
		if (key && value)
			compare_front(context, key, key_size, value, value_size);
		if (used >= left)
			break;
		at += used;
		left -= used;
	}
	return true;
}

static void look_in_front(struct run *run, int fd, struct front *front, const char *any, const char *map)
{
	NETLINK_ALIGNED unsigned char room[128], answer[LISTED];
	struct request request = request_in(room, sizeof(room));
	bool asked = false;

	for (size_t i = 0; i < front->count && !asked; i++)
		asked = !strcmp(front->element[i].set, any);
	if (!asked)
		return;
	front->any = any;
	begin(&request, GET, NLM_F_DUMP);
	request_add_text(&request, NFTA_SET_ELEM_LIST_TABLE, TABLE);
	request_add_text(&request, NFTA_SET_ELEM_LIST_SET, map);
	netlink_list(run, fd, &request, answer, sizeof(answer), sizeof(struct nfgenmsg), take_listed, front);
}

static size_t find_in_front(struct run *run, int fd, const struct plan_element *element, size_t count)
{
	struct front front = { .element = element, .count = count, .found = count };

	look_in_front(run, fd, &front, "publish_any4", "publish4");
	look_in_front(run, fd, &front, "publish_any6", "publish6");
	return front.found;
}

/* --- the table --- */

/* Of what the user has noted at a table: types, lengths and bytes. */
static void take_comment(const unsigned char *at, size_t size, char *to, size_t room)
{
	while (size >= 2 && (size_t)at[1] + 2 <= size) {
		size_t length = at[1];

		if (at[0] == COMMENT && length < room) {
			memcpy(to, at + 2, length);
			to[length] = '\0';
			return;
		}
		at += 2 + length;
		size -= 2 + length;
	}
}

static int ask_table(struct run *run, int fd, char *ret_comment, size_t room)
{
	NETLINK_ALIGNED unsigned char at[64], answer[1024];
	struct request request = request_in(at, sizeof(at));
	const void *found;
	ssize_t length;
	size_t size;

	begin(&request, NFT_MSG_GETTABLE, 0);
	request_add_text(&request, NFTA_TABLE_NAME, TABLE);
	length = netlink_ask(run, fd, &request, answer, sizeof(answer));
	if (length < 0)
		return length == -EINVAL ? -EOPNOTSUPP : (int)length;	/* nobody takes messages for nf_tables */
	found = body_of(answer, length, &size);
	found = netlink_find(found, size, NFTA_TABLE_USERDATA, 2, &size);
	*ret_comment = '\0';
	if (found)
		take_comment(found, size, ret_comment, room);
	return 0;
}

int elements_look(struct run *run, const struct plan_element *element, size_t count, char *ret_comment, size_t room,
		  size_t *ret_taken)
{
	int fd = open_firewall(run), error = fd < 0 ? fd : ask_table(run, fd, ret_comment, room);

	*ret_taken = error ? count : find_taken(run, fd, element, count);
	if (!error && *ret_taken == count)
		*ret_taken = find_in_front(run, fd, element, count);
	return fd < 0 ? fd : let_go(fd, error);
}

int elements_table(struct run *run, char *ret_comment, size_t room)
{
	size_t none;

	return elements_look(run, NULL, 0, ret_comment, room, &none);
}

int elements_other_table(struct run *run, unsigned char family, const char *name)
{
	NETLINK_ALIGNED unsigned char at[64], answer[1024];
	struct request request = request_in(at, sizeof(at));
	int fd = open_firewall(run);
	ssize_t length;

	if (fd < 0)
		return fd;
	begin_of(&request, family, NFT_MSG_GETTABLE, 0);
	request_add_text(&request, NFTA_TABLE_NAME, name);
	length = let_go(fd, (int)netlink_ask(run, fd, &request, answer, sizeof(answer)));
	return length < 0 ? (int)length : 0;
}
