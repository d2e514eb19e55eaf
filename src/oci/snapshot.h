/* snapshot.h - what checkpoint and restore have in common: options that fill a struct criu_asked. */
#pragma once
#include "oci/globals.h"

extern const struct option snapshot_table[];
