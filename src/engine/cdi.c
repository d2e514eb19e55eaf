/* cdi.c - see cdi.h */
#include "engine/cdi.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/text.h"
#include "base/yaml.h"
#include "spec/lists.h"
#include "spec/reason.h"
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_LIMIT = 16 << 20, SPECS_MAX = 1024 };

/* A file that was read. */
struct cdi_spec {
	const char *path, *kind;
	const struct json *value;
	unsigned priority;		/* of its folder */
	bool used;			/* its own edits are made */
};

struct finding {
	struct arena *arena;
	struct cdi_spec spec[SPECS_MAX];
	size_t count;
	const char *unread;		/* the first file that could not be read, and why; NULL: none */
	struct cdi *cdi;
	size_t room;
	struct problem *problem;
};

/* --- names --- */

/* "vendor.com/class" */
static bool is_kind(const char *text, size_t length)
{
	const char *slash = memchr(text, '/', length);

	if (!slash || slash == text || slash + 1 == text + length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("_-./", text[i]))
			return false;
	return isalpha((unsigned char)text[0]) && !memchr(slash + 1, '/', (size_t)(text + length - slash - 1));
}

bool cdi_is_name(const char *given)
{
	const char *equals = strchr(given, '=');

	return equals && equals[1] && is_kind(given, (size_t)(equals - given));
}

/* --- files --- */

static void note_unread(struct finding *finding, const char *path, const char *why)
{
	if (!finding->unread)
		finding->unread = arena_printf(finding->arena, "'%s' could not be read: %s", path, why);
}

/* -EINVAL where it is something else: a pipe would be waited for. O_NONBLOCK: it is not known before. */
static int open_regular(const char *path)
{
	closes int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	struct stat info;

	if (fd >= 0 && (sys_fstat(fd, &info) || !S_ISREG(info.st_mode)))
		return -EINVAL;
	return take_fd(&fd);
}

/* One that is no such file is left out, and told where a device is not found. */
static void take_file(struct finding *finding, const char *path, unsigned priority)
{
	struct problem problem = { 0 };
	const struct json *value;
	const char *kind;
	char *text;
	size_t length;
	closes int fd = open_regular(path);
	int error;

	if (fd == -EINVAL) {
		note_unread(finding, path, "it is no regular file");
		return;
	}
	if (finding->count == SPECS_MAX) {
		note_unread(finding, path, "there are too many of them");
		return;
	}
	error = fd < 0 ? fd : file_read_fd(finding->arena, fd, FILE_LIMIT, &text, &length);
	if (error) {
		note_unread(finding, path, reason_words(error));
		return;
	}
	value = text_ends_in(path, ".json") ? json_read(finding->arena, text, length, path, &problem) :
		yaml_read(finding->arena, text, length, path, &problem);
	kind = value ? json_text(value, "kind") : "";
	if (!value || !json_text(value, "cdiVersion")[0] || !is_kind(kind, strlen(kind)))
		note_unread(finding, path,
			    problem.found ? arena_copy(finding->arena, problem.text, strlen(problem.text)) :
			    "it has no cdiVersion, or no kind like 'vendor.com/class'");
	else
		finding->spec[finding->count++] = (struct cdi_spec){ path, kind, value, priority, false };
}

static void take_folder(struct finding *finding, const char *folder, unsigned priority)
{
	DIR *open = opendir(folder);
	const struct dirent *entry;

	while (open && (entry = readdir(open))) {
		const char *path = arena_printf(finding->arena, "%s/%s", folder, entry->d_name);

		if (text_ends_in(entry->d_name, ".json") || text_ends_in(entry->d_name, ".yaml"))
			take_file(finding, path, priority);
		else if (text_ends_in(entry->d_name, ".yml"))
			note_unread(finding, path, "the name of such a file must end in .json or .yaml");
	}
	if (open)
		closedir(open);
}

struct texts cdi_folders(struct arena *arena)
{
	const char *given = getenv("TARU_CDI_SPEC_DIRS");
	char *rest, *folder;
	struct texts folders = { 0 };

	if (!given || !given[0])
		given = "/etc/cdi:/var/run/cdi";
	rest = arena_copy(arena, given, strlen(given));
	while ((folder = strsep(&rest, ":")))
		texts_add(arena, &folders, folder);
	return folders;
}

static void take_folders(struct finding *finding)
{
	struct texts folders = cdi_folders(finding->arena);

	for (size_t i = 0; i < folders.count; i++)
		take_folder(finding, folders.at[i], (unsigned)i);
}

/* --- devices --- */

static const struct json *devices_of(const struct cdi_spec *spec)
{
	const struct json *devices = json_get(spec->value, "devices");

	return devices && devices->kind == JSON_ARRAY ? devices->first : NULL;
}

static bool is_of(const struct cdi_spec *spec, const char *name, size_t length)
{
	return strlen(spec->kind) == length && !strncmp(spec->kind, name, length);
}

static const struct json *device_called(const struct cdi_spec *spec, const char *name)
{
	for (const struct json *device = devices_of(spec); device; device = device->next)
		if (!strcmp(json_text(device, "name"), name))
			return device;
	return NULL;
}

static void add_edits(struct finding *finding, const struct cdi_spec *spec, const struct json *edits)
{
	struct cdi *cdi = finding->cdi;

	if (!edits)
		return;
	cdi->edits = arena_grow(finding->arena, cdi->edits, cdi->count, &finding->room, sizeof(*cdi->edits));
	cdi->edits[cdi->count++] = (struct cdi_edits){ edits, spec->path };
}

static void add_device(struct finding *finding, struct cdi_spec *spec, const struct json *device)
{
	if (!spec->used)
		add_edits(finding, spec, json_get(spec->value, "containerEdits"));
	spec->used = true;
	add_edits(finding, spec, json_get(device, "containerEdits"));
}

static void add_list(struct finding *finding, struct text *out)
{
	for (size_t i = 0; i < finding->count; i++)
		for (const struct json *device = devices_of(&finding->spec[i]); device; device = device->next)
			text_printf(out, "%s%s=%s", out->length ? ", " : "", finding->spec[i].kind,
				    json_text(device, "name"));
}

static void refuse(struct finding *finding, const char *name)
{
	struct text list = text_new(finding->arena);

	add_list(finding, &list);
	problem_set(finding->problem, "option '--device': there is no CDI device '%s'; there %s%s%s%s", name,
		    list.length ? "are " : "is none", list.length ? list.at : "", finding->unread ? "; " : "",
		    finding->unread ? finding->unread : "");
}

/* "vendor.com/class=all", where no device is called so. Returns how many there were. */
static size_t add_class(struct finding *finding, const char *name, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < finding->count; i++)
		if (is_of(&finding->spec[i], name, length))
			for (const struct json *device = devices_of(&finding->spec[i]); device;
			     device = device->next, count++)
				add_device(finding, &finding->spec[i], device);
	return count;
}

static void find_one(struct finding *finding, const char *name)
{
	size_t length = strcspn(name, "=");
	struct cdi_spec *found = NULL, *other = NULL;

	for (size_t i = 0; i < finding->count; i++) {
		struct cdi_spec *spec = &finding->spec[i];

		if (!is_of(spec, name, length) || !device_called(spec, name + length + 1))
			continue;
		if (found && found->priority == spec->priority)
			other = spec;
		if (!found || spec->priority > found->priority)
			found = spec;
	}
	if (found && other && other->priority == found->priority)
		problem_set(finding->problem, "option '--device': '%s' is described twice, in '%s' and '%s'", name,
			    found->path, other->path);
	else if (found)
		add_device(finding, found, device_called(found, name + length + 1));
	else if (strcmp(name + length, "=all") != 0 || !add_class(finding, name, length))
		refuse(finding, name);
}

void cdi_find(struct arena *arena, const struct texts *names, struct cdi *ret_cdi, struct problem *problem)
{
	struct finding *finding;

	*ret_cdi = (struct cdi){ NULL, 0 };
	if (!names->count)
		return;
	finding = ARENA_NEW(arena, struct finding);
	*finding = (struct finding){ .arena = arena, .cdi = ret_cdi, .problem = problem };
	take_folders(finding);
	for (size_t i = 0; i < names->count; i++)
		find_one(finding, names->at[i]);
}

/* --- --gpus --- */

#define GPU "nvidia.com/gpu="

/* "device=0,1", which docker wants in quotes. */
static void add_named(struct arena *arena, char *names, struct texts *gpus)
{
	for (char *name; (name = strsep(&names, ","));)
		if (name[0])
			gpus->at[gpus->count++] = arena_printf(arena, GPU "%s", name);
}

struct texts cdi_gpus(struct arena *arena, const char *given, struct problem *problem)
{
	enum { MOST = 64 };
	size_t length = strlen(given);
	char *text = arena_copy(arena, given, length);
	struct texts gpus = { ARENA_ARRAY(arena, length + MOST + 1, char *), 0 };
	uint64_t count = 0;

	if (length > 1 && text[0] == '"' && text[length - 1] == '"') {
		text[length - 1] = '\0';
		text++;
	}
	if (!strcmp(text, "all") || !strcmp(text, "-1"))
		gpus.at[gpus.count++] = arena_printf(arena, GPU "all");
	else if (!strncmp(text, "device=", 7) && text[7])
		add_named(arena, text + 7, &gpus);
	else if (!text_to_u64(text, &count) || count > MOST)
		problem_set(problem,
			    "option '--gpus': '%s' is none of all, a number up to %d, device=NAME,NAME", given, MOST);
	for (unsigned i = 0; i < count && i < MOST; i++)
		gpus.at[gpus.count++] = arena_printf(arena, GPU "%u", i);
	return gpus;
}
