/* true.c - what the containers of the benchmarks run: nothing. */
int main(void)
{
	return 0;
}
