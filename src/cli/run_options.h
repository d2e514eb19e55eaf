/* run_options.h - the options of `taru run` and `taru create`. */
#pragma once
#include "command/options.h"
#include "engine/asked.h"

/* Rows that fill a struct run_asked. */
extern const struct option run_options[];
extern const struct option host_options[];
extern const struct option network_options[];	/* run_options_host.c; a part of run_options */
