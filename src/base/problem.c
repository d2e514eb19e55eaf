/* problem.c - see problem.h */
#include "base/problem.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>

void problem_set(struct problem *problem, const char *format, ...)
{
	va_list list;

	if (problem->found)
		return;
	problem->found = true;
	va_start(list, format);
	(void)vsnprintf(problem->text, sizeof(problem->text), format, list);
	va_end(list);
	text_clean(problem->text, '?');
}
