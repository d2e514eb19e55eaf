/* config_passwd.c - lines that the container's /etc/passwd and /etc/group have beyond the image's: the caller's with
 * --userns keep-id, those of --hostuser, and of a --user that is a number, where --passwd and its like ask for it; each
 * where the image does not know it. What is shown there is a file in the container's folder; the image's own stays as
 * it is.
 */
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "engine/config_parts.h"
#include "spec/reason.h"
#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 20 };

/* Whether the third field of a line is the id. */
static bool has_id(const char *text, uint32_t id)
{
	char wanted[16];
	size_t length;

	(void)snprintf(wanted, sizeof(wanted), "%u", id);
	length = strlen(wanted);
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		const char *end = text + strcspn(text, "\n"), *second = memchr(text, ':', (size_t)(end - text));
		const char *third = second ? memchr(second + 1, ':', (size_t)(end - second - 1)) : NULL;

		if (third && (size_t)(end - third) > length && !strncmp(third + 1, wanted, length) &&
		    (third[1 + length] == ':' || third + 1 + length == end))
			return true;
	}
	return false;
}

static bool has_name(const char *text, const char *name)
{
	const size_t length = strlen(name);

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (!strncmp(text, name, length) && text[length] == ':')
			return true;
	return false;
}

/* --- what a line is made of --- */

/* As podman has them; --passwd-entry and --group-entry are others. */
static const char passwd_form[] = "$USERNAME:*:$UID:$GID:$NAME:$HOME:/bin/sh";
static const char group_form[] = "$GROUPNAME:x:$GID:$USERLIST";

static const char *fill_in(struct arena *arena, const char *form, const struct pair *values)
{
	struct text text = text_new(arena);

	for (text_add(&text, ""); *form;) {
		const struct pair *value = values;

		while (value->key && strncmp(form, value->key, strlen(value->key)) != 0)
			value++;
		text_add_bytes(&text, value->key ? value->value : form, value->key ? strlen(value->value) : 1);
		form += value->key ? strlen(value->key) : 1;
	}
	return text.at;
}

static const char *form_of(const char *option, const char *given, const char *usual, struct problem *problem)
{
	size_t needed = 0, colons = 0;

	for (const char *at = usual; *at; at++)
		needed += *at == ':';
	for (const char *at = given ? given : usual; *at; at++)
		colons += *at == ':';
	if (given && (colons != needed || strchr(given, '\n')))
		problem_set(problem, "option '%s': '%s' is no line of %zu fields with ':' between them, as in %s",
			    option, given, needed + 1, usual);
	return given ? given : usual;
}

/* --- the files --- */

/* A file of names, and what is added to it. An image without that file has no names at all. */
struct names {
	const char *file, *form;
	char *text;			/* as the image has it; NULL: not at all */
	struct text all;
};

static struct names names_of(struct config *config, const char *file, const char *form)
{
	struct names names = { .file = file, .form = form, .all = text_new(config->arena) };
	size_t length;

	if (root_read_file(config->input->root, arena_printf(config->arena, "etc/%s", file), FILE_LIMIT, &names.text,
			   &length))
		names.text = NULL;
	text_add(&names.all, names.text ? names.text : "");
	return names;
}

static void add_line(struct names *names, uint32_t id, const struct pair *values)
{
	if (!names->text || has_id(names->all.at, id))
		return;
	if (names->all.length && names->all.at[names->all.length - 1] != '\n')
		text_add(&names->all, "\n");
	text_printf(&names->all, "%s\n", fill_in(names->all.arena, names->form, values));
}

static void put_file(struct config *config, const struct names *names)
{
	const bool mapped = config->in_user && config->input->host->uid == 0;
	const char *const options[] = { "bind", "rprivate", mapped ? "idmap" : NULL, NULL };
	const char *path = arena_printf(config->arena, "%s/%s", config->input->path, names->file);
	closes int fd = -1;
	int error;

	if (!names->text || !strcmp(names->text, names->all.at))
		return;
	fd = file_open_kept(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	error = fd < 0 ? fd : file_write_all(fd, names->all.at, names->all.length);
	if (error)
		problem_set(config->problem, "cannot write '%s': %s", path, reason_words(error));
	config_put_mount(config, arena_printf(config->arena, "/etc/%s", names->file), "bind", path, options);
}

/* --- who is added --- */

static const char *home_of(const struct config *config)
{
	const char *image = config_image_text(config->input, "WorkingDir");

	return config->asked->workdir ? config->asked->workdir : image ? image : "/";
}

/* `name` in /etc/passwd, `full` beside it, `group` in /etc/group with `members`. */
static void add_process(struct config *config, struct names *passwd, struct names *group, const char *name,
			const char *full, const char *group_name, const char *members)
{
	const struct identity *identity = &config->identity;
	const char *uid = arena_printf(config->arena, "%u", identity->uid);
	const char *gid = arena_printf(config->arena, "%u", identity->gid);
	const struct pair values[] = { { "$USERNAME", name }, { "$UID", uid }, { "$GID", gid }, { "$NAME", full },
				       { "$HOME", home_of(config) }, { "$GROUPNAME", group_name },
				       { "$USERLIST", members }, { NULL, NULL } };

	add_line(passwd, identity->uid, values);
	add_line(group, identity->gid, values);
}

/* --hostuser NAME|UID, as this machine's /etc/passwd has it. Its name may be somebody else's in the image. */
static void add_host_user(struct config *config, struct names *passwd, const char *given)
{
	enum { USER, PASSWORD, ID, GROUP, FULL, FIELDS };
	char *text, *line, *field[FIELDS] = { NULL };
	size_t length;
	uint64_t id;

	if (file_read(config->arena, AT_FDCWD, "/etc/passwd", FILE_LIMIT, &text, &length))
		text = arena_copy(config->arena, "", 0);
	while ((line = strsep(&text, "\n"))) {
		for (size_t i = 0; i < FIELDS; i++)
			field[i] = strsep(&line, ":");
		if (field[GROUP] && (!strcmp(field[USER], given) || !strcmp(field[ID], given)) &&
		    text_to_u64(field[ID], &id) && id < UINT32_MAX)
			break;
		field[GROUP] = NULL;
	}
	if (!field[GROUP]) {
		problem_set(config->problem, "option '--hostuser': this machine's /etc/passwd has no user '%s'", given);
		return;
	}
	if (!has_name(passwd->all.at, field[USER]))
		add_line(passwd, (uint32_t)id, (const struct pair[]){
			{ "$USERNAME", field[USER] }, { "$UID", field[ID] }, { "$GID", field[GROUP] },
			{ "$NAME", field[FULL] ? field[FULL] : "" }, { "$HOME", home_of(config) }, { NULL, NULL } });
}

/* Digits are never a name (root.h). */
static bool is_number(const char *user)
{
	return user && user[0] >= '0' && user[0] <= '9';
}

void config_put_names(struct config *config)
{
	const struct run_asked *asked = config->asked;
	const struct identity *identity = &config->identity;
	const bool more = asked->passwd_entry || asked->group_entry;
	const char *caller = config->input->host->user ? config->input->host->user : "caller";
	struct names passwd, group;

	if (asked->passwd.set && !asked->passwd.value && (more || asked->host_users.count))
		problem_set(config->problem, "options '--passwd=false' and '--passwd-entry', '--group-entry' or "
			    "'--hostuser': either lines are added, or not");
	if (asked->passwd.set ? !asked->passwd.value : !more && !asked->host_users.count && !config->keeps_caller)
		return;
	passwd = names_of(config, "passwd", form_of("--passwd-entry", asked->passwd_entry, passwd_form,
						    config->problem));
	group = names_of(config, "group", form_of("--group-entry", asked->group_entry, group_form, config->problem));
	for (size_t i = 0; i < asked->host_users.count; i++)
		add_host_user(config, &passwd, asked->host_users.at[i]);
	if (config->keeps_caller)
		add_process(config, &passwd, &group, caller, caller, caller, caller);
	else if ((asked->passwd.value || more) && is_number(config->user))
		add_process(config, &passwd, &group, arena_printf(config->arena, "%u", identity->uid), "container user",
			    arena_printf(config->arena, "%u", identity->gid), "");
	put_file(config, &passwd);
	put_file(config, &group);
}
