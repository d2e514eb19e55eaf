/* spec_json_seccomp.c - linux.seccomp. */
#include "spec/spec_json.h"

static const struct field arg_fields[] = {
	{ "index", FIELD_UNSIGNED, FIELD_AT(struct seccomp_arg, index), .max = 5, .required = true },
	{ "value", FIELD_UNSIGNED, FIELD_AT(struct seccomp_arg, value), .required = true },
	{ "valueTwo", FIELD_UNSIGNED, FIELD_AT(struct seccomp_arg, value_two) },
	{ "op", FIELD_NAME, FIELD_AT(struct seccomp_arg, operator), .names = seccomp_operator_names,
	  .what = "an operator of seccomp", .required = true },
	{ 0 }
};

static const struct field rule_fields[] = {
	{ "names", FIELD_TEXTS, FIELD_ARRAY(struct seccomp_rule, names.at, names.count),
	  .required = true },
	{ "action", FIELD_NAME, FIELD_AT(struct seccomp_rule, action),
	  .names = seccomp_action_names, .what = "an action of seccomp", .required = true },
	{ "errnoRet", FIELD_UNSIGNED, FIELD_MAYBE(struct seccomp_rule, errno_ret) },
	{ "args", FIELD_LIST, FIELD_ARRAY(struct seccomp_rule, arg, args), .fields = arg_fields },
	{ 0 }
};

const struct field seccomp_fields[] = {
	{ "defaultAction", FIELD_NAME, FIELD_AT(struct seccomp, default_action),
	  .names = seccomp_action_names, .what = "an action of seccomp", .required = true },
	{ "defaultErrnoRet", FIELD_UNSIGNED, FIELD_MAYBE(struct seccomp, default_errno_ret) },
	{ "architectures", FIELD_NAMES_BIT, FIELD_AT(struct seccomp, architectures),
	  .names = seccomp_architecture_names, .what = "an architecture of seccomp" },
	{ "flags", FIELD_NAMES_OR, FIELD_AT(struct seccomp, flags), .names = seccomp_flag_names,
	  .what = "a flag of seccomp" },
	{ "listenerPath", FIELD_TEXT, FIELD_AT(struct seccomp, listener_path) },
	{ "listenerMetadata", FIELD_TEXT, FIELD_AT(struct seccomp, listener_metadata) },
	{ "syscalls", FIELD_LIST, FIELD_ARRAY(struct seccomp, rule, rules), .fields = rule_fields },
	{ 0 }
};
