/* facts.h - what is to be known of a process that is traced and has been refused something. Private to denial/. */
#pragma once
#include "denial/calls.h"

/* Reads who the process is; false where it has gone. */
bool facts_rights(int pid, struct rights *ret_rights);

/* Reads the path that the call was given, and looks at the file as the process would find it. Takes error, arg, call
 * and rights of the attempt as they are. */
void facts_place(int pid, const struct spec *spec, const struct path_call *call, struct attempt *attempt);

/* The program that the process has become: its path and its file. */
void facts_program(int pid, struct attempt *attempt);

/* The port of the IP address at arg[1]; 0: it is none. */
uint16_t facts_port(int pid, const struct attempt *attempt);

/* Bytes of the process's memory; how many were there. */
size_t facts_memory(int pid, uint64_t at, void *to, size_t size);
