/* orders.c - what the monitor is told: see monitor.h. */
#include "monitor/monitor.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum order_kind { ORDER_TEXT, ORDER_NUMBER, ORDER_FD, ORDER_TIME, ORDER_FLAG, ORDER_COUNT };

static const struct order {
	const char *key;
	enum order_kind kind;
	size_t offset;
} known[] = {
	{ "id", ORDER_TEXT, offsetof(struct orders, id) },
	{ "name", ORDER_TEXT, offsetof(struct orders, name) },
	{ "process", ORDER_NUMBER, offsetof(struct orders, process) },
	{ "pidfd", ORDER_FD, offsetof(struct orders, pidfd) },
	{ "out", ORDER_FD, offsetof(struct orders, out) },
	{ "err", ORDER_FD, offsetof(struct orders, err) },
	{ "in", ORDER_FD, offsetof(struct orders, in) },
	{ "terminal", ORDER_FLAG, offsetof(struct orders, terminal) },
	{ "close-input", ORDER_FLAG, offsetof(struct orders, close_input) },
	{ "folder", ORDER_FD, offsetof(struct orders, folder) },
	{ "socket", ORDER_FD, offsetof(struct orders, socket) },
	{ "client", ORDER_FD, offsetof(struct orders, client) },
	{ "program", ORDER_FD, offsetof(struct orders, program) },
	{ "keeper", ORDER_FD, offsetof(struct orders, keeper) },
	{ "log", ORDER_TEXT, offsetof(struct orders, log) },
	{ "log-size", ORDER_TIME, offsetof(struct orders, log_size) },
	{ "log-files", ORDER_COUNT, offsetof(struct orders, log_files) },
	{ "health-ms", ORDER_TIME, offsetof(struct orders, health_ms) },
	{ "health-fast-ms", ORDER_TIME, offsetof(struct orders, health_fast_ms) },
	{ "health-fast-for-ms", ORDER_TIME, offsetof(struct orders, health_fast_for_ms) },
	{ "health-startup-ms", ORDER_TIME, offsetof(struct orders, health_startup_ms) },
	{ "timeout-ms", ORDER_TIME, offsetof(struct orders, timeout_ms) },
	{ "freezer", ORDER_TEXT, offsetof(struct orders, freezer) },
};

static bool take(struct orders *orders, const struct order *order, const char *value)
{
	char *end;
	unsigned long long number = strtoull(value, &end, 10);
	char *at = (char *)orders + order->offset;

	if (order->kind != ORDER_TEXT && (!*value || *end))
		return false;
	switch (order->kind) {
	case ORDER_TEXT: *(const char **)at = value; break;
	case ORDER_NUMBER:
	case ORDER_FD: *(int *)at = (int)number; break;
	case ORDER_TIME: *(uint64_t *)at = number; break;
	case ORDER_FLAG: *(bool *)at = number; break;
	case ORDER_COUNT: *(unsigned *)at = (unsigned)number; break;
	}
	return true;
}

static bool take_word(struct orders *orders, char *word)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].key) == length && !strncmp(known[i].key, word, length) && word[length])
			return take(orders, &known[i], word + length + 1);
	return false;
}

static bool complain(const char *word)
{
	static const char words[] = "taru-monitor: is started by taru alone; it does not understand ";

	(void)!write(STDERR_FILENO, words, sizeof(words) - 1);
	(void)!write(STDERR_FILENO, word, strlen(word));
	(void)!write(STDERR_FILENO, "\n", 1);
	return false;
}

bool orders_read(char **words, struct orders *ret_orders)
{
	*ret_orders = (struct orders){ .pidfd = -1, .out = -1, .err = -1, .in = -1, .folder = -1, .socket = -1,
				       .client = -1, .program = -1, .keeper = -1, .id = "", .name = "",
				       .log = "none" };
	for (; *words && strcmp(*words, "--") != 0; words++)
		if (!take_word(ret_orders, *words))
			return complain(*words);
	if (!*words || ret_orders->process <= 0 || ret_orders->folder < 0 || ret_orders->program < 0)
		return complain("so few words");
	ret_orders->words = words + 1;
	return true;
}
