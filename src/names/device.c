/* device.c - see device.h */
#include "names/device.h"
#include "base/fd.h"
#include "base/sys_socket.h"
#include <string.h>

int device_bind(int fd, const char *name)
{
	return sys_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, strlen(name) + 1);
}

unsigned device_index(const char *name)
{
	closes int fd = sys_socket(AF_INET, SOCK_DGRAM, 0);
	int index = 0;
	socklen_t size = sizeof(index);

	if (fd < 0 || device_bind(fd, name) || sys_getsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &index, &size))
		return 0;
	return index > 0 ? (unsigned)index : 0;
}
