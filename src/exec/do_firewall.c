/* do_firewall.c - the firewall of networks: its table, by nft(8), and elements of that, in process. */
#include "exec/elements.h"
#include <string.h>

static int in_memory(struct run *run, const char *text)
{
	size_t left = strlen(text);
	int fd;

	trying(run, __NR_memfd_create, SUBJECT_STEP);
	fd = scratch_add(run, sys_memfd_create("rules", 0));
	while (fd >= 0 && left) {
		ssize_t written = sys_write(fd, text, left);

		if (written < 0)
			return (int)written;
		text += written;
		left -= (size_t)written;
	}
	if (fd >= 0)
		sys_lseek(fd, 0, SEEK_SET);
	return fd;
}

/* The rules begin with `create table`, which fails where somebody else has just made it: then it is there. */
int do_load_rules(struct run *run, const struct step *step)
{
	char file[] = "-f", input[] = "-";
	char *args[] = { (char *)(uintptr_t)step->load_rules.tool, file, input, NULL };
	int fd = in_memory(run, step->load_rules.rules);
	char comment[64];
	int error;

	if (fd < 0)
		return fd;
	error = tool_run(run, args, fd);
	return error == -EPERM && elements_table(run, comment, sizeof(comment)) == 0 ? 0 : error;
}

int do_add_elements(struct run *run, const struct step *step)
{
	size_t taken = 0;
	int error = elements_add(run, step->add_elements.element, step->add_elements.count, &taken);

	if (error == -EADDRINUSE) {
		run->mark->subject = SUBJECT_OPTION;
		run->mark->detail = (uint8_t)(taken < UINT8_MAX ? taken : UINT8_MAX);
	}
	return error;
}
