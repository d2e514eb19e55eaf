/* asked_check.c - see asked_check.h */
#include "engine/asked_check.h"
#include "engine/container.h"
#include "engine/limits_asked.h"
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* hostname(7), and '_', which the kernel and DNS take, and people use. __NEW_UTS_LEN of Linux is 64. */
static void check_host_name(const char *option, const char *given, struct problem *problem)
{
	enum { LONGEST = sizeof((struct utsname){ 0 }.nodename) - 1 };
	size_t length = given ? strlen(given) : 1;

	if (given && (length > LONGEST || strspn(given, LETTERS "-_.") != length || strchr("-.", given[0])))
		problem_set(problem, "option '%s': '%.70s' is made of letters, digits, '-', '_' and '.', begins with "
			    "none of '-' and '.', and has at most %d characters", option, given, LONGEST);
}

/* Each is one word of a line in resolv.conf(5). */
static void check_words(const char *option, const struct texts *given, const char *form, struct problem *problem)
{
	for (size_t i = 0; i < given->count; i++) {
		bool good = given->at[i][0];

		for (const char *at = given->at[i]; *at; at++)
			good &= *at > ' ' && *at < 0x7f;
		if (!good)
			problem_set(problem, "option '%s': '%s' is no %s", option, given->at[i], form);
	}
}

/* It is replaced by rename(2): what is no file would be lost to all others, as /dev/null would be. */
static void check_pid_file(const char *path, struct problem *problem)
{
	struct stat info;

	if (path && !lstat(path, &info) && !S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode))
		problem_set(problem, "option '--pidfile': '%s' is there, and no regular file", path);
}

/* Those of memory.swappiness of cgroup v1, where the kernel takes 200 as well, as the sysctl does, and of
 * /proc/PID/oom_score_adj (proc(5)). */
static void check_kernel_numbers(const struct run_asked *asked, struct problem *problem)
{
	enum { SWAPPINESS_MAX = 100, SCORE_MAX = 1000 };
	const struct maybe_i64 score = asked->oom_score_adj;

	if (asked->memory_swappiness.set && asked->memory_swappiness.value > SWAPPINESS_MAX)
		problem_set(problem, "option '--memory-swappiness' takes a number from 0 to %d, not %llu",
			    SWAPPINESS_MAX, (unsigned long long)asked->memory_swappiness.value);
	if (score.set && (score.value < -SCORE_MAX || score.value > SCORE_MAX))
		problem_set(problem, "option '--oom-score-adj' takes a number from -%d to %d, not %lld", SCORE_MAX,
			    SCORE_MAX, (long long)score.value);
}

static void check_ids(const struct run_asked *asked, struct problem *problem)
{
	bool maps = asked->uid_maps.count || asked->gid_maps.count, names = asked->subuid_name || asked->subgid_name;

	if ((asked->userns != NULL) + maps + names > 1)
		problem_set(problem, "options '--userns', '--uidmap' and '--gidmap', '--subuidname' and "
			    "'--subgidname' are three ways to say which ids it has: give one");
}

bool asked_check(const struct run_asked *asked, struct problem *problem)
{
	if (asked->name)
		engine_check_name("option '--name'", asked->name, problem);
	check_host_name("--hostname", asked->hostname, problem);
	check_host_name("--domainname", asked->domainname, problem);
	check_words("--dns-search", &asked->dns_search, "domain, as in example.com, or '.'", problem);
	check_words("--dns-option", &asked->dns_options, "option of resolv.conf(5), as in ndots:2", problem);
	check_pid_file(asked->pid_file, problem);
	limits_check_least("--pids-limit", asked->pids_limit, problem);
	limits_check_memory(asked->memory, problem);
	limits_check_time(asked->cpu_period, asked->cpu_quota, problem);
	limits_check_weight(asked->blkio_weight, problem);
	check_kernel_numbers(asked, problem);
	check_ids(asked, problem);
	return !problem->found;
}
