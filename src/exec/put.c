/* put.c - texts that are made without memory of their own: see do.h. */
#include "exec/do.h"
#include <string.h>

char *put_text(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length + 1);
	return at + length;
}

char *put_number(char *at, uint64_t number)
{
	char digits[24], *digit = digits + sizeof(digits) - 1;

	*digit = '\0';
	do
		*--digit = (char)('0' + number % 10);
	while (number /= 10);
	return put_text(at, digit);
}
