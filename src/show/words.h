/* words.h - pieces of shell and of speech that the readers of a plan share.
 *
 * What comes from a config.json is never trusted here: a word of shell is quoted
 * (text_add_word), and what goes into a comment or a message has no control characters
 * left, since a line break in it would end the comment and begin a command.
 */
#pragma once
#include "base/text.h"
#include "base/translate.h"
#include "plan/plan.h"
#include <assert.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Adds the text with control characters as '?'. */
void words_plain(struct text *out, const char *text);

/* Adds the text and then a word of shell. */
void words_with(struct text *out, const char *text, const char *word);

/* Adds " --mount --pid": the CLONE_NEW* flags as options of unshare(1). */
void words_namespaces(struct text *out, uint64_t flags);

/* "net": a namespace as an option of unshare(1) and nsenter(1), without the dashes. */
const char *words_namespace(enum namespace_kind kind);

/* "rslave" for MS_SLAVE and all; "unchanged" for 0. */
const char *words_propagation(uint64_t propagation, bool all);

/* Adds "chown,kill": capabilities as setpriv(1) and capsh(1) write them; "none" for no one. */
void words_capabilities(struct text *out, uint64_t set);

/* Adds "-all,+chown": the same as a list for setpriv(1), which starts from what there is. */
void words_capability_list(struct text *out, uint64_t set);

/* "RLIMIT_NOFILE". */
const char *words_rlimit_name(unsigned resource);

/* Adds "--nofile=1024:4096": a limit as an option of prlimit(1). */
void words_rlimit(struct text *out, const struct step *step);

/* Adds "chrt --fifo 10", with nice(1) where it is asked for. */
void words_scheduler(struct text *out, const struct scheduler *scheduler);

/* Adds "ionice -c 2 -n 4". */
void words_io_priority(struct text *out, const struct step *step);

/* Adds "0-3,7": the numbers whose bit is set. */
void words_numbers(struct text *out, const unsigned long *set, unsigned bits);

/* Adds "taskset --cpu-list 0-3,7". */
void words_affinity(struct text *out, const struct step *step);

/* Adds the nodes of a STEP_SET_MEMORY_POLICY. */
void words_nodes(struct text *out, const struct step *step);

/* Adds "numactl --membind=0-3". */
void words_memory_policy(struct text *out, const struct step *step);

/* "linux32" or "linux64" for setarch(8). */
const char *words_personality(unsigned persona);

/* Adds "10.0.0.1/24". */
void words_address(struct text *out, const struct host_address *address);

/* Adds "10.0.0.1", without the length of the network. */
void words_address_alone(struct text *out, const struct host_address *address);

/* "veth": what the kernel calls this kind of network device, and the module that it is in. */
const char *words_link_kind(const struct plan_link *link);

/* "bridge", "l3": how ip-link(8) calls the mode of a macvlan or ipvlan; NULL: of another kind. */
const char *words_link_mode(const struct plan_link *link);

/* The hardware address as text, or NULL where the kernel chooses it. */
const char *words_link_mac(struct arena *arena, const struct plan_link *link);
/* Adds "nft add element inet taru publish4 '{ … }'" for those at the begin that are of one set. Returns how many. */
size_t words_elements(struct text *out, const struct plan_element *element, size_t count);

/* Adds "0 100000 65536 …": maps as newuidmap(1) takes them. */
void words_id_maps(struct text *out, const struct id_maps *maps);

/* The name that a hook sees as its own (argv[0]) where that is not its path, else NULL. */
const char *words_hook_name(const struct hook *hook);

/* Whether an entry of an environment is a NAME=VALUE, which is all that env(1) can say. */
bool words_is_variable(const char *entry);

/* Adds " NAME=VALUE …", as they stand behind env(1) and its options. */
void words_hook_environment(struct text *out, const struct hook *hook);

/* Adds " PATH ARG …", without the name. */
void words_hook_command(struct text *out, const struct hook *hook);

/* Whether the options of a file system make the file system itself read-only. */
bool words_data_readonly(const struct pairs *data);

/* Adds the command that mounts a file system; `target` is a word of shell, and so is what goes behind the
 * options. */
void words_mount(struct text *out, const struct step *step, const char *target, const char *more);

/* Adds the command that changes options of a mounted file system (step->mount.data and .change). */
void words_remount(struct text *out, const struct step *step, const char *target);

/* Adds "ro,nosuid", what a change does to the one mount; nothing where it does nothing. */
void words_change(struct text *out, const struct mount_change *change);

/* The same for the whole tree below it. */
void words_change_all(struct text *out, const struct mount_change *change);

/* A name for a gate, also where it is not known. */
const char *words_gate(enum gate gate);

/* "runtime" or "container", not yet translated. */
const char *words_lane(enum lane lane);

/* Adds what a step does, what that is for and what to read about it. `again`: the step before it is of its kind, so
 * what for is said already (explain_prose.c). */
void prose_sentence(struct text *out, const struct step *step, bool again);

/* The first sentence of that. */
void prose_title(struct text *out, const struct step *step);

/* A table with one entry for each kind of step is written as a list macro, so that one that is
 * forgotten breaks the build: LIST(TABLE_ENTRY) fills the array, TABLE_IS_FULL(LIST) counts, and the
 * compiler warns of an entry that is there twice. */
#define TABLE_ENTRY(kind, ...) [kind] = __VA_ARGS__,
#define TABLE_ONE(kind, ...) +1
#define TABLE_IS_FULL(list) static_assert(0 list(TABLE_ONE) == STEP_KINDS, "a step kind is missing here")

/* The one line of explain_step(), whole: a command where shell has one, else a phrase. A command is
 * safe to run; a phrase is in words of its own and must be put in a comment. */
void step_command(struct text *out, const struct step *step);
