/* cmd_features.c - `taru-oci features`: what this build can do, for the engines that ask.
 *
 * The document is that of runtime-spec 1.3, features.md and features-linux.md, keys in
 * their order. It tells what the program knows, whatever this machine can do.
 */
#include "command/json_pretty.h"
#include "oci/globals.h"
#include "spec/mount_options.h"
#include "spec/names.h"
#include "taru_commit.h"

/* What an engine should not let just anyone write into a config: none changes what a container may do. */
/* The file that it names is read by CRIU, as root. */
static const struct name annotations_unsafe[] = { { "org.criu.config", 0 }, { NULL, 0 } };

static void add_item(struct text *out, const char *name, bool first)
{
	if (!first)
		text_add(out, ",");
	text_add_json(out, name);
}

static void add_names(struct text *out, const char *key, const struct name *table)
{
	text_printf(out, "\"%s\":[", key);
	for (const struct name *at = table; at->name; at++)
		add_item(out, at->name, at == table);
	text_add(out, "]");
}

static void add_mount_options(struct text *out)
{
	text_add(out, "\"mountOptions\":[");
	for (size_t i = 0; mount_option_words[i]; i++)
		add_item(out, mount_option_words[i], i == 0);
	text_add(out, "]");
}

static void add_seccomp(struct text *out)
{
	text_add(out, "\"seccomp\":{\"enabled\":true,");
	add_names(out, "actions", seccomp_action_names);
	text_add(out, ",");
	add_names(out, "operators", seccomp_operator_names);
	text_add(out, ",");
	add_names(out, "archs", seccomp_architecture_names);
	text_add(out, ",");
	add_names(out, "knownFlags", seccomp_flag_names);
	text_add(out, ",");
	add_names(out, "supportedFlags", seccomp_flag_names);
	text_add(out, "}");
}

static void add_linux(struct text *out)
{
	text_add(out, "\"linux\":{");
	add_names(out, "namespaces", namespace_names);
	text_add(out, ",");
	add_names(out, "capabilities", capability_names);
	text_add(out, ",\"cgroup\":{\"v1\":true,\"v2\":true,\"systemd\":true,"
		      "\"systemdUser\":true,\"rdma\":true},");
	add_seccomp(out);
	text_add(out, ",\"apparmor\":{\"enabled\":true},\"selinux\":{\"enabled\":true},"
		      "\"intelRdt\":{\"enabled\":true,\"schemata\":true,\"monitoring\":true},"
		      "\"memoryPolicy\":{");
	add_names(out, "modes", memory_mode_names);
	text_add(out, ",");
	add_names(out, "flags", memory_flag_names);
	text_add(out, "},\"mountExtensions\":{\"idmap\":{\"enabled\":true}},"
		      "\"netDevices\":{\"enabled\":true}}");
}

static void run(struct command *command)
{
	struct text compact = text_new(command->arena), out = text_new(command->arena);

	text_add(&compact, "{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\",");
	add_names(&compact, "hooks", hook_names);
	text_add(&compact, ",");
	add_mount_options(&compact);
	text_add(&compact, ",");
	add_linux(&compact);
	text_add(&compact, ",\"annotations\":{\"org.taru.version\":\"" TARU_VERSION "\","
			   "\"org.taru.commit\":\"" TARU_COMMIT "\","
			   "\"org.opencontainers.runc.checkpoint.enabled\":\"true\"},");
	add_names(&compact, "potentiallyUnsafeConfigAnnotations", annotations_unsafe);
	text_add(&compact, "}");
	json_pretty(&out, compact.at);
	command_print(command, &out);
}

static const struct option options[] = { { NULL } };

const struct verb verb_features = {
	.name = "features",
	.operands = "",
	.summary = N_("show what this runtime can do, as JSON (runtime-spec, features.md)"),
	.options = options,
	.run = run,
};
