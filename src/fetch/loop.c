/* loop.c - see loop.h */
#include "fetch/loop.h"
#include "base/clock.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

/* A stack is mapped whole and costs what is touched. OpenSSL's verifying takes 20 KiB of one. */
enum { STACK = 256 * 1024, GUARD = 64 * 1024, HOST_CONNECTIONS = 6, CONNECTIONS = 24, IDLE_CONNECTIONS = 8 };

enum { TURN_MS = 1000 };

int loop_init(struct loop *loop)
{
	*loop = (struct loop){ .multi = curl_multi_init() };
	if (!loop->multi)
		return -ENOMEM;
	curl_multi_setopt(loop->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS);
	curl_multi_setopt(loop->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
	curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
	curl_multi_setopt(loop->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	return 0;
}

struct task *task_new(struct loop *loop, struct session *session)
{
	struct task *task = calloc(1, sizeof(*task));
	char *stack;

	if (!task)
		return NULL;
	stack = mmap(NULL, GUARD + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED) {
		free(task);
		return NULL;
	}
	mprotect(stack, GUARD, PROT_NONE);
	task->loop = loop;
	task->session = session;
	task->stack = stack;
	arena_init(&task->arena, NULL, 0);
	return task;
}

void task_free(struct task *task)
{
	arena_release(&task->arena);
	munmap(task->stack, GUARD + STACK);
	free(task);
}

/* makecontext(3) hands on ints only. */
static void task_main(unsigned high, unsigned low)
{
	struct task *task = (struct task *)(((uintptr_t)high << 32) | low);

	task->work(task);
	task->over = true;
	swapcontext(&task->context, &task->loop->context);
	abort();	/* nobody goes on with it */
}

void task_start(struct task *task, void (*work)(struct task *task), void *about)
{
	uintptr_t self = (uintptr_t)task;

	task->work = work;
	task->about = about;
	getcontext(&task->context);
	task->context.uc_stack.ss_sp = (char *)task->stack + GUARD;
	task->context.uc_stack.ss_size = STACK;
	makecontext(&task->context, (void (*)(void))(void *)task_main, 2, (unsigned)(self >> 32), (unsigned)self);
	task->next = task->loop->tasks;
	task->loop->tasks = task;
	task->loop->count++;
}

/* Goes on with each task whose time has come, and frees those that are over. Returns when the next one's comes. */
static uint64_t run_tasks(struct loop *loop)
{
	uint64_t soonest = UINT64_MAX;

	for (struct task **at = &loop->tasks, *task; (task = *at);) {
		if (task->wake_ms <= clock_ms())
			swapcontext(&loop->context, &task->context);
		if (task->over) {
			*at = task->next;
			loop->count--;
			task_free(task);
			continue;
		}
		if (task->wake_ms < soonest)
			soonest = task->wake_ms;
		at = &task->next;
	}
	return soonest;
}

/* Wakes the tasks whose transfers have ended. */
static void take_ends(struct loop *loop)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(loop->multi, &left))) {
		struct task *task = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&task);
		task->result = message->data.result;
		task->wake_ms = 0;
	}
}

int loop_turn(struct loop *loop, int fd)
{
	struct curl_waitfd more = { .fd = fd, .events = CURL_WAIT_POLLIN };
	uint64_t soonest, now;
	int running;

	if (curl_multi_perform(loop->multi, &running))
		return -EIO;
	take_ends(loop);
	soonest = run_tasks(loop);
	now = clock_ms();
	if (soonest > now + TURN_MS)
		soonest = now + TURN_MS;
	if (curl_multi_poll(loop->multi, &more, fd >= 0, soonest > now ? (int)(soonest - now) : 0, NULL))
		return -EIO;
	return more.revents != 0;
}

CURLcode task_transfer(struct task *task, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_PRIVATE, task);
	if (curl_multi_add_handle(task->loop->multi, easy))
		return CURLE_FAILED_INIT;
	task->wake_ms = UINT64_MAX;
	swapcontext(&task->context, &task->loop->context);
	curl_multi_remove_handle(task->loop->multi, easy);
	return task->result;
}

void task_sleep(struct task *task, uint64_t ms)
{
	task->wake_ms = ms ? clock_ms() + ms : 0;
	swapcontext(&task->context, &task->loop->context);
}
