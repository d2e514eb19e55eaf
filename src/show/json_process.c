/* json_process.c - as data: the steps about what the process is and may do. */
#include "show/json.h"
#include "spec/names.h"

static void put_capabilities(struct json_writer *json, const char *key, uint64_t set)
{
	json_open_array(json, key);
	for (unsigned number = 0; number < 64; number++) {
		const char *name = name_of(capability_names, number);

		if (set & (1ULL << number))
			json_put_text(json, NULL,
				      name ? name : arena_printf(json->text->arena, "%u", number));
	}
	json_close(json);
}

void put_hostname(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->hostname.name);
}

void put_domainname(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "name", step->domainname.name);
}

void put_sysctl(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->sysctl.path);
	json_put_text(json, "value", step->sysctl.value);
}

void put_personality(struct json_writer *json, const struct step *step)
{
	put_hex(json, "persona", step->personality.persona);
}

void put_rlimit(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "type", words_rlimit_name(step->rlimit.resource));
	json_put_unsigned(json, "soft", step->rlimit.soft);
	json_put_unsigned(json, "hard", step->rlimit.hard);
}

void put_scheduler(struct json_writer *json, const struct step *step)
{
	const struct scheduler *scheduler = step->scheduler.scheduler;

	json_put_text(json, "policy", name_of(scheduler_policy_names, scheduler->policy));
	json_put_signed(json, "nice", scheduler->nice);
	json_put_signed(json, "priority", scheduler->priority);
	put_hex(json, "flags", scheduler->flags);
	json_put_unsigned(json, "runtime", scheduler->runtime);
	json_put_unsigned(json, "deadline", scheduler->deadline);
	json_put_unsigned(json, "period", scheduler->period);
}

void put_io_priority(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "class", name_of(io_class_names, step->io_priority.class));
	json_put_unsigned(json, "priority", step->io_priority.priority);
}

void put_memory_policy(struct json_writer *json, const struct step *step)
{
	struct text nodes = text_new(json->text->arena);

	words_nodes(&nodes, step);
	put_hex(json, "mode", step->memory_policy.mode);
	json_put_text(json, "nodes", nodes.at);
}

void put_affinity(struct json_writer *json, const struct step *step)
{
	struct text processors = text_new(json->text->arena);

	words_numbers(&processors, step->affinity.processors, step->affinity.bits);
	json_put_text(json, "processors", processors.at);
}

void put_umask(struct json_writer *json, const struct step *step)
{
	put_octal(json, "mask", step->umask.mask);
}

void put_streams(struct json_writer *json, const struct step *step)
{
	if (step->streams.anybody)
		json_put_bool(json, "anybody", true);
	else
		json_put_unsigned(json, "uid", step->streams.id);
}

void put_home(struct json_writer *json, const struct step *step)
{
	json_put_unsigned(json, "uid", step->home.uid);
}

void put_groups(struct json_writer *json, const struct step *step)
{
	json_open_array(json, "groups");
	for (size_t i = 0; i < step->groups.count; i++)
		json_put_unsigned(json, NULL, step->groups.group[i]);
	json_close(json);
}

void put_gid(struct json_writer *json, const struct step *step)
{
	json_put_unsigned(json, "gid", step->gid.id);
}

void put_uid(struct json_writer *json, const struct step *step)
{
	json_put_unsigned(json, "uid", step->uid.id);
}

void put_keep(struct json_writer *json, const struct step *step)
{
	json_put_bool(json, "keep", step->keep_capabilities.keep);
}

void put_bounding(struct json_writer *json, const struct step *step)
{
	put_capabilities(json, "keep", step->bounding.keep);
	json_put_unsigned(json, "last", step->bounding.last);
}

void put_sets(struct json_writer *json, const struct step *step)
{
	put_capabilities(json, "effective", step->capabilities.effective);
	put_capabilities(json, "permitted", step->capabilities.permitted);
	put_capabilities(json, "inheritable", step->capabilities.inheritable);
}

void put_ambient(struct json_writer *json, const struct step *step)
{
	put_capabilities(json, "raise", step->ambient.raise);
}

void put_directory(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->directory.path);
}

void put_label(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "module", step->label.apparmor ? "apparmor" : "selinux");
	json_put_text(json, "label", step->label.label);
}

void put_descriptors(struct json_writer *json, const struct step *step)
{
	json_put_unsigned(json, "from", step->descriptors.from);
}

/* How long the filter is; what it does is said by linux.seccomp. */
void put_seccomp(struct json_writer *json, const struct step *step)
{
	const struct bpf_program *program = &step->seccomp.program;

	put_hex(json, "flags", step->seccomp.flags);
	json_put_bool(json, "listener", step->seccomp.listener);
	json_put_unsigned(json, "instructions", program->count);
}

void put_listener(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "path", step->listener.path);
	json_put_text(json, "metadata", step->listener.metadata);
}

void put_exec(struct json_writer *json, const struct step *step)
{
	json_put_texts(json, "args", (const char *const *)step->exec.args);
	json_put_texts(json, "env", (const char *const *)step->exec.env);
	json_put_text(json, "search", step->exec.search);
}
