/* dashboard.h - a frame of `stats --view bars`: text made of what was measured, for a terminal of any size.
 *
 * It is pure: what is seen is in struct dashboard, and nothing else is looked at.
 */
#pragma once
#include "live/gauge.h"
#include <stdint.h>

enum meter { METER_CPU, METER_MEMORY, METER_NETWORK, METER_BLOCK, METER_PIDS, METER_PRESSURE, METERS };

enum dashboard_sort { SORT_CPU, SORT_MEMORY, SORT_BLOCK, SORT_PIDS, SORT_NAME, SORTS };

enum dashboard_pressed { PRESSED_CPU, PRESSED_MEMORY, PRESSED_BLOCK, PRESSED };

struct dashboard_container {
	const char *id, *name, *status;	/* status: "running" */
	bool counted;			/* else its cgroups say nothing */
	bool pressured;			/* they have PSI */
	double now[METERS];		/* cpu: percent of one processor; bytes; bytes in a second; pids; percent */
	double memory_limit;		/* bytes */
	double received, sent, block_read, block_written;	/* bytes in a second */
	double pressure[PRESSED];	/* percent of the last 10 s in which some process waited */
	struct trend trend[METERS];
};

struct dashboard {
	struct look look;
	unsigned rows, columns;		/* of the terminal */
	bool keys;			/* somebody can press keys: there is a selected row, and a line of keys */
	bool held;			/* paused */
	const struct dashboard_container *container;	/* in the order of the rows */
	size_t count, selected;
	enum dashboard_sort sort;
	unsigned processors;		/* of this machine */
	double memory;			/* the same, bytes */
	const char *note;		/* something that happened, for the last line; or NULL */
	const char *processes;		/* of the selected one: lines of a table */
};

/* Puts them in order; those that are equal by name. */
void dashboard_order(struct dashboard_container *container, size_t count, enum dashboard_sort sort);

/* Adds a frame of all containers: at most `rows` lines with "\n" between them, none wider than `columns`. */
void dashboard_list(struct text *out, const struct dashboard *dashboard);

/* The same of the selected one alone: its history, and its processes. There is one. */
void dashboard_details(struct text *out, const struct dashboard *dashboard);

/* --- for these --- */

/* The last line: keys, or the note. */
void dashboard_foot(struct text *out, const struct dashboard *dashboard, const char *keys);
