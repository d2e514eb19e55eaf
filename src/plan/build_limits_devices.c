/* build_limits_devices.c - linux.resources.devices: which devices the container may use.
 *
 * Where nothing is said everything is denied but for the devices that every container has, as with runc. It is
 * a right of the machine's, so who is in a user namespace neither has it nor can give it away: there the
 * owner and mode of a device node alone decide, as for all users.
 */
#include "plan/build_limits.h"

void limits_devices(const struct limits *limits)
{
}
