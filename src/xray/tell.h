/* tell.h - what was found out of a process: for people, as JSON, and as a config.json. */
#pragma once
#include "base/json_write.h"
#include "xray/risks.h"

/* Text for people. Names of others are shown so that a terminal obeys nothing in them. */
void xray_tell_text(const struct xray *xray, const struct risks *risks, struct text *out);
void xray_tell_risks(const struct risks *risks, struct text *out);

/* A page for a browser: the same as the text, the risks first; and one of the risks alone. */
void xray_tell_html(const struct xray *xray, const struct risks *risks, struct text *out);
void xray_tell_risks_html(const struct xray *xray, const struct risks *risks, struct text *out);

/* One object; for risks alone an array. */
void xray_tell_json(const struct xray *xray, const struct risks *risks, struct json_writer *json);
void xray_tell_risks_json(const char *key, const struct risks *risks, struct json_writer *json);

/* An OCI config.json that isolates a process in the same way, as far as that can be read and said: what cannot is a
 * line of `warnings`. The files of its root and its variables are not in it: `rootfs` is the root's path. */
void xray_tell_spec(const struct xray *xray, struct json_writer *json, struct text *warnings);

/* --- for the files tell_*.c --- */

/* "namespaces", "mounts" … of the text. */
void xray_tell_mounts(const struct xray *xray, struct text *out);

/* mounts, maskedPaths and readonlyPaths of the config. */
void xray_spec_mounts(const struct xray *xray, struct json_writer *json, struct text *warnings);
void xray_spec_paths(const struct xray *xray, struct json_writer *json);

/* linux.resources of the config. */
void xray_spec_resources(const struct xray *xray, struct json_writer *json, struct text *warnings);

/* The set of capabilities as an array of names. */
void xray_put_set(struct json_writer *json, const char *key, uint64_t set);

/* "inheritable" */
const char *xray_set_name(enum xray_set set);

/* Whose a namespace is: "own", "yours", "the host's", "not told". */
const char *xray_whose(const struct xray_namespace *namespace);

/* "none", "filters: 2" */
const char *xray_seccomp_words(struct arena *arena, const struct xray_status *status);

/* "yes", "no", "not told" */
const char *xray_told(const struct maybe_bool *value);

/* The number, or that there is no limit. */
const char *xray_limit_words(struct arena *arena, const struct maybe_u64 *limit);
