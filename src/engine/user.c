/* user.c - who the process of a container is to be, by its etc/passwd and etc/group: see root.h. */
#include "engine/root.h"
#include "base/text.h"
#include <string.h>

enum {
	FILE_MAX = 10 << 20,		/* bytes of etc/passwd, etc/group */
	GROUPS_MAX = 65536,		/* NGROUPS_MAX of Linux */
	FIELDS_MAX = 7,
};

/* A line of the files, cut at its colons: "name:password:uid:gid:…", "name:password:gid:members". */
struct row { char *field[FIELDS_MAX]; size_t fields; };

enum { NAME = 0, ID = 2, GID = 3, MEMBERS = 3 };

static char *file_of(const struct container_root *root, const char *path)
{
	char *text;
	size_t length;

	return root_read_file(root, path, FILE_MAX, &text, &length) ? NULL : text;
}

/* The next row at *at, which moves on; the text is cut. */
static bool next_row(char **at, struct row *row)
{
	char *line = *at, *end;

	if (!line || !*line)
		return false;
	end = line + strcspn(line, "\n");
	*at = *end ? end + 1 : end;
	*end = '\0';
	row->fields = 0;
	while (line && row->fields < FIELDS_MAX) {
		row->field[row->fields++] = line;
		line = strchr(line, ':');
		if (line)
			*line++ = '\0';
	}
	return true;
}

/* A number whole, and not the one that means «no id» (setuid(2)). */
static bool to_id(const char *text, uint32_t *ret_id)
{
	uint64_t value;

	if (!text_to_u64(text, &value) || value >= UINT32_MAX)
		return false;
	*ret_id = (uint32_t)value;
	return true;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* --- a user --- */

/* By name, or where `given` is a number by that: fills uid, gid, and the name for the groups. */
static bool find_in_passwd(char *passwd, const char *given, bool number, struct identity *identity,
			   const char **ret_name)
{
	struct row row;
	uint32_t uid, gid;

	while (next_row(&passwd, &row)) {
		if (row.fields <= GID || !to_id(row.field[ID], &uid) || !to_id(row.field[GID], &gid))
			continue;
		if (number ? uid != identity->uid : strcmp(row.field[NAME], given) != 0)
			continue;
		identity->uid = uid;
		identity->gid = gid;
		*ret_name = row.field[NAME];
		return true;
	}
	return false;
}

static bool find_user(const struct container_root *root, const char *whose, const char *user,
		      struct identity *identity, const char **ret_name, struct problem *problem)
{
	bool number = is_number(user);

	if (number && !to_id(user, &identity->uid)) {
		problem_set(problem, "%s: user '%s': a uid is a number from 0 to 4294967294", whose, user);
		return false;
	}
	if (find_in_passwd(file_of(root, "etc/passwd"), user, number, identity, ret_name) || number)
		return true;
	problem_set(problem, "%s: user '%.64s': the image has no such user in its /etc/passwd; a number needs none",
		    whose, user);
	return false;
}

/* --- groups --- */

static void add_group(const struct container_root *root, struct identity *identity, uint32_t gid)
{
	if (!identity->group)
		identity->group = ARENA_ARRAY(root->arena, GROUPS_MAX, uint32_t);
	for (size_t i = 0; i < identity->groups; i++)
		if (identity->group[i] == gid)
			return;
	if (identity->groups < GROUPS_MAX)
		identity->group[identity->groups++] = gid;
}

static bool has_member(const char *members, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = members; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (!strncmp(at, name, length) && (at[length] == ',' || !at[length]))
			return true;
	return false;
}

static void add_groups_of(const struct container_root *root, const char *name, struct identity *identity)
{
	char *file = file_of(root, "etc/group");
	struct row row;
	uint32_t gid = 0;

	while (next_row(&file, &row))
		if (row.fields > MEMBERS && to_id(row.field[ID], &gid) && has_member(row.field[MEMBERS], name))
			add_group(root, identity, gid);
}

static bool find_group(const struct container_root *root, const char *whose, const char *group, uint32_t *ret_gid,
		       struct problem *problem)
{
	char *file;
	struct row row;

	if (is_number(group)) {
		if (!to_id(group, ret_gid))
			problem_set(problem, "%s: group '%s': a gid is a number from 0 to 4294967294", whose, group);
		return !problem->found;
	}
	file = file_of(root, "etc/group");
	while (next_row(&file, &row))
		if (row.fields > ID && !strcmp(row.field[NAME], group) && to_id(row.field[ID], ret_gid))
			return true;
	problem_set(problem, "%s: group '%.64s': the image has no such group in its /etc/group; a number needs none",
		    whose, group);
	return false;
}

const char *root_whose_user(const char *asked)
{
	return asked ? "option '--user'" : "the image's User";
}

bool root_find_user(const struct container_root *root, const char *whose, const char *given, const struct texts *more,
		    struct identity *ret_identity, struct problem *problem)
{
	const char *colon = strchr(given, ':'), *name = NULL;
	const char *user = colon ? arena_copy(root->arena, given, (size_t)(colon - given)) : given;
	uint32_t gid = 0;

	*ret_identity = (struct identity){ 0 };
	if (!find_user(root, whose, user[0] ? user : "0", ret_identity, &name, problem))
		return false;
	for (size_t i = 0; i < more->count; i++)
		if (strcmp(more->at[i], KEEP_GROUPS) != 0 &&
		    find_group(root, "option '--group-add'", more->at[i], &gid, problem))
			add_group(root, ret_identity, gid);
	ret_identity->asked_groups = ret_identity->groups;
	/* As docker has it: with a group that is named, the user has no others. */
	if (colon && colon[1])
		find_group(root, whose, colon + 1, &ret_identity->gid, problem);
	else if (name)
		add_groups_of(root, name, ret_identity);
	return !problem->found;
}
