/* absent.c - what stands for the functions of libraries that fetch is not linked with: see meson/curl-absent.
 *
 * curl's archive refers to LDAP, SSH, RTMP, Kerberos, compression and lists of cookie domains. http and https alone are
 * spoken here (exchange.c), no cookie is kept, no user is named to a proxy but in its URL, no encoding is asked for.
 */
#include <stdlib.h>

long fetch_absent(void);
long fetch_absent_zero(void);

/* Called by nobody. */
long fetch_absent(void)
{
	abort();
}

/* What curl asks when it starts ("did SSH start? 0: yes"), and for a host with letters beyond ASCII ("which IDN? NULL:
 * none"). */
long fetch_absent_zero(void)
{
	return 0;
}
