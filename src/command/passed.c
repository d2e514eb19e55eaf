/* passed.c - see passed.h */
#include "command/passed.h"
#include "base/sys.h"
#include "base/text.h"
#include "spec/reason.h"
#include <string.h>

#define AT(member) offsetof(struct passed_asked, member)

const struct option passed_options[] = {
	{ "preserve-fd", 0, OPTION_TEXTS, AT(list), "FD[,FD]…", N_("let it have these descriptors, too") },
	{ "preserve-fds", 0, OPTION_NUMBER, AT(preserve), "N", N_("let it have N more descriptors, from 3 on") },
	{ NULL }
};

bool passed_is_given(unsigned fd)
{
	return sys_fcntl((int)fd, F_GETFD, 0) == 0;
}

static void close_from(unsigned first, const struct log *log)
{
	unsigned ours = log->fd < 0 ? 0 : (unsigned)log->fd;

	if (ours > first)
		sys_close_range(first, ours - 1, 0);
	sys_close_range(ours >= first ? ours + 1 : first, ~0U, 0);
}

static void check(unsigned first, unsigned end, struct problem *problem)
{
	for (unsigned fd = first; fd < end && !problem->found; fd++)
		if (!passed_is_given(fd))
			problem_set(problem, "option '--preserve-fds': descriptor %u is not open", fd);
}

unsigned passed_count(unsigned count, unsigned preserve, const struct log *log, struct problem *problem)
{
	const unsigned first = PASSED_FIRST + count;

	check(first, first + preserve, problem);
	close_from(first + preserve, log);
	return count + preserve;
}

bool passed_is_asked(const struct passed_asked *asked)
{
	return asked->preserve || asked->list.count;
}

enum { LAST = 4095 };

/* Notes which are named: "3,5". */
static void read_list(const char *given, bool named[LAST + 1], struct problem *problem)
{
	char word[8];
	uint64_t fd;

	for (const char *at = given; at && !problem->found; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
		size_t length = strcspn(at, ",");

		length = length < sizeof(word) ? length : 0;
		memcpy(word, at, length);
		word[length] = '\0';
		if (!text_to_u64(word, &fd) || fd < PASSED_FIRST || fd > LAST)
			problem_set(problem, "option '--preserve-fd': '%s' is no list of descriptors from %d to %d, "
				    "as in 3,5", given, PASSED_FIRST, LAST);
		else if (!passed_is_given((unsigned)fd))
			problem_set(problem, "option '--preserve-fd': descriptor %u is not open", (unsigned)fd);
		else
			named[fd] = true;
	}
}

static void fill(unsigned fd, struct problem *problem)
{
	const int null = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);
	int error = null;

	if (null >= 0 && null != (int)fd) {
		error = sys_dup3(null, (int)fd, O_CLOEXEC);
		sys_close(null);
	}
	if (error < 0)
		problem_set(problem, "option '--preserve-fd': cannot put /dev/null in the place of descriptor %u: %s",
			    fd, reason_words(error));
}

unsigned passed_take(const struct passed_asked *asked, const struct log *log, struct problem *problem)
{
	bool named[LAST + 1] = { false };
	unsigned count = 0;

	for (size_t i = 0; i < asked->list.count; i++)
		read_list(asked->list.at[i], named, problem);
	for (unsigned fd = PASSED_FIRST; fd <= LAST; fd++)
		if (named[fd])
			count = fd - PASSED_FIRST + 1;
	check(PASSED_FIRST, PASSED_FIRST + asked->preserve, problem);
	for (unsigned fd = PASSED_FIRST + asked->preserve; fd < PASSED_FIRST + count && !problem->found; fd++)
		if (!named[fd])
			fill(fd, problem);
	return passed_count(count > asked->preserve ? count : asked->preserve, 0, log, problem);
}
