/* terminal.h - asks the person at the terminal, which is standard input; questions go to standard error. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Asks and reads one line, without its end. False where there is none: the end of the input, or an error. */
bool terminal_ask(const char *question, char *line, size_t size);

/* The same, and the terminal does not show what is typed. It is as it was before when this returns, and also when a
 * signal ends or stops the program meanwhile; after a stop it asks anew. */
bool terminal_ask_secret(const char *question, char *line, size_t size);
