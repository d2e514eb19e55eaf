/* cmd_info.c - `taru info`: what there is of the engine, and what this machine is. */
#include "base/json_write.h"
#include "cli/place.h"
#include "engine/info.h"
#include "listing/human.h"
#include "listing/object.h"
#include <string.h>
#include <time.h>

struct info_asked { const char *format; };

static const char *cgroup_version(const struct engine_info *info)
{
	switch (info->host.cgroup) {
	case CGROUP_V1:
	case CGROUP_HYBRID: return "1";
	case CGROUP_V2: return "2";
	case CGROUP_NONE:
	case CGROUP_LAYOUTS: break;
	}
	return "none";
}

static bool is_rootless(const struct engine_info *info)
{
	return info->host.uid != 0;
}

enum { SECURITY_OPTIONS = 5 };

/* What docker calls security options: their names, and what they have of a profile. */
struct security { bool is_there; const char *name, *profile; };

static void find_security(const struct engine_info *info, struct security ret[SECURITY_OPTIONS])
{
	const struct security all[SECURITY_OPTIONS] = {
		{ info->host.apparmor, "apparmor", NULL }, { info->seccomp, "seccomp", "builtin" },
		{ info->host.selinux, "selinux", NULL }, { info->cgroup_namespaces, "cgroupns", NULL },
		{ is_rootless(info), "rootless", NULL },
	};

	memcpy(ret, all, sizeof(all));
}

/* --- as JSON, with docker's keys --- */

static void put_security(struct json_writer *json, const struct engine_info *info)
{
	struct security all[SECURITY_OPTIONS];

	find_security(info, all);
	json_open_array(json, "SecurityOptions");
	for (size_t i = 0; i < SECURITY_OPTIONS; i++)
		if (all[i].is_there)
			json_put_text(json, NULL, arena_printf(json->text->arena, "name=%s%s%s", all[i].name,
							       all[i].profile ? ",profile=" : "",
							       all[i].profile ? all[i].profile : ""));
	json_close(json);
}

static void add_json(struct text *out, const struct place *place, const struct engine_info *info)
{
	struct json_writer json = json_writer_new(out, NULL);

	json_open_object(&json, NULL);
	json_put_unsigned(&json, "Containers", info->containers);
	json_put_unsigned(&json, "ContainersRunning", info->running);
	json_put_unsigned(&json, "ContainersPaused", info->paused);
	json_put_unsigned(&json, "ContainersStopped", info->containers - info->running - info->paused);
	json_put_unsigned(&json, "Images", info->images);
	json_put_text(&json, "Driver", "overlay");
	json_put_text(&json, "DockerRootDir", place->store.root);
	json_put_text(&json, "RunRoot", place->engine.run);
	json_put_text(&json, "SystemTime", human_rfc3339(out->arena, time(NULL)));
	json_put_text(&json, "CgroupDriver", "cgroupfs");
	json_put_text(&json, "CgroupVersion", cgroup_version(info));
	json_put_text(&json, "DefaultRuntime", "taru");
	json_put_text(&json, "KernelVersion", info->kernel);
	json_put_text(&json, "OperatingSystem", info->system);
	json_put_text(&json, "OSType", "linux");
	json_put_text(&json, "Architecture", info->machine);
	json_put_unsigned(&json, "NCPU", info->processors);
	json_put_unsigned(&json, "MemTotal", info->memory);
	json_put_text(&json, "Name", info->name);
	json_put_text(&json, "ServerVersion", TARU_VERSION);
	json_put_bool(&json, "Rootless", is_rootless(info));
	put_security(&json, info);
	json_close(&json);
}

/* --- as text --- */

static void add_security(struct text *out, const struct engine_info *info)
{
	struct security all[SECURITY_OPTIONS];

	find_security(info, all);
	text_add(out, "Security Options:\n");
	for (size_t i = 0; i < SECURITY_OPTIONS; i++) {
		if (all[i].is_there)
			text_printf(out, " %s\n", all[i].name);
		if (all[i].is_there && all[i].profile)
			text_printf(out, "  Profile: %s\n", all[i].profile);
	}
}

static void add_text(struct text *out, const struct place *place, const struct engine_info *info)
{
	text_printf(out, "Containers: %zu\n Running: %zu\n Paused: %zu\n Stopped: %zu\nImages: %zu\n", info->containers,
		    info->running, info->paused, info->containers - info->running - info->paused, info->images);
	text_printf(out, "Version: %s\nStorage Driver: overlay\nCgroup Driver: cgroupfs\nCgroup Version: %s\n",
		    TARU_VERSION, cgroup_version(info));
	add_security(out, info);
	text_printf(out, "Kernel Version: %s\nOperating System: %s\nOSType: linux\nArchitecture: %s\nCPUs: %u\n",
		    info->kernel, info->system, info->machine, info->processors);
	text_printf(out, "Total Memory: %.4gGiB\nName: %s\nRoot Dir: %s\nRun Root: %s\n",
		    (double)info->memory / (1 << 30), info->name, place->store.root, place->engine.run);
}

static void run(struct command *command)
{
	const struct info_asked *asked = command->asked;
	struct text out = text_new(command->arena), warnings = text_new(command->arena);
	struct engine_info info;
	struct place place;

	if (!place_open(command, false, &place))
		return;
	if (engine_info_read(&place.engine, &info, &warnings, command->problem)) {
		command_warn(command, &warnings);
		if (asked->format) {
			add_json(&out, &place, &info);
			object_print(command, &out, asked->format);
		} else {
			add_text(&out, &place, &info);
			command_print(command, &out);
		}
	}
	store_close(&place.store);
}

static const struct option options[] = {
	{ "format", 'f', OPTION_TEXT, offsetof(struct info_asked, format), "FORMAT",
	  N_("json, or a template of Go's") },
	{ NULL }
};

const struct verb verb_info = {
	.name = "info",
	.operands = "",
	.summary = N_("show what there is, and what this machine is"),
	.options = options,
	.asked_size = sizeof(struct info_asked),
	.run = run,
};
