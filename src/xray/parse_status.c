/* parse_status.c - what a process is and may do: see parse.h */
#include "xray/parse.h"
#include <string.h>
#include <sys/resource.h>

char *xray_line(struct arena *arena, const char **text)
{
	const char *begin = *text;
	size_t length = begin ? strcspn(begin, "\n") : 0;

	if (!begin || !*begin)
		return NULL;
	*text = begin[length] ? begin + length + 1 : begin + length;
	return arena_copy(arena, begin, length);
}

size_t xray_count_lines(const char *text)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 99;
}

bool xray_number(const char **at, unsigned base, uint64_t *ret_value)
{
	const char *from = *at;
	uint64_t value = 0;
	unsigned digit;

	while ((digit = digit_of(*from)) < base) {
		if (value > (UINT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
		from++;
	}
	if (from == *at)
		return false;
	*at = from;
	*ret_value = value;
	return true;
}

/* --- status --- */

struct reading { struct arena *arena; struct xray_status *status; };

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Up to `room` numbers that fit an id. */
static size_t take_ids(const char *at, uint32_t *ids, size_t room)
{
	size_t count = 0;
	uint64_t value;

	for (at = skip_blanks(at); count < room && xray_number(&at, 10, &value) && value <= UINT32_MAX;
	     at = skip_blanks(at))
		ids[count++] = (uint32_t)value;
	return count;
}

static struct maybe_u32 take_one(const char *at, unsigned base)
{
	uint64_t value;

	at = skip_blanks(at);
	if (!xray_number(&at, base, &value) || value > UINT32_MAX)
		return (struct maybe_u32){ 0 };
	return (struct maybe_u32){ true, (uint32_t)value };
}

static void take_state(struct reading *reading, const char *at)
{
	reading->status->state = *skip_blanks(at);
}

static void take_process(struct reading *reading, const char *at)
{
	reading->status->process = (pid_t)take_one(at, 10).value;
}

static void take_kthread(struct reading *reading, const char *at)
{
	reading->status->kernel_thread = take_one(at, 10).value == 1;
}

static void take_uids(struct reading *reading, const char *at)
{
	take_ids(at, reading->status->uid, XRAY_IDS);
}

static void take_gids(struct reading *reading, const char *at)
{
	take_ids(at, reading->status->gid, XRAY_IDS);
}

static void take_groups(struct reading *reading, const char *at)
{
	const size_t room = strlen(at) / 2 + 1;

	reading->status->group = ARENA_ARRAY(reading->arena, room, uint32_t);
	reading->status->groups = take_ids(at, reading->status->group, room);
}

/* The last one is that of the innermost namespace. */
static void take_own_pid(struct reading *reading, const char *at)
{
	uint32_t pid[33] = { 0 };	/* MAX_PID_NS_LEVEL */
	const size_t count = take_ids(at, pid, sizeof(pid) / sizeof(pid[0]));

	reading->status->own_pid = count ? (pid_t)pid[count - 1] : 0;
}

static void take_set(struct reading *reading, enum xray_set set, const char *at)
{
	at = skip_blanks(at);
	reading->status->sets_told |= xray_number(&at, 16, &reading->status->set[set]);
}

static void take_inheritable(struct reading *reading, const char *at)
{
	take_set(reading, SET_INHERITABLE, at);
}

static void take_permitted(struct reading *reading, const char *at)
{
	take_set(reading, SET_PERMITTED, at);
}

static void take_effective(struct reading *reading, const char *at)
{
	take_set(reading, SET_EFFECTIVE, at);
}

static void take_bounding(struct reading *reading, const char *at)
{
	take_set(reading, SET_BOUNDING, at);
}

static void take_ambient(struct reading *reading, const char *at)
{
	take_set(reading, SET_AMBIENT, at);
}

static void take_no_new_privileges(struct reading *reading, const char *at)
{
	const struct maybe_u32 value = take_one(at, 10);

	reading->status->no_new_privileges = (struct maybe_bool){ value.set, value.value != 0 };
}

static void take_seccomp(struct reading *reading, const char *at)
{
	reading->status->seccomp = take_one(at, 10);
}

static void take_filters(struct reading *reading, const char *at)
{
	reading->status->filters = take_one(at, 10);
}

static void take_umask(struct reading *reading, const char *at)
{
	reading->status->umask = take_one(at, 8);
}

static const char *take_text(struct reading *reading, const char *at)
{
	at = skip_blanks(at);
	return arena_copy(reading->arena, at, strlen(at));
}

static void take_cpus(struct reading *reading, const char *at)
{
	reading->status->cpus = take_text(reading, at);
}

static void take_nodes(struct reading *reading, const char *at)
{
	reading->status->memory_nodes = take_text(reading, at);
}

/* A newline in the name of a process is escaped by the kernel, so a line is what it says. */
static const struct { const char *word; void (*take)(struct reading *reading, const char *at); } words[] = {
	{ "State:", take_state },		{ "Tgid:", take_process },
	{ "Kthread:", take_kthread },		{ "Uid:", take_uids },
	{ "Gid:", take_gids },			{ "Groups:", take_groups },
	{ "NSpid:", take_own_pid },		{ "Umask:", take_umask },
	{ "CapInh:", take_inheritable },	{ "CapPrm:", take_permitted },
	{ "CapEff:", take_effective },		{ "CapBnd:", take_bounding },
	{ "CapAmb:", take_ambient },		{ "NoNewPrivs:", take_no_new_privileges },
	{ "Seccomp:", take_seccomp },		{ "Seccomp_filters:", take_filters },
	{ "Cpus_allowed_list:", take_cpus },	{ "Mems_allowed_list:", take_nodes },
};

void xray_parse_status(struct arena *arena, const char *text, struct xray_status *ret_status)
{
	struct reading reading = { arena, ret_status };
	const char *line;

	*ret_status = (struct xray_status){ 0 };
	while ((line = xray_line(arena, &text)))
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!strncmp(line, words[i].word, strlen(words[i].word)))
				words[i].take(&reading, line + strlen(words[i].word));
}

/* --- stat --- */

static int32_t signed_of(bool minus, uint64_t value)
{
	const int32_t number = value > INT32_MAX ? INT32_MAX : (int32_t)value;

	return minus ? -number : number;
}

/* The name is in parentheses and may hold anything, even those. */
void xray_parse_stat(const char *text, struct xray_stat *ret_stat)
{
	enum { FIRST = 4, FLAGS = 9, NICE = 19, PRIORITY = 40, POLICY = 41 };
	const char *at = strrchr(text, ')');

	*ret_stat = (struct xray_stat){ 0 };
	if (!at || at[1] != ' ' || !at[2])
		return;
	at += 3;
	for (int field = FIRST; field <= POLICY && *at == ' '; field++) {
		const bool minus = at[1] == '-';
		uint64_t value;

		at += 1 + minus;
		if (!xray_number(&at, 10, &value))
			return;
		if (field == FLAGS)
			ret_stat->flags = (uint32_t)value;
		else if (field == NICE)
			ret_stat->nice = signed_of(minus, value);
		else if (field == PRIORITY)
			ret_stat->priority = signed_of(minus, value);
		else if (field == POLICY)
			ret_stat->policy = (uint32_t)value;
	}
}

/* --- limits --- */

static const struct { const char *words; uint32_t resource; } limits[] = {
	{ "Max cpu time", RLIMIT_CPU },		{ "Max file size", RLIMIT_FSIZE },
	{ "Max data size", RLIMIT_DATA },	{ "Max stack size", RLIMIT_STACK },
	{ "Max core file size", RLIMIT_CORE },	{ "Max resident set", RLIMIT_RSS },
	{ "Max processes", RLIMIT_NPROC },	{ "Max open files", RLIMIT_NOFILE },
	{ "Max locked memory", RLIMIT_MEMLOCK },	{ "Max address space", RLIMIT_AS },
	{ "Max file locks", RLIMIT_LOCKS },	{ "Max pending signals", RLIMIT_SIGPENDING },
	{ "Max msgqueue size", RLIMIT_MSGQUEUE },	{ "Max nice priority", RLIMIT_NICE },
	{ "Max realtime priority", RLIMIT_RTPRIO },	{ "Max realtime timeout", RLIMIT_RTTIME },
};

_Static_assert(sizeof(limits) / sizeof(limits[0]) == XRAY_RLIMITS, "there are so many limits");

static bool take_limit(const char **at, struct maybe_u64 *ret_value)
{
	static const char unlimited[] = "unlimited";

	*at = skip_blanks(*at);
	*ret_value = (struct maybe_u64){ 0 };
	if (!strncmp(*at, unlimited, strlen(unlimited))) {
		*at += strlen(unlimited);
		return true;
	}
	ret_value->set = xray_number(at, 10, &ret_value->value);
	return ret_value->set;
}

static bool take_limits(const char *line, struct xray_rlimit *ret_limit)
{
	for (size_t i = 0; i < XRAY_RLIMITS; i++) {
		const size_t length = strlen(limits[i].words);
		const char *at;

		if (strncmp(line, limits[i].words, length) != 0)
			continue;
		at = line + length;
		ret_limit->resource = limits[i].resource;
		return take_limit(&at, &ret_limit->soft) && take_limit(&at, &ret_limit->hard);
	}
	return false;
}

size_t xray_parse_limits(struct arena *arena, const char *text, struct xray_rlimit *ret_limits)
{
	size_t count = 0;
	const char *line;

	while (count < XRAY_RLIMITS && (line = xray_line(arena, &text)))
		count += take_limits(line, &ret_limits[count]);
	return count;
}

/* --- cmdline --- */

char **xray_parse_arguments(struct arena *arena, const char *text, size_t length)
{
	size_t count = 0, ends = 0;
	char **list;

	for (size_t i = 0; i < length; i++)
		ends += !text[i];
	list = ARENA_ARRAY(arena, ends + 2, char *);
	for (size_t begin = 0; begin < length; begin += strlen(list[count - 1]) + 1) {
		const char *end = memchr(text + begin, '\0', length - begin);

		list[count++] = arena_copy(arena, text + begin, end ? (size_t)(end - text) - begin : length - begin);
	}
	return list;
}
