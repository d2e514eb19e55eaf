/* cmd_volume_create.c - `taru volume create`: makes a directory that outlives containers. */
#include "cli/volumes.h"
#include "base/sys.h"
#include "image/helper.h"
#include "spec/reason.h"
#include <fcntl.h>
#include <string.h>

struct volume_create_asked {
	const char *driver, *name;
	struct texts labels, options;
	bool ignore;
	struct maybe_u64 uid, gid;
};

struct owning { const struct volume_create_asked *asked; const struct volume *volume; };

/* Where an ordinary user keeps containers, these are ids of its user namespace. */
static int own(void *data)
{
	const struct owning *owning = data;
	const struct volume_create_asked *asked = owning->asked;

	return sys_fchownat(AT_FDCWD, owning->volume->path, asked->uid.set ? (uid_t)asked->uid.value : (uid_t)-1,
			    asked->gid.set ? (gid_t)asked->gid.value : (gid_t)-1, AT_SYMLINK_NOFOLLOW);
}

static void give_to_owner(struct command *command, const struct volume *volume)
{
	const struct volume_create_asked *asked = command->asked;
	struct owning owning = { asked, volume };
	int error = 0;

	if (asked->uid.set || asked->gid.set)
		error = helper_as_owner(command->arena, own, &owning, command->problem);
	if (error && !command->problem->found)
		problem_set(command->problem, "volume %s: its directory cannot be given to %lld:%lld: %s", volume->name,
			    asked->uid.set ? (long long)asked->uid.value : -1,
			    asked->gid.set ? (long long)asked->gid.value : -1, reason_words(-error));
}

/* One that is there already is as good, as with docker. */
static void create(struct command *command, struct place *place, struct volume *volume)
{
	struct text out = text_new(command->arena);
	bool new;

	if (!volume_make(&place->engine, volume, &new, command->problem))
		return;
	if (new)
		give_to_owner(command, volume);
	volume_close(volume);
	if (command->problem->found) {
		volume_remove(&place->engine, volume->name, &(struct problem){ 0 });
		return;
	}
	text_printf(&out, "%s\n", volume->name);
	command_print(command, &out);
}

static void run(struct command *command)
{
	const struct volume_create_asked *asked = command->asked;
	struct volume volume = {
		.name = command->operand[0] ? command->operand[0] : asked->name,
		.labels = volumes_pairs(command->arena, "--label", &asked->labels, command->problem),
		.options = volumes_pairs(command->arena, "--opt", &asked->options, command->problem),
		.anonymous = !command->operand[0] && !asked->name,
		.folder = -1,
	};
	struct place place;

	if (asked->driver && strcmp(asked->driver, "local") != 0)
		problem_set(command->problem, "option '--driver': the only driver is local, not '%s'", asked->driver);
	if (asked->name && command->operand[0] && strcmp(asked->name, command->operand[0]) != 0)
		problem_set(command->problem, "option '--name': the volume has the name '%s' already",
			    command->operand[0]);
	if (asked->uid.value > INT32_MAX || asked->gid.value > INT32_MAX)
		problem_set(command->problem, "options '--uid' and '--gid': ids end at %d", INT32_MAX);
	if (command->problem->found || !place_open(command, true, &place))
		return;
	create(command, &place, &volume);
	store_close(&place.store);
}

static const struct option options[] = {
	{ "driver", 'd', OPTION_TEXT, offsetof(struct volume_create_asked, driver), "DRIVER",
	  N_("local, the only one") },
	{ "gid", 0, OPTION_UNSIGNED, offsetof(struct volume_create_asked, gid), "GID", N_("whose group it is (0)") },
	{ "ignore", 0, OPTION_FLAG, offsetof(struct volume_create_asked, ignore), NULL,
	  N_("accepted: a volume that is there already is no error") },
	{ "label", 'l', OPTION_TEXTS, offsetof(struct volume_create_asked, labels), "KEY=VALUE", N_("a label") },
	{ "name", 0, OPTION_TEXT, offsetof(struct volume_create_asked, name), "NAME", NULL },
	{ "opt", 'o', OPTION_TEXTS, offsetof(struct volume_create_asked, options), "KEY=VALUE",
	  N_("what is mounted instead of a directory of the store: type, device, o (options of mount(8))") },
	{ "uid", 0, OPTION_UNSIGNED, offsetof(struct volume_create_asked, uid), "UID", N_("whose it is (0)") },
	{ NULL }
};

const struct verb verb_volume_create = {
	.name = "volume create",
	.operands = "[NAME]",
	.summary = N_("make a volume"),
	.notes = N_(
		"Without a name it gets one of 64 digits. A directory of this machine: --opt type=none --opt\n"
		"device=/DIR --opt o=bind; files in memory: --opt type=tmpfs --opt device=tmpfs --opt o=size=100m.\n"),
	.options = options,
	.asked_size = sizeof(struct volume_create_asked),
	.operands_max = 1,
	.run = run,
};
