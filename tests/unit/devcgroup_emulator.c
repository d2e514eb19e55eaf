/* devcgroup_emulator.c - see devcgroup_emulator.h */
#include "devcgroup_emulator.h"
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>

/* --- a line --- */

static bool read_number(const char **at, uint32_t *ret_number)
{
	char *end;

	*ret_number = UINT32_MAX;
	if (**at == '*') {
		++*at;
		return true;
	}
	if (!isdigit((unsigned char)**at))
		return false;
	*ret_number = (uint32_t)strtoul(*at, &end, 10);
	*at = end;
	return true;
}

static bool read_access(const char *at, unsigned *ret_access)
{
	for (int count = 0; count < 3 && *at; count++, at++) {
		if (*at == 'r')
			*ret_access |= DEVICE_READ;
		else if (*at == 'w')
			*ret_access |= DEVICE_WRITE;
		else if (*at == 'm')
			*ret_access |= DEVICE_MKNOD;
		else
			return false;
	}
	return *at == '\0';
}

static bool read_line(const char *at, struct devcgroup_exception *ret)
{
	*ret = (struct devcgroup_exception){ .type = *at };
	if ((*at != 'b' && *at != 'c') || *++at != ' ')
		return false;
	at++;
	if (!read_number(&at, &ret->major) || *at++ != ':' || !read_number(&at, &ret->minor))
		return false;
	return *at == ' ' && read_access(at + 1, &ret->access);
}

/* --- exceptions --- */

static struct devcgroup_exception *find(struct devcgroup *cgroup, const struct devcgroup_exception *like)
{
	for (size_t i = 0; i < cgroup->exceptions; i++) {
		struct devcgroup_exception *e = &cgroup->exception[i];

		if (e->type == like->type && e->major == like->major && e->minor == like->minor)
			return e;
	}
	return NULL;
}

static void add(struct devcgroup *cgroup, const struct devcgroup_exception *more)
{
	struct devcgroup_exception *there = find(cgroup, more);

	if (there) {
		there->access |= more->access;
		return;
	}
	assert(cgroup->exceptions < DEVCGROUP_EXCEPTIONS);
	cgroup->exception[cgroup->exceptions++] = *more;
}

static void take(struct devcgroup *cgroup, const struct devcgroup_exception *less)
{
	struct devcgroup_exception *there = find(cgroup, less);

	if (!there)
		return;
	there->access &= ~less->access;
	if (!there->access)
		*there = cgroup->exception[--cgroup->exceptions];
}

bool devcgroup_write(struct devcgroup *cgroup, const struct device_line *line)
{
	struct devcgroup_exception exception;

	if (line->text[0] == 'a') {
		cgroup->allow = line->allow;
		cgroup->exceptions = 0;
		return true;
	}
	if (!read_line(line->text, &exception))
		return false;
	if (line->allow == cgroup->allow)
		take(cgroup, &exception);
	else
		add(cgroup, &exception);
	return true;
}

bool devcgroup_allows(const struct devcgroup *cgroup, char type, uint32_t major, uint32_t minor,
		      unsigned access)
{
	for (size_t i = 0; i < cgroup->exceptions; i++) {
		const struct devcgroup_exception *e = &cgroup->exception[i];

		if (e->type != type || (e->major != UINT32_MAX && e->major != major) ||
		    (e->minor != UINT32_MAX && e->minor != minor))
			continue;
		/* match_exception_partial(): any of it is denied. match_exception(): this one allows all of it. */
		if (cgroup->allow && (access & e->access))
			return false;
		if (!cgroup->allow && !(access & ~e->access))
			return true;
	}
	return cgroup->allow;
}
