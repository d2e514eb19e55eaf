/* words.c - pieces of shell and of speech that the readers of a plan share. */
#include "show/words.h"
#include "spec/mount_options.h"
#include "spec/names.h"
#include <assert.h>
#include <ctype.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/resource.h>

void words_plain(struct text *out, const char *text)
{
	char *plain = arena_copy(out->arena, text, strlen(text));

	text_clean(plain, '?');
	text_add(out, plain);
}

void words_with(struct text *out, const char *text, const char *word)
{
	text_add(out, text);
	text_add_word(out, word);
}

/* --- namespaces --- */

static const char *const namespace_option[] = {
	[NAMESPACE_USER] = "user",
	[NAMESPACE_MOUNT] = "mount",
	[NAMESPACE_PID] = "pid",
	[NAMESPACE_NETWORK] = "net",
	[NAMESPACE_IPC] = "ipc",
	[NAMESPACE_UTS] = "uts",
	[NAMESPACE_CGROUP] = "cgroup",
	[NAMESPACE_TIME] = "time",
};
static_assert(COUNT(namespace_option) == NAMESPACES, "a namespace has no option of unshare(1)");

const char *words_namespace(enum namespace_kind kind)
{
	return kind < NAMESPACES ? namespace_option[kind] : "unknown";
}

void words_namespaces(struct text *out, uint64_t flags)
{
	for (int kind = 0; kind < NAMESPACES; kind++)
		if (flags & (unsigned)namespace_flag(kind))
			text_printf(out, " --%s", namespace_option[kind]);
}

static const char *const gate_name[] = {
	[GATE_CGROUP] = "in-its-cgroup",
	[GATE_USER] = "user-namespace-made",
	[GATE_REFORKED] = "forked-again",
	[GATE_IDS] = "ids-mapped",
	[GATE_LIMITS] = "ready-for-limits",
	[GATE_LIMITED] = "limits-set",
	[GATE_NETWORK] = "network-made",
	[GATE_DEVICES] = "devices-moved",
	[GATE_MOUNTED] = "mounted",
	[GATE_HOOKED] = "hooks-run",
	[GATE_RECORDED] = "recorded",
	[GATE_LISTENED] = "listener-sent",
	[GATE_READY] = "ready",
};
static_assert(COUNT(gate_name) == GATES, "a gate has no name");

const char *words_gate(enum gate gate)
{
	return gate < GATES ? gate_name[gate] : "unknown";
}

const char *words_lane(enum lane lane)
{
	return lane == LANE_RUNTIME ? N_("runtime") : N_("container");
}

void words_id_maps(struct text *out, const struct id_maps *maps)
{
	for (size_t i = 0; maps && i < maps->count; i++)
		text_printf(out, "%s%u %u %u", i ? " " : "", maps->at[i].inside, maps->at[i].outside,
			    maps->at[i].count);
}

/* --- capabilities and limits --- */

/* "CAP_CHOWN" → "chown"; one that has no name here is "cap_41", which setpriv(1) takes too. */
static void add_capability(struct text *out, unsigned number)
{
	const char *name = name_of(capability_names, number);

	if (!name) {
		text_printf(out, "cap_%u", number);
		return;
	}
	for (name += strncmp(name, "CAP_", 4) == 0 ? 4 : 0; *name; name++)
		text_printf(out, "%c", tolower((unsigned char)*name));
}

static void add_capabilities(struct text *out, uint64_t set, const char *before_each)
{
	const char *comma = "";

	for (unsigned number = 0; number < 64; number++)
		if (set & (1ULL << number)) {
			text_printf(out, "%s%s", comma, before_each);
			add_capability(out, number);
			comma = ",";
		}
}

void words_capabilities(struct text *out, uint64_t set)
{
	if (!set)
		text_add(out, "none");
	add_capabilities(out, set, "");
}

void words_capability_list(struct text *out, uint64_t set)
{
	text_add(out, set ? "-all," : "-all");
	add_capabilities(out, set, "+");
}

static void add_limit(struct text *out, uint64_t limit)
{
	if (limit == RLIM_INFINITY)
		text_add(out, "unlimited");
	else
		text_printf(out, "%llu", (unsigned long long)limit);
}

const char *words_rlimit_name(unsigned resource)
{
	const char *name = name_of(rlimit_names, resource);

	return name ? name : "RLIMIT_UNKNOWN";
}

/* prlimit(1) names a limit as the spec does: RLIMIT_NOFILE is --nofile. */
void words_rlimit(struct text *out, const struct step *step)
{
	const char *name = words_rlimit_name(step->rlimit.resource) + strlen("RLIMIT_");

	text_add(out, "--");
	for (; *name; name++)
		text_printf(out, "%c", tolower((unsigned char)*name));
	text_add(out, "=");
	add_limit(out, step->rlimit.soft);
	text_add(out, ":");
	add_limit(out, step->rlimit.hard);
}

/* --- scheduling and memory --- */

/* "SCHED_FIFO" → "--fifo". */
static void add_policy(struct text *out, uint32_t policy)
{
	const char *name = name_of(scheduler_policy_names, policy);

	text_add(out, "--");
	for (name = name ? name + strlen("SCHED_") : "unknown"; *name; name++)
		text_printf(out, "%c", tolower((unsigned char)*name));
}

void words_scheduler(struct text *out, const struct scheduler *scheduler)
{
	enum { RESET_ON_FORK = 1 };

	text_add(out, "chrt ");
	if (scheduler->flags & RESET_ON_FORK)
		text_add(out, "--reset-on-fork ");
	add_policy(out, scheduler->policy);
	if (scheduler->runtime)
		text_printf(out, " --sched-runtime %llu", (unsigned long long)scheduler->runtime);
	if (scheduler->deadline)
		text_printf(out, " --sched-deadline %llu", (unsigned long long)scheduler->deadline);
	if (scheduler->period)
		text_printf(out, " --sched-period %llu", (unsigned long long)scheduler->period);
	text_printf(out, " %d", scheduler->priority);
	if (scheduler->nice)
		text_printf(out, " nice -n %d", scheduler->nice);
}

void words_io_priority(struct text *out, const struct step *step)
{
	enum { IDLE = 3 };

	text_printf(out, "ionice -c %u", step->io_priority.class);
	if (step->io_priority.class != IDLE)
		text_printf(out, " -n %u", step->io_priority.priority);
}

static bool has_bit(const unsigned long *set, unsigned bit)
{
	enum { WORD = 8 * sizeof(unsigned long) };

	return set[bit / WORD] & (1UL << (bit % WORD));
}

void words_numbers(struct text *out, const unsigned long *set, unsigned bits)
{
	const char *comma = "";

	for (unsigned number = 0, last; number < bits; number = last + 1) {
		last = number;
		if (!has_bit(set, number))
			continue;
		while (last + 1 < bits && has_bit(set, last + 1))
			last++;
		text_printf(out, last > number ? "%s%u-%u" : "%s%u", comma, number, last);
		comma = ",";
	}
}

void words_affinity(struct text *out, const struct step *step)
{
	text_add(out, "taskset --cpu-list ");
	words_numbers(out, step->affinity.processors, step->affinity.bits);
}

/* set_mempolicy(2) takes one bit less than it is told. */
void words_nodes(struct text *out, const struct step *step)
{
	if (step->memory_policy.nodes && step->memory_policy.bits)
		words_numbers(out, step->memory_policy.nodes, step->memory_policy.bits - 1);
}

void words_memory_policy(struct text *out, const struct step *step)
{
	static const struct { const char *option; bool nodes; } policy[] = {
		{ "--localalloc", false }, { "--preferred=", true }, { "--membind=", true },
		{ "--interleave=", true }, { "--localalloc", false }, { "--preferred-many=", true },
		{ "--weighted-interleave=", true },
	};
	enum { MODE = 0xff };
	unsigned mode = step->memory_policy.mode & MODE;

	text_add(out, "numactl ");
	text_add(out, mode < COUNT(policy) ? policy[mode].option : "--unknown");
	if (mode < COUNT(policy) && policy[mode].nodes)
		words_nodes(out, step);
}

const char *words_personality(unsigned persona)
{
	enum { LINUX32 = 0x0008 };

	return persona == LINUX32 ? "linux32" : "linux64";
}

/* --- hooks --- */

const char *words_hook_name(const struct hook *hook)
{
	return hook->args.count && strcmp(hook->args.at[0], hook->path) != 0 ? hook->args.at[0] : NULL;
}

bool words_is_variable(const char *entry)
{
	return *entry != '=' && strchr(entry, '=');
}

void words_hook_environment(struct text *out, const struct hook *hook)
{
	bool options = false;

	for (size_t i = 0; i < hook->env.count; i++)
		options |= hook->env.at[i][0] == '-';
	if (options)
		text_add(out, " --");
	for (size_t i = 0; i < hook->env.count; i++)
		if (words_is_variable(hook->env.at[i]))
			words_with(out, " ", hook->env.at[i]);
}

void words_hook_command(struct text *out, const struct hook *hook)
{
	words_with(out, " ", hook->path);
	for (size_t i = 1; i < hook->args.count; i++)
		words_with(out, " ", hook->args.at[i]);
}

/* --- mounts --- */

const char *words_propagation(uint64_t propagation, bool all)
{
	static const struct { uint64_t flag; const char *one, *all; } name[] = {
		{ MS_PRIVATE, "private", "rprivate" },
		{ MS_SLAVE, "slave", "rslave" },
		{ MS_SHARED, "shared", "rshared" },
		{ MS_UNBINDABLE, "unbindable", "runbindable" },
	};

	for (size_t i = 0; i < COUNT(name); i++)
		if (propagation & name[i].flag)
			return all ? name[i].all : name[i].one;
	return "unchanged";
}

static bool is_flag(const struct pair *pair, const char *key)
{
	return !pair->value && strcmp(pair->key, key) == 0;
}

bool words_data_readonly(const struct pairs *data)
{
	for (size_t i = 0; data && i < data->count; i++)
		if (is_flag(&data->at[i], "ro"))
			return true;
	return false;
}

static void add_comma(struct text *options)
{
	if (options->length)
		text_add(options, ",");
}

/* "rw" of a file system is what it is without it; "ro" of one is what mount(8) makes of "ro" of the
 * mount. A comma in a value needs the quotes that mount(8) knows. */
static void add_data(struct text *options, const struct pairs *data, bool readonly)
{
	for (size_t i = 0; data && i < data->count; i++) {
		const struct pair *pair = &data->at[i];

		if (is_flag(pair, "rw") || (readonly && is_flag(pair, "ro")))
			continue;
		add_comma(options);
		text_add(options, pair->key);
		if (pair->value)
			text_printf(options, strchr(pair->value, ',') ? "=\"%s\"" : "=%s", pair->value);
	}
}

void words_change(struct text *out, const struct mount_change *change)
{
	if (change->set || change->clear)
		text_add(out, mount_attr_words(out->arena, change->set, change->clear));
}

void words_change_all(struct text *out, const struct mount_change *change)
{
	if (change->set_all || change->clear_all)
		text_add(out, mount_attr_words(out->arena, change->set_all, change->clear_all));
}

/* A source that looks like an option is told apart by "--". */
void words_mount(struct text *out, const struct step *step, const char *target, const char *more)
{
	struct text options = text_new(out->arena);
	const char *source = step->mount.source ? step->mount.source : "none";
	bool readonly = step->mount.change.set & MOUNT_ATTR_RDONLY;

	words_change(&options, &step->mount.change);
	add_data(&options, step->mount.data, readonly);
	text_add(out, "mount -t ");
	text_add_word(out, step->mount.type);
	if (options.length || *more) {
		text_add(out, " -o ");
		text_add_word(out, options.length ? options.at : "rw");
		text_add(out, more);
	}
	text_add(out, source[0] == '-' ? " -- " : " ");
	text_add_word(out, source);
	text_printf(out, " %s", target);
}

void words_remount(struct text *out, const struct step *step, const char *target)
{
	struct text options = text_new(out->arena);

	text_add(&options, "remount");
	if (step->mount.change.set || step->mount.change.clear)
		text_add(&options, ",");
	words_change(&options, &step->mount.change);
	add_data(&options, step->mount.data, step->mount.change.set & MOUNT_ATTR_RDONLY);
	text_add(out, "mount -o ");
	text_add_word(out, options.at);
	text_printf(out, " %s", target);
}

size_t words_elements(struct text *out, const struct plan_element *element, size_t count)
{
	struct text list = text_new(out->arena);
	size_t done = 0;

	for (; done < count && strcmp(element[done].set, element->set) == 0; done++)
		text_printf(&list, "%s%s", done ? ", " : "{ ", element[done].shown);
	text_add(&list, " }");
	text_add(out, "nft add element inet taru ");
	text_add_word(out, element->set);
	text_add(out, " ");
	text_add_word(out, list.at);
	return done;
}
