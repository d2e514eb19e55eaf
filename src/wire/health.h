/* health.h - how `taru healthcheck run --scheduled` tells a monitor when the next check is due. */
#pragma once

/* Its exit status while the startup check (--health-startup-cmd) has not passed. */
enum { HEALTH_STILL_STARTING = 3 };
