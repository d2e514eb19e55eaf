/* remote.c - see remote.h */
#include "image/remote.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json_write.h"
#include "image/endpoint_message.h"
#include "image/manifest.h"
#include "spec/names.h"
#include <linux/memfd.h>
#include <string.h>
#include <unistd.h>

static const char user_agent[] = "taru/" TARU_VERSION;

bool remotes_load(struct arena *arena, const struct remote_options *options, struct remotes *ret_remotes,
		  struct problem *problem)
{
	struct remotes *remotes = ret_remotes;

	*remotes = (struct remotes){ .options = options, .places = places_find(arena, geteuid()) };
	if (options->auth_file)
		remotes->places.auth_file = options->auth_file;
	remotes->places.cert_dir = options->cert_dir;
	if (registries_load(arena, &remotes->places, &remotes->registries, problem) ||
	    policy_load(arena, &remotes->places, &remotes->policy, problem) ||
	    attachments_load(arena, &remotes->places, &remotes->attachments, problem))
		return false;
	remotes->registries.tls = options->tls;
	remotes->auth = (struct auth){ &remotes->places, remotes->registries.helper, remotes->registries.helpers };
	return true;
}

/* "USER:PASSWORD" of the command line, for all ways to the image's own registry. */
static bool use_given(struct arena *arena, const char *given, struct access *access, size_t count,
		      struct problem *problem)
{
	const char *colon = strchr(given, ':');

	if (!colon) {
		problem_set(problem, "--creds is USER:PASSWORD");
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (!access[i].endpoint.mirror)
			access[i].credentials = (struct credentials){
				.user = arena_copy(arena, given, (size_t)(colon - given)),
				.password = colon + 1, .identity_token = "", .registry_token = "", .from = "--creds" };
	return true;
}

static bool find_access(struct arena *arena, const struct remotes *remotes, const struct reference *reference,
			bool push, struct access **ret_access, size_t *ret_count, struct problem *problem)
{
	struct endpoint *endpoints;

	if (!(push ? registries_push_endpoints : registries_pull_endpoints)(&remotes->registries, arena, reference,
									    &endpoints, ret_count, problem))
		return false;
	if (access_find(arena, &remotes->auth, endpoints, *ret_count, ret_access, problem))
		return false;
	return !remotes->options->credentials ||
	       use_given(arena, remotes->options->credentials, *ret_access, *ret_count, problem);
}

int remote_memory_file(const char *text, size_t length)
{
	closes int fd = sys_memfd_create("taru", MFD_CLOEXEC);
	int error = fd < 0 ? fd : file_write_all(fd, text, length);

	if (!error)
		error = (int)sys_lseek(fd, 0, SEEK_SET);
	return error < 0 ? error : take_fd(&fd);
}

static bool send_open(struct remote *remote, const struct text *document, struct problem *problem)
{
	closes int file = remote_memory_file(document->at, document->length);
	struct text text = text_new(remote->arena);
	int error;

	text_add(&text, "{\"op\":\"open\"}");
	error = file < 0 ? file : message_send(remote->helper.socket, &text, &file, 1);
	if (error)
		problem_set(problem, "cannot tell 'fetch' where to go: %s", errno_words(-error));
	return !error;
}

struct helper *remote_start_early(struct arena *arena)
{
	struct helper *helper = ARENA_NEW(arena, struct helper);
	struct problem problem = { 0 };

	return helper_start(arena, "fetch", HELPER_NOBODY, helper, &problem) ? helper : NULL;
}

/* The one that was started early, or a new one. */
static bool take_helper(struct arena *arena, const struct remotes *remotes, struct helper *ret_helper,
			struct problem *problem)
{
	struct helper *ready = remotes->ready;

	if (!ready || ready->socket < 0)
		return helper_start(arena, "fetch", HELPER_NOBODY, ret_helper, problem);
	*ret_helper = *ready;
	*ready = (struct helper){ .socket = -1 };
	return true;
}

bool remote_open(struct remote *remote, struct arena *arena, const struct remotes *remotes,
		 const struct reference *reference, bool push, struct problem *problem)
{
	struct text document = text_new(arena);
	struct access *access;
	size_t count;

	remote->arena = arena;
	remote->helper = (struct helper){ .socket = -1 };
	remote->last_id = 0;
	if (!find_access(arena, remotes, reference, push, &access, &count, problem) ||
	    !endpoint_message(&document, user_agent, access, count, push, &remotes->options->limits, problem) ||
	    !take_helper(arena, remotes, &remote->helper, problem))
		return false;
	if (send_open(remote, &document, problem))
		return true;
	remote_close(remote);
	return false;
}

bool remote_open_alone(struct remote *remote, struct arena *arena, struct problem *problem)
{
	struct text document = text_new(arena);

	*remote = (struct remote){ .arena = arena, .helper.socket = -1 };
	if (!endpoint_message(&document, user_agent, NULL, 0, false, &fetch_limits_usual, problem) ||
	    !helper_start(arena, "fetch", HELPER_NOBODY, &remote->helper, problem))
		return false;
	if (send_open(remote, &document, problem))
		return true;
	remote_close(remote);
	return false;
}

void remote_close(struct remote *remote)
{
	helper_kill(&remote->helper);
}

struct json_writer remote_begin(struct remote *remote, struct text *text, const char *op)
{
	struct json_writer writer = json_writer_new(text, NULL);

	json_open_object(&writer, NULL);
	json_put_unsigned(&writer, "id", ++remote->last_id);
	json_put_text(&writer, "op", op);
	return writer;
}

/* Whoever writes to a helper that is gone asks how it went. */
static void set_gone(struct remote *remote, struct problem *problem)
{
	problem_set(problem, "the program 'fetch' %s",
		    helper_status(remote->arena, helper_end(&remote->helper)));
}

bool remote_send(struct remote *remote, const struct text *text, const int *fds, size_t count,
		 struct problem *problem)
{
	int error = message_send(remote->helper.socket, text, fds, count);

	if (error == -EPIPE || error == -ECONNRESET)
		set_gone(remote, problem);
	else if (error)
		problem_set(problem, "cannot ask 'fetch': %s", errno_words(-error));
	return !error;
}

/* What helps against this kind of failure; "" where there is nothing to say. */
static const char *advice(enum fetch_error error)
{
	switch (error) {
	case FETCH_UNAUTHORIZED:
		return "; there may be no such image, or it takes 'taru login'";
	case FETCH_TLS:
		return "; a CA of one's own goes to /etc/containers/certs.d/HOST/, and --tls-verify=false does without";
	case FETCH_CERTIFICATE:
		return "; one's own certificate and its key are client.cert and client.key in "
		       "/etc/containers/certs.d/HOST/";
	case FETCH_UNREACHABLE:
	case FETCH_NOT_FOUND:
	case FETCH_BUSY:
	case FETCH_SERVER:
	case FETCH_REDIRECT:
	case FETCH_TOO_LARGE:
	case FETCH_TRUNCATED:
	case FETCH_DIGEST:
	case FETCH_SIGNATURE:
	case FETCH_FILE:
	case FETCH_REQUEST:
		break;
	}
	return "";
}

static void read_error(const struct json *error, struct remote_answer *answer, struct problem *words)
{
	const struct name *kind = name_find(fetch_error_names, json_text(error, "kind"));
	const char *host = json_text(error, "host");

	answer->error = kind ? (enum fetch_error)kind->value : FETCH_SERVER;
	problem_set(words, "%s%s%s%s", host, host[0] ? ": " : "", json_text(error, "message"), advice(answer->error));
}

/* False where the message is no answer. */
static bool read_answer(const struct json *json, struct remote_answer *answer, struct problem *words)
{
	const struct json *error = json_get(json, "error");

	*answer = (struct remote_answer){ .ok = json_get(json, "ok") };
	if (!json_unsigned(json, "id", &answer->id))
		return false;
	if (error)
		read_error(error, answer, words);
	else if (!answer->ok)
		answer->progress = json_unsigned(json, "at", &answer->at);
	return error || answer->progress || (answer->ok && answer->ok->kind == JSON_OBJECT);
}

/* 1 with an answer; 0: it was a note; -1 after a problem. */
static int receive_one(struct remote *remote, struct arena *arena, struct remote_answer *answer,
		       struct problem *words, struct problem *problem)
{
	struct message message;
	int got = message_receive(remote->helper.socket, arena, &message, problem);
	const char *note;

	if (got == 0)
		set_gone(remote, problem);
	else if (got < 0)
		problem_set(problem, "cannot hear 'fetch': %s", errno_words(-got));
	if (got <= 0)
		return -1;
	message_close(&message);
	note = json_text(message.json, "note");
	if (note[0]) {
		if (remote->note)
			remote->note(remote->note_data, note);
		return 0;
	}
	if (read_answer(message.json, answer, words))
		return 1;
	problem_set(problem, "the program 'fetch' said something that makes no sense");
	return -1;
}

bool remote_receive(struct remote *remote, struct arena *arena, struct remote_answer *ret_answer,
		    struct problem *ret_words, struct problem *problem)
{
	int got;

	while ((got = receive_one(remote, arena, ret_answer, ret_words, problem)) == 0)
		;
	return got > 0;
}

const struct json *remote_ask(struct remote *remote, const struct text *text, const int *fds, size_t count,
			      enum fetch_error *ret_error, struct problem *problem)
{
	struct remote_answer answer;
	struct problem words = { 0 };

	*ret_error = FETCH_SERVER;
	if (!remote_send(remote, text, fds, count, problem))
		return NULL;
	do
		if (!remote_receive(remote, remote->arena, &answer, &words, problem))
			return NULL;
	while (answer.progress || answer.id != remote->last_id);
	if (answer.ok)
		return answer.ok;
	*ret_error = answer.error;
	problem_set(problem, "%s", words.text);
	return NULL;
}

/* --- manifests --- */

static bool check_digest(const char *asked, const struct json *ok, struct remote_document *document,
			 struct problem *problem)
{
	struct digest wanted = { 0 }, said = { 0 };

	document->digest = digest_of(document->text, document->length);
	if (digest_parse(asked, &wanted) && !digest_equal(&wanted, &document->digest))
		problem_set(problem, "%s: the registry sent %s", asked, document->digest.text);
	else if (digest_parse(json_text(ok, "digest"), &said) && !digest_equal(&said, &document->digest))
		problem_set(problem, "%s: the registry says its digest is %s, but it is %s", asked, said.text,
			    document->digest.text);
	return !problem->found;
}

bool remote_manifest(struct remote *remote, const char *reference, struct remote_document *ret_document,
		     enum fetch_error *ret_error, struct problem *problem)
{
	closes int body = remote_memory_file("", 0);
	struct text text = text_new(remote->arena);
	struct json_writer writer = remote_begin(remote, &text, "manifest");
	const struct json *ok;
	int error;

	*ret_document = (struct remote_document){ 0 };
	json_put_text(&writer, "reference", reference);
	json_put_texts(&writer, "accept", media_accepted);
	json_put_bool(&writer, "head", false);
	json_close(&writer);
	ok = remote_ask(remote, &text, &body, 1, ret_error, problem);
	if (!ok)
		return false;
	*ret_error = FETCH_DIGEST;
	error = (int)sys_lseek(body, 0, SEEK_SET);
	if (error >= 0)
		error = file_read_fd(remote->arena, body, FETCH_MANIFEST_MAX, &ret_document->text,
				     &ret_document->length);
	if (error) {
		problem_set(problem, "manifest %s: %s", reference, errno_words(-error));
		return false;
	}
	ret_document->type = json_text(ok, "type");
	return check_digest(reference, ok, ret_document, problem);
}
