/* tell.c - what `list` and `print` say. */
#include "base/fd.h"
#include "debug/session.h"
#include "show/show.h"
#include "show/words.h"
#include "spec/names.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* --- list --- */

static bool comes(const struct session *session, size_t index)
{
	enum lane lane = session->plan->step[index].lane;

	return session->turn.state[lane] == LANE_WAITS && session->turn.index[lane] == index;
}

/* '>' comes next, '|' the other lane waits there, '+' done, '-' left out, '!' did not work. */
static char sign_of(const struct session *session, size_t index)
{
	const struct mark *mark = &session->tape->mark[index];

	if (comes(session, index))
		return turn_next(&session->turn) == session->plan->step[index].lane ? '>' : '|';
	if (session->skipped[index])
		return '-';
	return !mark->ended ? ' ' : mark->error ? '!' : '+';
}

void tell_list(const struct session *session, size_t index, bool all, struct text *out)
{
	enum { BEFORE = 4, AFTER = 8 };
	const size_t count = session->plan->count;
	size_t from = all || index < BEFORE ? 0 : index - BEFORE;
	size_t to = all || index + AFTER >= count ? count : index + AFTER + 1;

	for (size_t i = from; i < to; i++) {
		const struct step *step = &session->plan->step[i];

		text_printf(out, "%c %4zu %-9s  %-18s ", sign_of(session, i), i + 1, words_lane(step->lane),
			    step_name(step->kind));
		explain_step(out, step);
		if (step->why) {
			text_add(out, "  # ");
			words_plain(out, step->why);
		}
		text_add(out, "\n");
	}
}

/* --- print --- */

/* The target of a link in /proc/PID; NULL where it cannot be read. */
static char *read_link(struct arena *arena, pid_t pid, const char *name)
{
	char target[PATH_MAX];
	ssize_t length = sys_readlinkat(AT_FDCWD, arena_printf(arena, "/proc/%d/%s", (int)pid, name), target,
					sizeof(target));

	return length < 0 ? NULL : arena_copy(arena, target, (size_t)length);
}

/* Those that it does not share with the debugger, which has the runtime's. */
static void add_namespaces(const struct session *session, pid_t pid, struct text *out)
{
	struct arena *arena = session->arena;
	bool any = false, hidden = false;

	for (int kind = 0; kind < NAMESPACES; kind++) {
		const char *name = arena_printf(arena, "ns/%s", namespace_file((enum namespace_kind)kind));
		const char *its = read_link(arena, pid, name), *ours = read_link(arena, getpid(), name);

		hidden = hidden || !its;
		if (!its || !ours || !strcmp(its, ours))
			continue;
		text_printf(out, "%s%s", any ? " " : "", namespace_file((enum namespace_kind)kind));
		any = true;
	}
	if (!any)
		text_add(out, hidden ? "not to be seen: it shuts out who would look into it" : "none");
}

/* What a step puts into a slot for those after it; NULL: nothing. */
static const char *filled_by(enum step_kind kind)
{
	static const struct { enum step_kind kind; const char *what; } fills[] = {
		{ STEP_OPEN_NAMESPACE, "a namespace to join" },	   { STEP_OPEN_PROCESS, "the first process" },
		{ STEP_OPEN_START, "the pipes of `start`" },	   { STEP_OPEN_CGROUP, "the cgroup to begin in" },
		{ STEP_OPEN_ROOT, "the root of the mounts" },	   { STEP_NEW_ID_MAPPING, "a map of ids" },
		{ STEP_OPEN_SOURCE, "the source of a mount" },	   { STEP_HOLD_DIRECTORY, "a hidden directory" },
		{ STEP_OPEN_NULL, "/dev/null of the host" },	   { STEP_OPEN_EMPTY, "an empty file system" },
		{ STEP_OPEN_PROC, "a procfs of our own" },	   { STEP_OPEN_TERMINAL, "both ends of the terminal" },
		{ STEP_RECEIVE_SLOT, "what the container sent" },  { STEP_OPEN_LAYERS, "the layers of the root" },
	};

	for (size_t i = 0; i < COUNT(fills); i++)
		if (fills[i].kind == kind)
			return fills[i].what;
	return NULL;
}

/* Those that a step of the lane has filled. */
static void add_slots(const struct session *session, enum lane lane, struct text *out)
{
	for (size_t i = 0; i < session->plan->count; i++) {
		const struct step *step = &session->plan->step[i];
		const char *what = filled_by(step->kind);
		const struct mark *mark = &session->tape->mark[i];

		if (step->lane != lane || !what || !mark->ended || mark->error)
			continue;
		text_printf(out, "    holds %s (step %zu)\n", what, i + 1);
	}
}

static void add_process(const struct session *session, enum lane lane, struct text *out)
{
	const pid_t pid = session->pid[lane];

	text_printf(out, "%s: ", words_lane(lane));
	switch (session->turn.state[lane]) {
	case LANE_UNBORN: text_add(out, "there is no process yet\n"); return;
	case LANE_GONE: text_add(out, lane == LANE_RUNTIME ? "has taken all its steps\n" : "is the program\n"); return;
	case LANE_GOES: text_printf(out, "process %d goes\n", (int)pid); return;
	case LANE_WAITS: break;
	}
	text_printf(out, "process %d, waits before step %zu\n", (int)pid, session->turn.index[lane] + 1);
	text_add(out, "    namespaces of its own: ");
	add_namespaces(session, pid, out);
	text_add(out, "\n");
	add_slots(session, lane, out);
}

void tell_state(const struct session *session, size_t index, struct text *out)
{
	explain_sentence(out, session->plan, index);
	explain_details(out, session->plan, index);
	text_add(out, "\n");
	for (int lane = 0; lane < LANES; lane++)
		add_process(session, (enum lane)lane, out);
	text_add(out, "\n");
}
