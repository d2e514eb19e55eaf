/* pause.c - what a container of the benchmarks runs that lives on: it waits to be killed. */
#include <unistd.h>

int main(void)
{
	for (;;)
		pause();
}
