/* config.c - config.json of a container: its outline, and its process. See config.h. */
#include "engine/config_parts.h"
#include "engine/ids.h"
#include "spec/names.h"
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* --- what the image says --- */

const char *config_image_text(const struct config_input *input, const char *key)
{
	const struct json *value = json_get(input->image, key);

	return value && value->kind == JSON_STRING && value->text[0] ? value->text : NULL;
}

const struct json *config_image_list(const struct config_input *input, const char *key)
{
	const struct json *value = json_get(input->image, key);

	return value && value->kind == JSON_ARRAY && value->first ? value : NULL;
}

/* --- the command --- */

static void put_list(struct config *config, const struct json *list)
{
	for (const struct json *word = list ? list->first : NULL; word; word = word->next)
		if (word->kind == JSON_STRING)
			json_put_text(&config->json, NULL, word->text);
}

/* With an entrypoint of one's own the image's command is not for it, as docker has it. */
static void put_args(struct config *config)
{
	const struct run_asked *asked = config->asked;
	const struct json *entrypoint = asked->entrypoint_given ? NULL : config_image_list(config->input, "Entrypoint");
	const struct json *command = asked->entrypoint_given ? NULL : config_image_list(config->input, "Cmd");
	char **words = config->input->words;
	const struct texts *own = &asked->entrypoint_words;

	if (!entrypoint && !own->count && !words[0] && !command)
		problem_set(config->problem, "no command is given, and the image '%s' names none",
			    config->input->image_name);
	json_open_array(&config->json, "args");
	config_put_init(config);
	for (size_t i = 0; i < own->count; i++)
		json_put_text(&config->json, NULL, own->at[i]);
	put_list(config, entrypoint);
	for (size_t i = 0; words[i]; i++)
		json_put_text(&config->json, NULL, words[i]);
	if (!words[0])
		put_list(config, command);
	json_close(&config->json);
}

static void put_cwd(struct config *config)
{
	const char *given = config->asked->workdir, *from = config_image_text(config->input, "WorkingDir");
	const char *cwd = given ? given : from ? from : "/";

	if (given && given[0] != '/')
		problem_set(config->problem, "option '--workdir': '%s' is no absolute path", given);
	/* Of images that say "app" Docker makes "/app". */
	json_put_text(&config->json, "cwd", cwd[0] == '/' ? cwd : arena_printf(config->arena, "/%s", cwd));
}

/* Whether the container has the id that its first process is to have: an ordinary user without subordinate ones has one
 * in all. */
static void check_has_id(struct config *config, const char *kind, const struct id_maps *maps, uint32_t id)
{
	const char *more = config->input->host->uid ?
		"lines in /etc/subuid and /etc/subgid (usermod --add-subuids), '--userns' or '--uidmap'" :
		"'--userns' or '--uidmap'";
	uint32_t outside;

	if (config->in_user && !ids_find(maps, id, &outside))
		problem_set(config->problem, "%s: the %s %" PRIu32 " is none of the ids that the container has; it "
			    "gets others by %s", root_whose_user(config->asked->user), kind, id, more);
}

/* Of the groups that the image puts the user in, those are left out that the container has no ids for, as where an
 * ordinary user has no subordinate ones. What was asked for by --group-add is needed. */
static void put_groups(struct config *config, const struct identity *identity)
{
	uint32_t outside;

	if (!identity->groups)
		return;
	json_open_array(&config->json, "additionalGids");
	for (size_t i = 0; i < identity->groups; i++)
		if (i < identity->asked_groups || !config->in_user ||
		    ids_find(&config->gids, identity->group[i], &outside))
			json_put_unsigned(&config->json, NULL, identity->group[i]);
	json_close(&config->json);
}

static void put_user(struct config *config)
{
	const struct identity *identity = &config->identity;
	const char *umask = config->asked->umask;
	uint64_t mask = 0;

	json_open_object(&config->json, "user");
	check_has_id(config, "user", &config->uids, identity->uid);
	check_has_id(config, "group", &config->gids, identity->gid);
	json_put_unsigned(&config->json, "uid", identity->uid);
	json_put_unsigned(&config->json, "gid", identity->gid);
	put_groups(config, identity);
	for (const char *at = umask; at && *at; at++) {
		mask = mask * 8 + (uint64_t)(*at - '0');
		if (*at < '0' || *at > '7' || mask > 0777) {
			problem_set(config->problem, "option '--umask': '%s' is no octal number up to 0777", umask);
			break;
		}
	}
	if (umask)
		json_put_unsigned(&config->json, "umask", mask);
	json_close(&config->json);
}

static void put_process(struct config *config)
{
	const struct run_asked *asked = config->asked;

	json_open_object(&config->json, "process");
	json_put_bool(&config->json, "terminal", asked->terminal);
	put_user(config);
	put_args(config);
	config_put_env(config);
	put_cwd(config);
	config_put_capabilities(config);
	config_put_rlimits(config);
	if (asked->oom_score_adj.set)
		json_put_signed(&config->json, "oomScoreAdj", asked->oom_score_adj.value);
	json_put_bool(&config->json, "noNewPrivileges", config->no_new_privileges);
	if (config->apparmor)
		json_put_text(&config->json, "apparmorProfile", config->apparmor);
	if (config->selinux)
		json_put_text(&config->json, "selinuxLabel", config->selinux);
	json_close(&config->json);
}

/* --- labels, names --- */

void config_add(struct texts *list, const char *text)
{
	list->at[list->count++] = (char *)(uintptr_t)text;
}

bool config_truth(const char *option, const char *word, struct problem *problem)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True", NULL };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False", NULL };

	for (size_t i = 0; word && yes[i]; i++) {
		if (!strcmp(word, yes[i]))
			return true;
		if (!strcmp(word, no[i]))
			return false;
	}
	if (word)
		problem_set(problem, "option '%s': '%s' is neither true nor false", option, word);
	return true;
}

void config_put_pair(struct pairs *pairs, const char *key, const char *value)
{
	size_t i = 0;

	while (i < pairs->count && strcmp(pairs->at[i].key, key) != 0)
		i++;
	pairs->at[i] = (struct pair){ key, value };
	pairs->count += i == pairs->count;
}

const char *config_stop_signal(struct arena *arena, const struct config_input *input, struct problem *problem)
{
	const char *given = input->asked->stop_signal, *image = config_image_text(input, "StopSignal");
	const char *usual = config_is_systemd(input) ? "SIGRTMIN+3" : image ? image : "SIGTERM";
	int number = signal_number(given ? given : usual);
	const char *name = number > 0 ? name_of(signal_names, (unsigned)number) : NULL;

	if (number <= 0 && given)
		problem_set(problem, "option '--stop-signal': '%s' is no signal", given);
	if (number <= 0)
		return "SIGTERM";
	return name ? name : arena_printf(arena, "%d", number);
}

static bool is_joined(const char *given)
{
	return given && !strncmp(given, "ns:", 3);
}

const char *config_hostname(struct arena *arena, const struct config_input *input)
{
	enum { SHORT = 12 };
	const struct run_asked *asked = input->asked;
	char name[256] = "";

	if (asked->uts && !strcmp(asked->uts, "host"))
		return NULL;
	/* In another's namespace it is called as that one (joins.h). */
	if (asked->hostname || is_joined(asked->uts))
		return asked->hostname;
	/* With this machine's network it is called as this machine, as docker has it. */
	if (asked->network && !strcmp(asked->network, "host") && !gethostname(name, sizeof(name) - 1) && name[0])
		return arena_copy(arena, name, strlen(name));
	return arena_copy(arena, input->id, SHORT);
}

/* --- all of it --- */

/* What uname(2) says of the machine (personality(2)). */
static void put_personality(struct config *config)
{
	const char *given = config->asked->personality;
	const struct name *known = given ? name_find_loosely(personality_names, "PER_", given) : NULL;

	if (given && !known)
		problem_set(config->problem, "option '--personality': '%s' is none of LINUX, LINUX32", given);
	if (!known)
		return;
	json_open_object(&config->json, "personality");
	json_put_text(&config->json, "domain", known->name);
	json_close(&config->json);
}

static void put_linux(struct config *config)
{
	json_open_object(&config->json, "linux");
	config_put_namespaces(config);
	config_put_devices(config);
	config_put_resources(config);
	config_put_seccomp(config);
	config_put_paths(config);
	put_personality(config);
	json_close(&config->json);
}

static void put_names(struct config *config)
{
	const char *hostname = config_hostname(config->arena, config->input);

	if (!hostname && config->asked->hostname)
		problem_set(config->problem, "options '--hostname' and '--uts host': the host's name is not changed");
	if (hostname && !is_joined(config->asked->uts))
		json_put_text(&config->json, "hostname", hostname);
	if (config->asked->domainname)
		json_put_text(&config->json, "domainname", config->asked->domainname);
}

void config_make(struct arena *arena, const struct config_input *input, struct text *out, struct problem *problem)
{
	struct config config = { .arena = arena, .input = input, .asked = input->asked, .problem = problem,
				 .user = input->asked->user ? input->asked->user : config_image_text(input, "User"),
				 .seccomp = true };

	config.json = json_writer_new(out, "\t");
	config_read_security(&config);
	config_read_ids(&config);
	config_read_devices(&config);
	config_check_systemd(&config);
	if (!root_find_user(input->root, root_whose_user(input->asked->user), config.user ? config.user : "",
			    &input->asked->groups, &config.identity, problem))
		return;
	config_add_cdi_groups(&config);
	json_open_object(&config.json, NULL);
	json_put_text(&config.json, "ociVersion", "1.3.0");
	put_process(&config);
	json_open_object(&config.json, "root");
	json_put_text(&config.json, "path", input->rootfs ? input->rootfs : "rootfs");
	json_put_bool(&config.json, "readonly", input->asked->read_only);
	json_close(&config.json);
	put_names(&config);
	config_put_mounts(&config);
	config_put_cdi_hooks(&config);
	config_put_annotations(&config);
	put_linux(&config);
	json_close(&config.json);
}
