/* auth_store.c - passwords in files and with helpers, found, kept and forgotten: see auth.h */
#include "image/auth.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/text.h"
#include "image/credential_helper.h"
#include "image/reference.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char the_files[] = "containers-auth.json";

/* --- finding --- */

/* 1, or 0 where there is no file; -errno with a problem. */
static int load(struct arena *arena, const char *path, struct auth_file *ret_file, struct problem *problem)
{
	size_t length = 0;
	char *text = NULL;
	int got = places_read(arena, path, &text, &length, problem);

	*ret_file = (struct auth_file){ .path = path };
	if (got <= 0)
		return got;
	if (length == 0)
		return 0;	/* as good as none: some tools make it so before they write to it */
	return auth_read(arena, text, length, path, ret_file, problem) ? 1 : -EBADMSG;
}

/* What a helper calls the registry. */
static const char *server_of(const char *domain)
{
	return strcmp(domain, "docker.io") == 0 ? "https://index.docker.io/v1/" : domain;
}

static int ask_helper(struct arena *arena, const char *name, const char *domain, struct credentials *ret_credentials,
		      struct problem *problem)
{
	struct kept kept;
	int got = credential_helper_get(arena, name, server_of(domain), &kept, problem);

	if (got <= 0)
		return got;
	ret_credentials->from = arena_printf(arena, "docker-credential-%s", name);
	if (strcmp(kept.user, "<token>") == 0) {
		ret_credentials->identity_token = kept.secret;
	} else {
		ret_credentials->user = kept.user;
		ret_credentials->password = kept.secret;
	}
	return 1;
}

static int ask_file(struct arena *arena, const char *path, const char *domain, const char *repository,
		    struct credentials *ret_credentials, struct problem *problem)
{
	struct auth_answer answer;
	struct auth_file file;
	int got = load(arena, path, &file, problem);

	if (got <= 0)
		return got;
	if (!auth_look(&file, arena, domain, repository, &answer, problem))
		return -EBADMSG;
	switch (answer.kind) {
	case AUTH_NOTHING:
		return 0;
	case AUTH_CREDENTIALS:
		*ret_credentials = answer.credentials;
		return 1;
	case AUTH_HELPER:
		return ask_helper(arena, answer.helper, domain, ret_credentials, problem);
	}
	return 0;
}

enum { FILES = 3 };

/* The files in their order; NULL for those that have no place here. Returns how many. */
static size_t list_files(struct arena *arena, const struct places *places, const char *ret_paths[FILES])
{
	size_t count = 0;

	if (places->auth_file) {
		ret_paths[count++] = places->auth_file;
		return count;
	}
	if (places->runtime)
		ret_paths[count++] = arena_printf(arena, "%s/auth.json", places->runtime);
	if (places->config)
		ret_paths[count++] = arena_printf(arena, "%s/auth.json", places->config);
	if (places->docker)
		ret_paths[count++] = arena_printf(arena, "%s/config.json", places->docker);
	return count;
}

static int ask_files(const struct auth *auth, struct arena *arena, const char *domain, const char *repository,
		     struct credentials *ret_credentials, struct problem *problem)
{
	const char *path[FILES];
	size_t count = list_files(arena, auth->places, path);
	int got = 0;

	for (size_t i = 0; i < count && !got; i++)
		got = ask_file(arena, path[i], domain, repository, ret_credentials, problem);
	return got;
}

int auth_find(const struct auth *auth, struct arena *arena, const char *domain, const char *repository,
	      struct credentials *ret_credentials, struct problem *problem)
{
	int got = 0;

	*ret_credentials = (struct credentials){ "", "", "", "", "" };
	if (!auth->helpers)
		return ask_files(auth, arena, domain, repository, ret_credentials, problem);
	for (size_t i = 0; i < auth->helpers && !got; i++) {
		if (strcmp(auth->helper[i], the_files) == 0)
			got = ask_files(auth, arena, domain, repository, ret_credentials, problem);
		else
			got = ask_helper(arena, auth->helper[i], domain, ret_credentials, problem);
	}
	return got;
}

/* --- writing the file --- */

/* Makes the folder and those above it, for this user alone. */
static int make_folders(struct arena *arena, const char *folder)
{
	char *path = arena_copy(arena, folder, strlen(folder));
	int error = 0;

	for (char *slash = strchr(path + 1, '/'); slash && !error; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		error = sys_mkdirat(AT_FDCWD, path, 0700);
		error = error == -EEXIST ? 0 : error;
		*slash = '/';
	}
	if (!error)
		error = sys_mkdirat(AT_FDCWD, path, 0700);
	return error == -EEXIST ? 0 : error;
}

/* Puts the text in a new file, which then takes the name. */
static int replace(int dir, const char *name, const char *text, struct arena *arena)
{
	const char *temporary = arena_printf(arena, ".%s.%d", name, (int)sys_getpid());

	(void)sys_unlinkat(dir, temporary, 0);	/* of one with our number that was killed */
	/* The folder may be everybody's: a file that somebody else has put there is not written to. */
	closes int fd = sys_openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);

	return file_place_synced(fd, dir, temporary, name, text, strlen(text));
}

/* A link is followed: it is the file that it leads to that is written. */
static const char *real_path(struct arena *arena, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = real ? arena_copy(arena, real, strlen(real)) : path;

	free(real);
	return copy;
}

struct target {
	struct arena *arena;
	struct problem *problem;
	const char *path, *name;	/* of the file; the last part of it */
	int dir;			/* locked */
	struct auth_file file;
};

static int fail_write(const struct target *target, int error)
{
	problem_set(target->problem, "%s: the file cannot be written: %s", target->path, strerror(-error));
	return error;
}

/* Opens the folder, which is locked against others who log in, and reads the file. */
static int open_target(const struct auth *auth, struct arena *arena, bool make, struct target *target,
		       struct problem *problem)
{
	const char *path[FILES];
	const char *slash;
	int error = 0;

	*target = (struct target){ .arena = arena, .problem = problem, .dir = -1 };
	if (!list_files(arena, auth->places, path)) {
		problem_set(problem, "there is no place for passwords: neither $XDG_RUNTIME_DIR nor $HOME is set");
		return -ENOENT;
	}
	target->path = real_path(arena, path[0]);
	slash = strrchr(target->path, '/');
	target->name = slash ? slash + 1 : target->path;
	if (slash) {
		const char *folder = slash == target->path ? "/" :
			arena_copy(arena, target->path, (size_t)(slash - target->path));

		error = make ? make_folders(arena, folder) : 0;
		target->dir = error ? error : sys_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, 0);
	} else {
		target->dir = sys_openat(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY, 0);
	}
	if (target->dir == -ENOENT && !make)
		return 0;
	if (target->dir >= 0)
		error = lock_take(target->dir, LOCK_EX, LOCK_PATIENCE_MS);
	if (error == -ETIMEDOUT)
		problem_set(problem, "%s: its folder cannot be locked: %s", target->path,
			    lock_words(target->dir, error));
	if (target->dir < 0 || error)
		return fail_write(target, target->dir < 0 ? target->dir : error);
	error = load(arena, target->path, &target->file, problem);
	return error < 0 ? error : 0;
}

/* Writes the file anew, where that makes a difference: 1, 0 or -errno. */
static int change(struct target *target, const char *key, const struct credentials *credentials)
{
	bool changed = false;
	const char *text = auth_edit(&target->file, target->arena, key, credentials, &changed);
	int error = changed ? replace(target->dir, target->name, text, target->arena) : 0;

	return error ? fail_write(target, error) : changed;
}

/* --- login and logout --- */

/* The helper that keeps what belongs to `key`: of all registries, or of this file. NULL: the file does. A password
 * that is still in the file does not hold against the helper of all its registries. */
static const char *helper_for(const struct auth *auth, const struct target *target, const char *key)
{
	const struct json *store = json_get(target->file.root, "credsStore");
	struct auth_answer answer;

	if (auth->helpers && strcmp(auth->helper[0], the_files) != 0)
		return auth->helper[0];
	if (!target->file.root || !auth_look(&target->file, target->arena, key, "", &answer, target->problem))
		return NULL;
	if (answer.kind == AUTH_HELPER)
		return answer.helper;
	return store && store->kind == JSON_STRING && credential_helper_is_name(store->text) ? store->text : NULL;
}

static bool is_one_line(const char *text)
{
	for (size_t left = strlen(text); left;) {
		size_t one = text_utf8(text, left);

		if (!one || (unsigned char)*text < ' ' || *text == 0x7f)
			return false;
		text += one;
		left -= one;
	}
	return true;
}

static int check(const char *key, const struct credentials *credentials, struct problem *problem)
{
	size_t host = strcspn(key, "/");

	if (host >= REFERENCE_NAME_MAX || strpbrk(key, " \t\r\n@") || !*key)
		problem_set(problem, "'%.300s' is no registry: it would be like 'docker.io' or 'host.example:5000'",
			    key);
	else if (credentials && strchr(credentials->user, ':'))
		problem_set(problem, "user name '%.300s': ':' must not be in it", credentials->user);
	else if (credentials && (!is_one_line(credentials->user) || !is_one_line(credentials->password) ||
				 !is_one_line(credentials->identity_token)))
		problem_set(problem, "the user name or the password has control characters in it, or is not UTF-8");
	return problem->found ? -EINVAL : 0;
}

static int store_with_helper(struct target *target, const char *helper, const char *key,
			     const struct credentials *credentials)
{
	bool token = *credentials->identity_token;
	struct kept kept = { token ? "<token>" : credentials->user,
			     token ? credentials->identity_token : credentials->password };
	int error = credential_helper_store(target->arena, helper, server_of(key), &kept, target->problem);

	if (error || !target->file.root)
		return error;
	error = change(target, key, NULL);	/* an older one in the file would be found first */
	return error < 0 ? error : 0;
}

int auth_login(const struct auth *auth, struct arena *arena, const char *key, const struct credentials *credentials,
	       const char **ret_where, struct problem *problem)
{
	struct target target;
	const char *helper;
	int error = check(key, credentials, problem);

	if (error)
		return error;
	error = open_target(auth, arena, true, &target, problem);
	if (!error) {
		helper = helper_for(auth, &target, key);
		*ret_where = helper ? arena_printf(arena, "docker-credential-%s", helper) : target.path;
		error = problem->found ? -EBADMSG : helper ? store_with_helper(&target, helper, key, credentials) :
			change(&target, key, credentials);
	}
	fd_close_at(&target.dir);
	return error < 0 ? error : 0;
}

int auth_logout(const struct auth *auth, struct arena *arena, const char *key, const char **ret_where,
		struct problem *problem)
{
	struct target target;
	const char *helper;
	int error = check(key, NULL, problem), erased = 0;

	if (error)
		return error;
	error = open_target(auth, arena, false, &target, problem);
	if (!error) {
		helper = helper_for(auth, &target, key);
		*ret_where = helper ? arena_printf(arena, "docker-credential-%s", helper) : target.path;
		if (helper && !problem->found)
			erased = credential_helper_erase(arena, helper, server_of(key), problem);
		error = problem->found ? -EBADMSG : target.file.root ? change(&target, key, NULL) : 0;
	}
	fd_close_at(&target.dir);
	return error < 0 ? error : erased < 0 ? erased : error || erased;
}

/* --- all of them --- */

struct forgetting {
	const struct auth *auth;
	struct arena *arena;
	const struct auth_listener *listener;
	struct problem *problem;	/* of the first helper that failed; the others go on */
	int count;
};

static void forget_with(struct forgetting *forgetting, const char *helper, const char *server)
{
	struct problem problem = { 0 };
	int erased = credential_helper_erase(forgetting->arena, helper, server, &problem);

	if (erased < 0)
		problem_set(forgetting->problem, "%s: %s", server, problem.text);
	if (erased <= 0)
		return;
	forgetting->listener->removed(forgetting->listener->data, server);
	forgetting->count++;
}

static void forget_listed(struct forgetting *forgetting, const char *helper)
{
	struct problem problem = { 0 };
	const struct json *servers = NULL;

	if (credential_helper_list(forgetting->arena, helper, &servers, &problem))
		problem_set(forgetting->problem, "%s", problem.text);
	for (const struct json *server = servers ? servers->first : NULL; server; server = server->next)
		forget_with(forgetting, helper, server->key);
}

/* Docker leaves an empty object where a helper has the password. */
static bool has_credentials(const struct json *entry)
{
	return entry->kind == JSON_OBJECT && entry->count;
}

static const struct json *entries_of(const struct auth_file *file, const char *name)
{
	const struct json *entries = json_get(file->root, name);

	return entries && entries->kind == JSON_OBJECT ? entries->first : NULL;
}

static void forget_file(struct forgetting *forgetting, struct target *target)
{
	if (change(target, NULL, NULL) <= 0)
		return;
	for (const struct json *entry = entries_of(&target->file, "auths"); entry; entry = entry->next) {
		if (!has_credentials(entry))
			continue;
		forgetting->listener->removed(forgetting->listener->data, entry->key);
		forgetting->count++;
	}
}

/* Those that the file names, and those of all registries. That they are asked is a setting, and stays. */
static void forget_helpers(struct forgetting *forgetting, const struct auth_file *file)
{
	const struct json *store = json_get(file->root, "credsStore");
	const struct auth *auth = forgetting->auth;

	for (const struct json *entry = entries_of(file, "credHelpers"); entry; entry = entry->next)
		if (entry->kind == JSON_STRING)
			forget_with(forgetting, entry->text, server_of(entry->key));
	if (store && store->kind == JSON_STRING && *store->text)
		forget_listed(forgetting, store->text);
	for (size_t i = 0; i < auth->helpers; i++)
		if (strcmp(auth->helper[i], the_files) != 0)
			forget_listed(forgetting, auth->helper[i]);
}

/* The files after the first one. */
static void tell_others(struct forgetting *forgetting)
{
	const char *path[FILES];
	size_t count = list_files(forgetting->arena, forgetting->auth->places, path);
	struct problem unread = { 0 };
	struct auth_file file;

	for (size_t i = 1; i < count; i++) {
		bool has = false;

		if (load(forgetting->arena, path[i], &file, &unread) <= 0)
			continue;
		for (const struct json *entry = entries_of(&file, "auths"); entry; entry = entry->next)
			has = has || has_credentials(entry);
		if (has)
			forgetting->listener->left(forgetting->listener->data, path[i]);
	}
}

int auth_logout_all(const struct auth *auth, struct arena *arena, const struct auth_listener *listener,
		    struct problem *problem)
{
	struct forgetting forgetting = { auth, arena, listener, problem, 0 };
	struct target target;
	int error = open_target(auth, arena, false, &target, problem);

	if (!error) {
		if (target.file.root)
			forget_file(&forgetting, &target);
		forget_helpers(&forgetting, &target.file);
		tell_others(&forgetting);
	}
	fd_close_at(&target.dir);
	return error ? error : problem->found ? -EIO : forgetting.count;
}
