/* test_format.c - what --format makes of data: results are those of Go (text/template, fmt) and of docker. */
#include "format/format.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
	arena_init(&arena, NULL, 0);
	return 0;
}

static int end(void **state)
{
	arena_release(&arena);
	return 0;
}

static const char data_text[] =
	"{\"Name\":\"busybox\",\"Size\":1240,\"Zero\":0,\"Half\":1.5,\"Yes\":true,\"No\":false,\"Nothing\":null,"
	"\"Empty\":\"\",\"Tags\":[\"a\",\"b\",\"c\"],\"None\":[],\"Numbers\":[3,1],"
	"\"Config\":{\"User\":\"root\",\"Env\":[\"A=1\",\"B=2\"],\"Labels\":{\"z.z\":\"last\",\"a.b\":\"x\"}},"
	"\"Mounts\":[{\"Source\":\"/a\",\"RW\":true},{\"Source\":\"/b\",\"RW\":false}],\"Odd\":\"<&> é\\n\"}";

static const struct json *data(void)
{
	struct problem problem = { 0 };
	char *text = arena_copy(&arena, data_text, strlen(data_text));
	const struct json *value = json_read(&arena, text, strlen(text), "data", &problem);

	assert_string_equal(problem.text, "");
	return value;
}

static const char *made(struct format_source source, bool headers, struct problem *problem)
{
	const struct format *format = format_read(&arena, &source, problem);
	struct text out = text_new(&arena);

	assert_int_equal(!format, problem->found);
	if (format)
		(headers ? format_add_headers : format_add)(&out, format, data(), problem);
	return out.at;
}

struct known { const char *template, *result; };

static void hold(const struct known *known, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct problem problem = { 0 };
		const char *result = made((struct format_source){ .text = known[i].template }, false, &problem);

		if (problem.found)
			fail_msg("%s: %s", known[i].template, problem.text);
		if (strcmp(result, known[i].result) != 0)
			fail_msg("%s: '%s' is not '%s'", known[i].template, result, known[i].result);
	}
}

#define HOLD(known) hold((known), sizeof(known) / sizeof((known)[0]))

static void fields_are_found_and_printed(void **state)
{
	static const struct known known[] = {
		{ "", "" }, { "plain", "plain" }, { "{{.Name}}", "busybox" }, { "{{ .Name }}", "busybox" },
		{ "{{.Name}}:{{.Size}}", "busybox:1240" }, { "{{.Config.User}}", "root" },
		{ "{{.Half}} {{.Yes}} {{.No}}", "1.5 true false" }, { "{{.Tags}}", "[a b c]" }, { "{{.None}}", "[]" },
		{ "{{.Config.Labels}}", "map[a.b:x z.z:last]" }, { "{{.Config.Nosuch}}", "<no value>" },
		{ "{{.Config.Nosuch.Deeper}}", "<no value>" }, { "{{.Nothing}}", "<no value>" },
		{ "{{(index .Mounts 1).Source}}", "/b" }, { "{{$.Name}}", "busybox" }, { "{{.Mounts}}",
		  "[map[RW:true Source:/a] map[RW:false Source:/b]]" },
		{ "{{\"q\\tx\\u00e9\\x41\\101\"}}", "q\tx\u00e9AA" },
		{ "{{`a\\n`}}", "a\\n" }, { "{{'a'}} {{-7}} {{true}}", "97 -7 true" }, { "a }} b", "a }} b" },
	};

	HOLD(known);
}

static void functions_are_those_of_docker(void **state)
{
	static const struct known known[] = {
		{ "{{json .Tags}}", "[\"a\",\"b\",\"c\"]" }, { "{{json .Odd}}", "\"<&> é\\n\"" },
		{ "{{json .Nothing}}", "null" }, { "{{json .Config.Labels}}", "{\"z.z\":\"last\",\"a.b\":\"x\"}" },
		{ "{{.Config | json}}", "{\"User\":\"root\",\"Env\":[\"A=1\",\"B=2\"],"
					"\"Labels\":{\"z.z\":\"last\",\"a.b\":\"x\"}}" },
		{ "{{join .Tags \", \"}}", "a, b, c" }, { "{{join .None \",\"}}", "" },
		{ "{{upper .Name}} {{lower \"ABC\"}} {{title \"hello wide world\"}}", "BUSYBOX abc Hello Wide World" },
		{ "{{split \"a:b:\" \":\"}}", "[a b ]" }, { "{{len (split \"a:b:\" \":\")}}", "3" },
		{ "{{index (split .Name \"y\") 1}}", "box" }, { "{{split \"abc\" \"\"}}", "[a b c]" },
		{ "{{pad .Name 1 2}}|", " busybox  |" }, { "{{pad .Empty 3 3}}|", "|" },
		{ "{{truncate .Name 4}}", "busy" }, { "{{truncate .Name 40}}", "busybox" },
		{ "{{.Name | printf \"%s-%s\" \"x\" | upper}}", "X-BUSYBOX" },
	};

	HOLD(known);
}

static void functions_are_those_of_go(void **state)
{
	static const struct known known[] = {
		{ "{{len .Tags}} {{len .Name}} {{len .Config.Labels}}", "3 7 2" },
		{ "{{index .Tags 1}} {{index .Config.Labels \"a.b\"}} {{index .Mounts 0 \"Source\"}}", "b x /a" },
		{ "{{index .Config.Labels \"none\"}}", "<no value>" },
		{ "{{slice .Name 0 4}} {{slice .Name 4}}", "busy box" },
		{ "{{eq .Name \"busybox\"}} {{eq .Size 1240}} {{eq .Name \"x\" \"busybox\"}}", "true true true" },
		{ "{{ne .Name \"x\"}} {{lt 1 2}} {{le 2 2}} {{gt \"b\" \"a\"}} {{ge 1 2}}",
		  "true true true true false" },
		{ "{{lt 9 10}} {{lt \"9\" \"10\"}} {{lt .Half 2}}", "true false true" },
		{ "{{and .Yes .Name}} {{and .Zero .Name}} {{or .Empty .Name}} {{or .Empty 0}}", "busybox 0 busybox 0" },
		{ "{{not .Yes}} {{not .None}}", "false true" }, { "{{and .No (index .Tags 99)}}", "false" },
		{ "{{print \"a\" 1 2 \"b\"}} {{println 1 \"x\"}}", "a1 2b 1 x\n" }, { "{{print .Nothing}}", "<nil>" },
		{ "{{eq .Nothing nil}}", "true" },
	};

	HOLD(known);
}

static void printf_is_that_of_go(void **state)
{
	static const struct known known[] = {
		{ "{{printf \"%s %d\" .Name .Size}}", "busybox 1240" }, { "{{printf \"%-10s|%10s|\" .Name .Name}}",
		  "busybox   |   busybox|" }, { "{{printf \"%.3s\" .Name}}", "bus" },
		{ "{{printf \"%05d\" 42}}", "00042" },
		{ "{{printf \"%x %X %o\" 255 255 8}}", "ff FF 10" }, { "{{printf \"%.2f\" .Half}}", "1.50" },
		{ "{{printf \"%q\" \"a\\\"b\"}}", "\"a\\\"b\"" }, { "{{printf \"%v %v %v\" .Tags .Yes .Half}}",
		  "[a b c] true 1.5" }, { "{{printf \"%t%%\" .Yes}}", "true%" }, { "{{printf \"%x\" \"hi\"}}", "6869" },
		{ "{{printf \"%d\" .Name}}", "%!d(string=busybox)" }, { "{{printf \"%s\" 5}}", "%!s(int=5)" },
		{ "{{printf \"%s\"}}", "%!s(MISSING)" }, { "{{printf \"a\" 1 \"b\"}}", "a%!(EXTRA int=1, string=b)" },
		{ "{{printf \"%\"}}", "%!(NOVERB)" }, { "{{printf \"%c\" 65}}", "A" },
		{ "{{printf \"%4s|\" \"é\"}}", "   é|" },
	};

	HOLD(known);
}

static void control_is_that_of_go(void **state)
{
	static const struct known known[] = {
		{ "{{if .Yes}}y{{else}}n{{end}}{{if .Empty}}y{{else}}n{{end}}", "yn" },
		{ "{{if .No}}1{{else if eq .Size 1240}}2{{else}}3{{end}}", "2" },
		{ "{{if .No}}1{{else if .Empty}}2{{else}}3{{end}}", "3" }, { "{{if .Zero}}y{{end}}", "" },
		{ "{{range .Tags}}<{{.}}>{{end}}", "<a><b><c>" }, { "{{range .None}}x{{else}}none{{end}}", "none" },
		{ "{{range .Nothing}}x{{else}}none{{end}}", "none" },
		{ "{{range $i, $t := .Tags}}{{$i}}={{$t}} {{end}}", "0=a 1=b 2=c " },
		{ "{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}", "a.b=x;z.z=last;" },
		{ "{{range $t := .Tags}}{{$t}}{{$.Size}} {{end}}", "a1240 b1240 c1240 " },
		{ "{{range .Mounts}}{{if .RW}}{{.Source}}{{end}}{{end}}", "/a" },
		{ "{{range .Tags}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}", "ac" },
		{ "{{range .Tags}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}|{{.Name}}", "a|busybox" },
		{ "{{range $i, $e := .Tags}}{{if $i}}, {{end}}{{$e}}{{end}}", "a, b, c" },
		{ "{{with .Config}}{{.User}}{{end}}{{with .Empty}}x{{else}}y{{end}}", "rooty" },
		{ "{{with $x := .Config.Env}}{{index $x 0}}{{end}}", "A=1" },
		{ "{{$x := 1}}{{if .Yes}}{{$x = 2}}{{end}}{{$x}}", "2" },
		{ "{{$x := 1}}{{if .Yes}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21" },
		{ "{{range .Tags}}{{range $.Numbers}}{{.}}{{end}} {{end}}", "31 31 31 " },
		{ "a {{- .Name -}}  b", "abusyboxb" }, { "a \n {{- /* c */ -}} \t b", "ab" }, { "a{{/* c */}}b", "ab" },
		{ "{{range .Tags -}}\n  {{.}}\n{{- end}}", "abc" },
	};

	HOLD(known);
}

static void errors_point_at_the_column(void **state)
{
	static const struct known wrong[] = {
		{ "{{", "column 3: '}}' is missing" }, { "{{.Name", "column 8: '}}' is missing" },
		{ "{{.Name}", "column 8: this sign means nothing here" },
		{ "{{}}", "column 3: here a value is missing" },
		{ "ab{{nosuch .}}", "column 5: there is no function 'nosuch'" },
		{ "{{if .Name}}x", "column 3: its 'end' is missing" },
		{ "x{{end}}", "column 4: this 'end' belongs to nothing" },
		{ "{{if .Name}}{{else}}{{else}}{{end}}", "column 23: there is an 'else' already" },
		{ "{{$x}}", "column 3: there is no variable '$x'" }, { "{{\"abc}}", "column 3: this text has no end" },
		{ "{{if $y := .Name}}{{end}}{{$y}}", "column 28: there is no variable '$y'" },
		{ "{{break}}", "column 3: 'break' stands in a 'range' only" },
		{ "{{(.Name}}", "column 9: ')' is missing" },
		{ "{{.Name .Size}}", "column 3: this is no function, so it takes no arguments" },
		{ "{{.Name | .Size}}", "column 11: this is no function, so it takes no arguments" },
		{ "{{.Name.First}}", "column 8: a string has no field 'First'" },
		{ "{{len}}", "column 3: 'len' takes 1 argument, not 0" },
		{ "{{index .Tags 3}}", "column 3: there is no element 3; there are 3" },
		{ "{{eq .Name 1}}", "column 3: a string and a number cannot be compared" },
		{ "{{range .Name}}{{end}}", "column 9: 'range' cannot walk through a string" },
		{ "{{join .Name \",\"}}", "column 3: 'join' takes an array, not a string" },
		{ "{{/* x }}", "column 1: this comment has no end" },
		{ "{{\"\\z\"}}", "column 4: there is no such escape" },
		{ "{{slice .Name 5 2}}", "column 3: 5 to 2 is no part of a text of 7 bytes" },
		{ "{{define \"x\"}}{{end}}", "column 3: there is no function 'define'" },
		{ "{{1a}}", "column 3: this is no number" }, { "{{.Name\"x\"}}", "column 8: a blank is missing here" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct problem problem = { 0 };
		const char *expected = arena_printf(&arena, "option '--format': %s", wrong[i].result);

		made((struct format_source){ .text = wrong[i].template }, false, &problem);
		if (strcmp(problem.text, expected) != 0)
			fail_msg("%s: '%s' is not '%s'", wrong[i].template, problem.text, expected);
	}
}

static void a_missing_field_names_those_there_are(void **state)
{
	struct problem problem = { 0 };

	made((struct format_source){ .text = "{{.Nmae}}" }, false, &problem);
	assert_non_null(strstr(problem.text, "column 3: there is no field 'Nmae'; known are: Name Size Zero"));
}

static void escapes_of_the_shell_are_read_outside_of_actions(void **state)
{
	struct problem problem = { 0 };
	struct format_source source = { "table {{.Name}}\\t{{print \"a\\tb\"}}\\n", 6, true };

	assert_string_equal(made(source, false, &problem), "busybox\ta\tb\n");
	source.text = "table {{.Nam}}";
	made(source, false, &problem);
	assert_non_null(strstr(problem.text, "column 9:"));
}

static void functions_leave_headers_as_they_are(void **state)
{
	struct problem problem = { 0 };
	struct format_source source = { .text = "{{.Name | upper}} {{json .Name}} {{truncate .Name 2}} {{len .Name}}" };

	assert_string_equal(made(source, true, &problem), "busybox busybox busybox busybox");
}

/* A template comes from a script, which may be wrong: it ends, and takes no more memory than is said. */
static void too_much_is_an_error(void **state)
{
	struct text deep = text_new(&arena), doubled = text_new(&arena);
	struct problem problem = { 0 };

	for (int i = 0; i < 200; i++)
		text_add(&deep, "(");
	made((struct format_source){ .text = arena_printf(&arena, "{{%s", deep.at) }, false, &problem);
	assert_non_null(strstr(problem.text, "too much stands within each other"));
	problem = (struct problem){ 0 };
	text_add(&doubled, "{{$x := \"0123456789\"}}");
	for (int i = 0; i < 40; i++)
		text_add(&doubled, "{{$x = print $x $x}}");
	made((struct format_source){ .text = doubled.at }, false, &problem);
	assert_non_null(strstr(problem.text, "the template makes too much"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fields_are_found_and_printed, begin, end),
		cmocka_unit_test_setup_teardown(functions_are_those_of_docker, begin, end),
		cmocka_unit_test_setup_teardown(functions_are_those_of_go, begin, end),
		cmocka_unit_test_setup_teardown(printf_is_that_of_go, begin, end),
		cmocka_unit_test_setup_teardown(control_is_that_of_go, begin, end),
		cmocka_unit_test_setup_teardown(errors_point_at_the_column, begin, end),
		cmocka_unit_test_setup_teardown(a_missing_field_names_those_there_are, begin, end),
		cmocka_unit_test_setup_teardown(escapes_of_the_shell_are_read_outside_of_actions, begin, end),
		cmocka_unit_test_setup_teardown(functions_leave_headers_as_they_are, begin, end),
		cmocka_unit_test_setup_teardown(too_much_is_an_error, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
