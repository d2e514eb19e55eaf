/* cmd_login.c - `taru login`: keeps a password for a registry, once the registry has taken it. */
#include "base/json_write.h"
#include "cli/server.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MAX = 4096, SECRET_MAX = 64 * 1024 };

struct login_asked {
	bool password_stdin;
	const char *user, *password;
	struct settings_asked settings;
};

struct login {
	struct command *command;
	const struct login_asked *asked;
	const struct remotes *remotes;
	struct server server;
	struct credentials credentials;
};

/* --- who --- */

/* All of standard input but the end of its last line. Whoever writes it may be a person that is asked for something,
 * so there is no limit of time. */
static const char *read_password(struct command *command)
{
	char *text = arena_alloc(command->arena, SECRET_MAX + 1);
	size_t length = 0;
	ssize_t got;

	do {
		got = read(STDIN_FILENO, text + length, SECRET_MAX + 1 - length);
		length += got > 0 ? (size_t)got : 0;
	} while (length <= SECRET_MAX && (got > 0 || (got < 0 && errno == EINTR)));
	if (got < 0 || length > SECRET_MAX) {
		problem_set(command->problem, "login: the password on standard input %s",
			    got < 0 ? "cannot be read" : "is too long");
		return "";
	}
	length -= length && text[length - 1] == '\n';
	length -= length && text[length - 1] == '\r';
	text[length] = '\0';
	return text;
}

/* "" where nothing was answered. */
static const char *ask(struct command *command, bool (*how)(const char *, char *, size_t), const char *question)
{
	char line[ANSWER_MAX] = "";
	const char *answer = how(question, line, sizeof(line)) ? arena_copy(command->arena, line, strlen(line)) : "";

	explicit_bzero(line, sizeof(line));
	return answer;
}

static void ask_rest(struct login *login)
{
	struct command *command = login->command;
	struct credentials *credentials = &login->credentials;

	if (!isatty(STDIN_FILENO)) {
		problem_set(command->problem, "login: standard input is no terminal to ask at; use '--username' with "
			    "'--password-stdin'");
		return;
	}
	if (!credentials->user[0])
		credentials->user = ask(command, terminal_ask, "Username: ");
	if (credentials->user[0])
		credentials->password = ask(command, terminal_ask_secret, "Password: ");
}

/* By options, from standard input, or asked for: false after a problem. */
static bool find_credentials(struct login *login)
{
	const struct login_asked *asked = login->asked;
	struct credentials *credentials = &login->credentials;
	struct problem *problem = login->command->problem;

	*credentials = (struct credentials){ asked->user ? asked->user : "", asked->password ? asked->password : "",
					     "", "", "" };
	if (asked->password)
		log_message(login->command->log, "warning", "--password: others see it in the list of processes; "
							     "'--password-stdin' hides it");
	if (asked->password_stdin)
		credentials->password = read_password(login->command);
	else if (!credentials->user[0] || !credentials->password[0])
		ask_rest(login);
	if (!problem->found && (!credentials->user[0] || !credentials->password[0]))
		problem_set(problem, "login: the %s is empty", credentials->user[0] ? "password" : "user name");
	else if (!problem->found && strchr(credentials->user, ':'))
		problem_set(problem, "user name '%.300s': ':' must not be in it", credentials->user);
	return !problem->found;
}

static bool check_options(const struct login_asked *asked, struct problem *problem)
{
	if (asked->password && asked->password_stdin)
		problem_set(problem, "login: '--password' and '--password-stdin' exclude each other");
	else if (asked->password_stdin && !asked->user)
		problem_set(problem, "login: '--password-stdin' needs '--username'");
	return !problem->found;
}

/* --- the registry --- */

/* Asks it. `given`: "USER:PASSWORD"; NULL: what is kept already. An identity token that it gives takes the place of
 * the password. */
static bool try(struct login *login, const char *given, struct problem *problem)
{
	struct arena *arena = login->command->arena;
	struct remote_options options = *login->remotes->options;
	struct remotes remotes = *login->remotes;
	struct text request = text_new(arena);
	struct remote remote = { 0 };
	struct json_writer writer;
	struct problem words = { 0 };
	enum fetch_error error;
	const struct json *ok, *token;

	options.credentials = given;
	remotes.options = &options;
	if (!remote_open(&remote, arena, &remotes, &login->server.reference, true, problem))
		return false;
	writer = remote_begin(&remote, &request, "login");
	json_close(&writer);
	ok = remote_ask(&remote, &request, NULL, 0, &error, &words);
	remote_close(&remote);
	if (!ok && error == FETCH_UNAUTHORIZED)
		problem_set(problem, "%s: does not take this user name and password", login->server.reference.domain);
	else if (!ok)
		problem_set(problem, "%s", words.text);
	token = json_get(ok, "identity-token");
	if (token && token->kind == JSON_STRING && token->text[0]) {
		login->credentials.identity_token = token->text;
		login->credentials.password = "";
	}
	return ok;
}

/* As docker: without a word about who, those that are kept are tried first. */
static bool try_kept(struct login *login)
{
	struct command *command = login->command;
	const struct login_asked *asked = login->asked;
	const struct reference *reference = &login->server.reference;
	struct problem problem = { 0 };
	struct credentials kept;

	if (asked->user || asked->password || asked->password_stdin ||
	    auth_find(&login->remotes->auth, command->arena, reference->domain, reference->path, &kept, &problem) <= 0)
		return false;
	if (try(login, NULL, &problem))
		return true;
	log_message(command->log, "warning",
		    arena_printf(command->arena, "the credentials in %s do not work: %s", kept.from, problem.text));
	return false;
}

static void run(struct command *command)
{
	const struct login_asked *asked = command->asked;
	struct login login = { .command = command, .asked = asked };
	struct credentials *credentials = &login.credentials;
	struct text out = text_new(command->arena);
	const char *where;

	if (!check_options(asked, command->problem) ||
	    !server_read(command->arena, command->operand[0], &login.server, command->problem))
		return;
	login.remotes = settings_load(command, &asked->settings);
	if (!login.remotes)
		return;
	if (!try_kept(&login) &&
	    (!find_credentials(&login) ||
	     !try(&login, arena_printf(command->arena, "%s:%s", credentials->user, credentials->password),
		  command->problem) ||
	     auth_login(&login.remotes->auth, command->arena, login.server.key, credentials, &where,
			command->problem)))
		return;
	text_add(&out, "Login Succeeded\n");
	command_print(command, &out);
}

static const struct option options[] = {
	{ "username", 'u', OPTION_TEXT, offsetof(struct login_asked, user), "NAME",
	  N_("who; else it is asked for") },
	{ "password", 'p', OPTION_TEXT, offsetof(struct login_asked, password), "PASSWORD",
	  N_("others see it in the list of processes") },
	{ "password-stdin", 0, OPTION_FLAG, offsetof(struct login_asked, password_stdin), NULL,
	  N_("the password is what standard input has") },
	{ "authfile", 0, OPTION_TEXT, offsetof(struct login_asked, settings.auth_file), "FILE",
	  N_("where passwords are, instead of the usual files") },
	{ "cert-dir", 0, OPTION_TEXT, offsetof(struct login_asked, settings.cert_dir), "DIR",
	  N_("where certificates are (*.crt, *.cert, *.key), instead of the usual folders") },
	{ "tls-verify", 0, OPTION_TEXT, offsetof(struct login_asked, settings.tls_verify), "true|false",
	  N_("whether the registry's certificate must be good") },
	{ NULL }
};

const struct verb verb_login = {
	.name = "login",
	.operands = "[SERVER]",
	.summary = N_("keep a password for a registry"),
	.notes = N_("SERVER is docker.io unless it is given. What is kept is told by containers-auth.json(5).\n"),
	.options = options,
	.asked_size = sizeof(struct login_asked),
	.operands_max = 1,
	.run = run,
};
