/* risks.h - what weakens the isolation of a process, ranked: a judgement of facts, which reads nothing itself. */
#pragma once
#include "base/translate.h"
#include "xray/xray.h"
#include <string.h>

enum severity { SEVERITY_CRITICAL, SEVERITY_HIGH, SEVERITY_MEDIUM, SEVERITY_LOW, SEVERITY_NOTE, SEVERITIES };

struct risk {
	enum severity severity;
	const char *name;		/* "host-pid": of the kind; the same in every version */
	const char *what;		/* a sentence about this process */
	const char *why;		/* what it makes possible */
	const char *source;		/* a CVE, a man page; "" */
	const char *mend;		/* with which option of taru (and docker) it is not so */
};

struct risks { struct risk *at; size_t count, room; };

/* "critical", not yet translated */
const char *severity_name(enum severity severity);

/* All that there are, the worst first. */
struct risks xray_judge(const struct xray *xray);

/* --- for the files risks_*.c --- */

struct judging { const struct xray *xray; struct risks risks; };

/* Adds one, in the language of the reader: a sentence of ours is marked with N_(). `what` is copied by nobody. */
void risk_add(struct judging *judging, const struct risk *risk);

/* A text of this form in the process's arena. */
const char *risk_text(const struct judging *judging, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Names of others, as they can be told: what a terminal would obey is written as octal digits, like a backslash. */
const char *risk_name(const struct judging *judging, const char *name);

/* A judgement that is the lower one where the rights of the process end at its own user namespace. */
enum severity risk_in_user(const struct judging *judging, enum severity host, enum severity own);

/* risks_rights.c: ids, capabilities, seccomp, no_new_privs, LSMs. */
void risks_of_rights(struct judging *judging);
/* risks_shared.c: namespaces that are the host's, limits, descriptors. */
void risks_of_sharing(struct judging *judging);
/* risks_mounts.c: files of the host and of the kernel. */
void risks_of_mounts(struct judging *judging);
/* risks_host.c: a mount that shows files of the host, which are at `mount->host` there. */
void risk_of_host_file(struct judging *judging, const struct xray_mount *mount);

/* Whether its files can be written to. */
static inline bool risk_writable(const struct xray_mount *mount)
{
	return !mount->readonly && !mount->super_readonly;
}

/* Whether it is of this type: "proc". */
static inline bool risk_type(const struct xray_mount *mount, const char *type)
{
	return !strcmp(mount->type, type);
}
