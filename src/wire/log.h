/* log.h - the files in which a container's output is kept: written by its monitor, read by `taru logs`.
 *
 *	json-file	a line of JSON for each line, as docker has it: {"log":"…\n","stream":"stdout","time":"…"};
 *			before the time "attrs":{"NAME":"…"}, where LOG_ATTRIBUTES has them
 *	local		the same
 *	k8s-file	"TIME stdout F …": what kubelet and Podman read; P stands for a part of a line
 *
 * They are LOG_FILE, LOG_FILE.1, LOG_FILE.2 …, the newest first: the first is renamed when it would be longer than is
 * wanted, and the oldest is removed.
 */
#pragma once

#define LOG_FILE "log"

/* An object of JSON that stands beside each line of a json-file: it may have so many bytes, and is written once. */
#define LOG_ATTRIBUTES "log.attributes"
enum { LOG_ATTRIBUTES_MAX = 4096 };

/* Where systemd's journal listens, which takes what journald keeps. */
#define LOG_JOURNAL_SOCKET "/run/systemd/journal/socket"

enum { LOG_LINE = 16384 };		/* bytes: a longer line is kept in parts, as docker does it */
