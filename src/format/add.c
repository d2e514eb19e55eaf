/* add.c - from a template's tree and data to text: see format.h */
#include "format/parts.h"
#include <string.h>

enum { ARGUMENTS_MAX = 64 };

static const struct json *value_of(struct evaluation *evaluation, const struct node *node, const struct json *dot);

static struct variable *find_variable(const struct evaluation *evaluation, const char *name)
{
	struct variable *variable = evaluation->variables;

	while (variable && strcmp(variable->name, name))
		variable = variable->outer;
	return variable;
}

static void set_variable(struct evaluation *evaluation, const struct node *name, bool assigns,
			 const struct json *value)
{
	struct variable *variable = assigns ? find_variable(evaluation, name->text) : NULL;

	if (!variable) {
		variable = ARENA_NEW(evaluation->arena, struct variable);
		evaluation_work(evaluation, sizeof(*variable));
		variable->name = name->text;
		variable->outer = evaluation->variables;
		evaluation->variables = variable;
	}
	variable->value = value;
}

static void refuse_field(struct evaluation *evaluation, const struct json *value, const char *name)
{
	struct text known = text_new(evaluation->arena);

	for (const struct json *member = value->first; member; member = member->next)
		text_printf(&known, "%s%s", known.length ? " " : "", member->key);
	evaluation_problem(evaluation, "there is no field '%s'; known are: %s", name, known.at);
}

static const struct json *field_of(struct evaluation *evaluation, const struct json *value, const char *name)
{
	if (!value || value->kind == JSON_NULL)
		return NULL;
	if (value->kind != JSON_OBJECT) {
		evaluation_problem(evaluation, "%s has no field '%s'", value_kind(value), name);
		return NULL;
	}
	for (const struct json *member = value->first; member; member = member->next)
		if (!strcmp(member->key, name))
			return member;
	if (value == evaluation->root)
		refuse_field(evaluation, value, name);
	return NULL;
}

static const struct json *fields_of(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	const struct json *value = value_of(evaluation, node->first, dot);

	for (const struct node *name = node->body; name && !evaluation->problem->found; name = name->next) {
		evaluation->column = name->column;
		value = field_of(evaluation, value, name->text);
	}
	return value;
}

/* Whether `and` and `or` know the answer by this argument. */
static bool decides(const struct function *function, const struct json *value)
{
	return function->takes == UNTIL_FALSE ? !value_true(value) :
	       function->takes == UNTIL_TRUE ? value_true(value) : false;
}

struct piped { bool given; const struct json *value; };

static const struct json *call(struct evaluation *evaluation, const struct node *node, const struct json *dot,
			       struct piped piped)
{
	const struct function *function = node->function;
	const struct json *arguments[ARGUMENTS_MAX];
	size_t count = 0;
	bool decided = false;

	for (const struct node *at = node->next; at && !decided && !evaluation->problem->found; at = at->next) {
		if (count == ARGUMENTS_MAX - 1) {
			evaluation_problem(evaluation, "'%s' has too many arguments", function->name);
			return NULL;
		}
		arguments[count] = value_of(evaluation, at, dot);
		decided = decides(function, arguments[count++]);
	}
	if (piped.given && !decided)
		arguments[count++] = piped.value;
	evaluation->column = node->column;
	if (evaluation->problem->found)
		return NULL;
	if ((count < function->min && !decided) || count > function->max) {
		evaluation_problem(evaluation, "'%s' takes %zu argument%s%s, not %zu", function->name, function->min,
				   function->min == 1 ? "" : "s", function->max > function->min ? " or more" : "",
				   count);
		return NULL;
	}
	if (evaluation->headers && !function->also_for_headers)
		return count ? arguments[0] : NULL;
	return function->call(evaluation, arguments, count);
}

/* {{.Label "x"}}, {{$.Label "x"}}: the one method that docker's rows have. */
static bool is_label(const struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	const bool of_row = node->kind == NODE_FIELDS && !node->body->next && !strcmp(node->body->text, "Label") &&
			    ((node->first->kind == NODE_DOT && dot == evaluation->root) ||
			     (node->first->kind == NODE_VARIABLE && !strcmp(node->first->text, "$")));

	return of_row && node->next && !node->next->next && (evaluation->labels || evaluation->headers);
}

/* The last part of its name, with blanks, as docker has it. */
static const struct json *label_header(struct evaluation *evaluation, const char *name)
{
	const char *point = strrchr(name, '.');
	char *words = arena_copy(evaluation->arena, point ? point + 1 : name, strlen(point ? point + 1 : name));

	for (char *at = words; *at; at++)
		*at = *at == '-' || *at == '_' ? ' ' : *at;
	return value_text(evaluation, words, strlen(words));
}

static const struct json *label_of(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	const struct json *name = value_of(evaluation, node->next, dot);
	const char *label;

	if (evaluation->problem->found)
		return NULL;
	if (!name || name->kind != JSON_STRING) {
		evaluation_problem(evaluation, "'Label' takes a text, the name of a label");
		return NULL;
	}
	if (evaluation->headers)
		return label_header(evaluation, name->text);
	label = json_text(evaluation->labels, name->text);
	return value_text(evaluation, label, strlen(label));
}

static const struct json *command_of(struct evaluation *evaluation, const struct node *node, const struct json *dot,
				     struct piped piped)
{
	const struct node *first = node->first;

	if (first->kind == NODE_FUNCTION)
		return call(evaluation, first, dot, piped);
	evaluation->column = first->column;
	if (!piped.given && is_label(evaluation, first, dot))
		return label_of(evaluation, first, dot);
	if (first->next || piped.given) {
		evaluation_problem(evaluation, "this is no function, so it takes no arguments");
		return NULL;
	}
	return value_of(evaluation, first, dot);
}

static const struct json *pipe_of(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	struct piped piped = { false, NULL };

	for (const struct node *command = node->first; command && !evaluation->problem->found;
	     command = command->next) {
		piped.value = command_of(evaluation, command, dot, piped);
		piped.given = true;
	}
	return piped.value;
}

static const struct json *variable_of(const struct evaluation *evaluation, const struct node *node)
{
	const struct variable *variable = find_variable(evaluation, node->text);

	return variable ? variable->value : evaluation->root;
}

static const struct json *value_of(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	evaluation->column = node->column;
	if (!evaluation_work(evaluation, 1))
		return NULL;
	switch (node->kind) {
	case NODE_PIPE: return pipe_of(evaluation, node, dot);
	case NODE_COMMAND: return command_of(evaluation, node, dot, (struct piped){ false, NULL });
	case NODE_DOT: return dot;
	case NODE_VARIABLE: return variable_of(evaluation, node);
	case NODE_FIELDS: return fields_of(evaluation, node, dot);
	case NODE_CONSTANT: return node->constant;
	case NODE_FUNCTION: return call(evaluation, &(struct node){ .kind = NODE_FUNCTION, .column = node->column,
					.function = node->function }, dot, (struct piped){ false, NULL });
	case NODE_TEXT: case NODE_ACTION: case NODE_IF: case NODE_WITH: case NODE_RANGE: case NODE_NAME:
	case NODE_BREAK: case NODE_CONTINUE:
		break;
	}
	return NULL;
}

/* --- what stands one after another --- */

static void add_list(struct evaluation *evaluation, const struct node *first, const struct json *dot);

static void add_branch(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	const struct json *value = value_of(evaluation, node->first, dot);

	if (evaluation->problem->found)
		return;
	if (node->first->declares)
		set_variable(evaluation, node->first->declares, node->first->assigns, value);
	if (value_true(value))
		add_list(evaluation, node->body, node->kind == NODE_WITH ? value : dot);
	else
		add_list(evaluation, node->otherwise, dot);
}

/* `range $x` has the element, `range $i, $x` its place or key before it. */
static void add_turn(struct evaluation *evaluation, const struct node *node, const struct json *member, size_t index)
{
	const struct node *names = node->first->declares;
	struct variable *outside = evaluation->variables;
	bool assigns = node->first->assigns;

	if (names && names->next) {
		set_variable(evaluation, names, assigns,
			     member->key ? value_text(evaluation, member->key, strlen(member->key)) :
					   value_number(evaluation, (int64_t)index));
		names = names->next;
	}
	if (names)
		set_variable(evaluation, names, assigns, member);
	add_list(evaluation, node->body, member);
	evaluation->variables = outside;
}

static void add_range(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	const struct json *value = value_of(evaluation, node->first, dot), **members;
	bool many = value && (value->kind == JSON_ARRAY || value->kind == JSON_OBJECT);

	if (value && value->kind != JSON_NULL && !many)
		evaluation_problem(evaluation, "'range' cannot walk through %s", value_kind(value));
	if (evaluation->problem->found)
		return;
	if (!many || !value->count) {
		add_list(evaluation, node->otherwise, dot);
		return;
	}
	members = value_members(evaluation, value);
	for (size_t i = 0; i < value->count && !evaluation->problem->found && evaluation->way != BREAK; i++) {
		evaluation->way = GO_ON;
		add_turn(evaluation, node, members[i], i);
	}
	evaluation->way = GO_ON;
}

static void add_action(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	const struct json *value = value_of(evaluation, node->first, dot);

	if (evaluation->problem->found)
		return;
	if (node->first->declares)
		set_variable(evaluation, node->first->declares, node->first->assigns, value);
	else
		value_print(evaluation, evaluation->out, value);
}

static void add_node(struct evaluation *evaluation, const struct node *node, const struct json *dot)
{
	struct variable *outside = evaluation->variables;

	switch (node->kind) {
	case NODE_TEXT:
		if (evaluation_work(evaluation, node->length + 1))
			text_add_bytes(evaluation->out, node->text, node->length);
		break;
	case NODE_ACTION:
		add_action(evaluation, node, dot);
		return;		/* its variable is known to the end of the list */
	case NODE_IF: case NODE_WITH: add_branch(evaluation, node, dot); break;
	case NODE_RANGE: add_range(evaluation, node, dot); break;
	case NODE_BREAK: evaluation->way = BREAK; break;
	case NODE_CONTINUE: evaluation->way = CONTINUE; break;
	case NODE_PIPE: case NODE_COMMAND: case NODE_DOT: case NODE_VARIABLE: case NODE_FIELDS: case NODE_NAME:
	case NODE_CONSTANT: case NODE_FUNCTION:
		break;
	}
	evaluation->variables = outside;
}

static void add_list(struct evaluation *evaluation, const struct node *first, const struct json *dot)
{
	struct variable *outside = evaluation->variables;

	for (const struct node *node = first; node; node = node->next) {
		if (evaluation->problem->found || evaluation->way != GO_ON)
			break;
		add_node(evaluation, node, dot);
	}
	evaluation->variables = outside;
}

static bool add(const struct format *format, struct evaluation evaluation)
{
	evaluation.arena = evaluation.out->arena;
	evaluation.column = 1;
	if (!evaluation.problem->found)
		add_list(&evaluation, format->first, evaluation.root);
	return !evaluation.problem->found;
}

bool format_add(struct text *out, const struct format *format, const struct json *data, struct problem *problem)
{
	return add(format, (struct evaluation){ .out = out, .root = data, .problem = problem });
}

bool format_add_row(struct text *out, const struct format *format, const struct json *row, const struct json *labels,
		    struct problem *problem)
{
	return add(format, (struct evaluation){ .out = out, .root = row, .labels = labels, .problem = problem });
}

bool format_add_headers(struct text *out, const struct format *format, const struct json *data,
			struct problem *problem)
{
	return add(format, (struct evaluation){ .out = out, .root = data, .headers = true, .problem = problem });
}
