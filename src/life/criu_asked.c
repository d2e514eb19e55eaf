/* criu_asked.c - from the words of the command line to what CRIU is told. */
#include "base/sys.h"
#include "life/criu_parts.h"
#include <linux/sched.h>
#include <string.h>
#include <unistd.h>

enum { LOG_DEBUG = 4, PORT_LARGEST = 65535 };

static const struct name cgroups_modes[] = {
	{ "soft", CRIU_CGROUPS_SOFT }, { "full", CRIU_CGROUPS_FULL }, { "strict", CRIU_CGROUPS_STRICT },
	{ "ignore", CRIU_CGROUPS_IGNORE }, { 0 }
};

static const struct name network_locks[] = {
	{ "iptables", CRIU_LOCK_IPTABLES }, { "nftables", CRIU_LOCK_NFTABLES }, { "skip", CRIU_LOCK_SKIP }, { 0 }
};

static const struct name empty_namespaces[] = { { "network", CLONE_NEWNET }, { 0 } };

/* The value of a word; 0 where there is none. */
static uint32_t find_word(const struct name *table, const char *option, const char *word, const char *known,
			  struct problem *problem)
{
	const struct name *found = word ? name_find(table, word) : NULL;

	if (word && !found)
		problem_set(problem, "option '--%s' is %s, not '%s'", option, known, word);
	return found ? (uint32_t)found->value : 0;
}

/* "192.0.2.1:1234", "[2001:db8::1]:1234". */
static void read_page_server(struct arena *arena, const char *text, struct criu_options *options,
			     struct problem *problem)
{
	const char *colon = strrchr(text, ':');
	bool bracketed = colon && text[0] == '[' && colon > text + 1 && colon[-1] == ']';
	uint64_t port = 0;

	if (!colon || colon == text || !text_to_u64(colon + 1, &port) || port == 0 || port > PORT_LARGEST) {
		problem_set(problem, "option '--page-server' is ADDRESS:PORT, not '%s'", text);
		return;
	}
	options->page_server = arena_copy(arena, text + bracketed, (size_t)(colon - text) - (bracketed ? 2U : 0U));
	options->page_server_port = (uint32_t)port;
}

static void read_status_fd(const char *text, struct criu_options *options, struct problem *problem)
{
	uint64_t fd;
	int flags = -1;

	if (text_to_u64(text, &fd) && fd <= INT32_MAX)
		flags = sys_fcntl((int)fd, F_GETFL, 0);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		problem_set(problem, "option '--status-fd' is a descriptor that is open for writing, not '%s'",
			    text);
	else
		options->status = (int)fd;
}

static void copy_flags(const struct criu_asked *asked, struct criu_options *options)
{
	options->tcp_established = asked->tcp_established;
	options->tcp_skip_in_flight = asked->tcp_skip_in_flight;
	options->tcp_close = asked->tcp_close;
	options->ext_unix_sk = asked->ext_unix_sk;
	options->shell_job = asked->shell_job;
	options->file_locks = asked->file_locks;
	options->link_remap = asked->link_remap;
	options->auto_dedup = asked->auto_dedup;
	options->lazy_pages = asked->lazy_pages;
	options->leave_running = asked->leave_running;
}

void criu_read_asked(struct arena *arena, const struct criu_asked *asked, const char *verb,
		     struct criu_options *options, struct problem *problem)
{
	*options = (struct criu_options){
		.images = -1, .work = -1, .status = -1, .log_level = LOG_DEBUG, .notify = true,
		.orphan_terminal = true,
		.cgroups_mode = { true, find_word(cgroups_modes, "manage-cgroups-mode", asked->cgroups_mode,
						  "soft, full, strict or ignore", problem) },
		.network_lock = find_word(network_locks, "network-lock", asked->network_lock,
					  "iptables, nftables or skip", problem),
		.empty_namespaces = find_word(empty_namespaces, "empty-ns", asked->empty_namespaces, "network",
					      problem),
		.lsm_profile = asked->lsm_profile,
		.lsm_mount_context = asked->lsm_mount_context,
	};
	copy_flags(asked, options);
	if (asked->page_server)
		read_page_server(arena, asked->page_server, options, problem);
	if (asked->status_fd)
		read_status_fd(asked->status_fd, options, problem);
	if (geteuid() != 0)
		problem_set(problem, "%s: only root can do it: CRIU needs the rights of the host's root", verb);
}

const char *criu_config_file(const struct spec *spec)
{
	static const char *const usual[] = { "/etc/criu/taru-oci.conf", "/etc/criu/runc.conf" };

	for (size_t i = 0; i < spec->annotations.count; i++)
		if (!strcmp(spec->annotations.at[i].key, "org.criu.config"))
			return *spec->annotations.at[i].value ? spec->annotations.at[i].value : NULL;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (access(usual[i], F_OK) == 0)
			return usual[i];
	return NULL;
}

void criu_need_lock(const struct criu *criu, uint32_t lock, struct problem *problem)
{
	static const struct { uint32_t version; const char *what; } needed[] = {
		[CRIU_LOCK_IPTABLES] = { 0, "" },
		[CRIU_LOCK_NFTABLES] = { 31700, "option '--network-lock nftables'" },
		[CRIU_LOCK_SKIP] = { 31800, "option '--network-lock skip'" },
	};

	criu_need_version(criu, needed[lock].version, needed[lock].what, problem);
}
