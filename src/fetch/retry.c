/* retry.c - see retry.h */
#include "fetch/retry.h"
#include <string.h>
#include <sys/random.h>

enum {
	FIRST_MS = 250,
	LONGEST_MS = 8000,
	ATTEMPTS_UNREACHED = 2,		/* who is not there is not there a moment later either */
};

struct retry retry_new(struct task *task)
{
	return (struct retry){ .task = task };
}

void retry_forgive(struct retry *retry)
{
	retry->tried = 0;
}

/* From half of it to half more. */
static uint64_t by_chance(uint64_t ms)
{
	uint32_t chance = UINT32_MAX / 2;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		chance = UINT32_MAX / 2;
	return ms / 2 + ms * chance / UINT32_MAX;
}

static uint64_t wait_ms(const struct retry *retry)
{
	uint64_t longest = retry->task->session->silence_seconds * 1000;
	uint64_t ms = FIRST_MS << (retry->tried < 8 ? retry->tried - 1 : 7);

	ms = by_chance(ms < LONGEST_MS ? ms : LONGEST_MS);
	if (retry->task->session->retry_ms)
		return retry->task->session->retry_ms;
	if (retry->task->failure.wait_s >= 0)
		ms = (uint64_t)retry->task->failure.wait_s * 1000 + by_chance(FIRST_MS);
	return ms < longest ? ms : longest;
}

bool retry_again(struct retry *retry)
{
	struct failure *failure = &retry->task->failure;
	uint64_t most = retry->task->session->attempts;

	retry->tried++;
	if (!failure->transient)
		return false;
	if (failure->unreached && most > ATTEMPTS_UNREACHED)
		most = ATTEMPTS_UNREACHED;
	if (retry->tried >= most) {
		/* Before what the server said, which may be long. */
		const char *colon = strchr(failure->message, ':');
		size_t length = colon ? (size_t)(colon - failure->message) : strlen(failure->message);

		if (retry->tried > 1)
			failure->message = arena_printf(&retry->task->arena, "%.*s (%llu times)%s", (int)length,
				failure->message, (unsigned long long)retry->tried, failure->message + length);
		return false;
	}
	task_sleep(retry->task, wait_ms(retry));
	*failure = (struct failure){ 0 };
	return true;
}
