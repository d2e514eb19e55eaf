/* firewall_kernel.c - see firewall.h: the table as the kernel has it. */
#include "net/firewall.h"
#include "base/file.h"
#include "base/text.h"
#include "exec/elements.h"
#include "net/outside.h"
#include <errno.h>
#include <string.h>

int firewall_look(const struct plan_element *element, size_t count, size_t *ret_taken)
{
	struct outside outside;
	struct run *run = outside_begin(&outside);
	char comment[64];
	int error = elements_look(run, element, count, comment, sizeof(comment), ret_taken);

	scratch_close(run);
	if (error)
		return error == -ENOENT ? FIREWALL_ABSENT : error;
	return strcmp(comment, FIREWALL_VERSION) == 0 ? FIREWALL_THERE : FIREWALL_OTHER;
}

int firewall_is_there(void)
{
	size_t none;

	return firewall_look(NULL, 0, &none);
}

int firewall_remove_elements(const struct plan_element *element, size_t count)
{
	struct outside outside;
	struct run *run = outside_begin(&outside);
	int error = elements_remove(run, element, count);

	scratch_close(run);
	return error == -ENOENT ? 0 : error;
}

int firewall_add_elements(const struct plan_element *element, size_t count, size_t *ret_at)
{
	struct outside outside;
	struct run *run = outside_begin(&outside);
	int error = elements_add(run, element, count, ret_at);

	scratch_close(run);
	return error;
}

int firewall_missing_elements(const struct plan_element *element, size_t count, size_t *ret_missing)
{
	struct outside outside;
	struct run *run = outside_begin(&outside);
	int error = elements_missing(run, element, count, ret_missing);

	scratch_close(run);
	return error;
}

/* One transaction of nft(8). */
static bool run_nft(struct arena *arena, const char *nft, const char *rules, struct problem *problem)
{
	struct outside outside;
	struct run *run = outside_begin(&outside);
	char *args[] = { arena_printf(arena, "%s", nft ? nft : "nft"), arena_printf(arena, "-f"),
			 arena_printf(arena, "-"), NULL };
	closes int fd = sys_memfd_create("rules", 0);
	int error = fd < 0 ? fd : file_write_all(fd, rules, strlen(rules));

	if (!error && sys_lseek(fd, 0, SEEK_SET) < 0)
		error = -EIO;
	if (!error)
		error = nft ? tool_run(run, args, fd) : -ENOENT;
	scratch_close(run);
	if (error == -ENOENT)
		problem_set(problem, "the firewall needs 'nft', which is not on this host; install it "
				     "(package nftables)");
	else if (error)
		problem_set(problem, "nft(8) did not take the rules of the firewall: %s",
			    *outside.tape.note ? outside.tape.note : strerror(-error));
	return !error;
}

bool firewall_reload(struct arena *arena, const char *nft, const struct plan_element *element, size_t count,
		     struct problem *problem)
{
	/* The first line is there so that the second never fails. */
	return run_nft(arena, nft, arena_printf(arena, "add table inet taru\ndelete table inet taru\n%s",
						firewall_rules(arena, element, count)), problem);
}
