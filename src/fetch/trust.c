/* trust.c - see trust.h */
#include "fetch/trust.h"
#include "fetch/session.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Debian, Alpine, SUSE, Arch; Fedora and RHEL. */
static const char *const folders[] = { "/etc/ssl/certs", "/etc/pki/tls/certs", NULL };
static const char *const files[] = {
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", NULL,
};

/* Whether there is a name like 0a1b2c3d.0 in it. */
static bool has_hashes(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool found = false;

	while (folder && !found && (entry = readdir(folder)))
		found = strspn(entry->d_name, "0123456789abcdef") == 8 && !strcmp(entry->d_name + 8, ".0");
	if (folder)
		closedir(folder);
	return found;
}

/* The bundle of the system, which is read from where that costs less. */
static bool is_usual(const char *file)
{
	for (size_t i = 0; files[i]; i++)
		if (!strcmp(files[i], file))
			return true;
	return false;
}

struct trust trust_find(void)
{
	struct trust trust = { getenv("SSL_CERT_DIR"), getenv("SSL_CERT_FILE") };

	if (trust.file && is_usual(trust.file))
		trust.file = NULL;
	if (trust.folder || trust.file)
		return trust;
	for (size_t i = 0; folders[i] && !trust.folder; i++)
		if (has_hashes(folders[i]))
			trust.folder = folders[i];
	for (size_t i = 0; files[i] && !trust.folder && !trust.file; i++)
		if (access(files[i], R_OK) == 0)
			trust.file = files[i];
	return trust;
}

bool trust_is_ours(CURLcode code, const char *detail)
{
	/* What a server says when it ends TLS; of its own certificate it says nothing. */
	static const char *const alerts[] = { "alert certificate", "alert bad certificate", "alert unknown ca",
					      "alert unsupported certificate", NULL };
	bool found = code == CURLE_SSL_CERTPROBLEM;

	for (size_t i = 0; alerts[i] && !found; i++)
		found = strstr(detail, alerts[i]);
	return found;
}

/* A message of the handshake begins with its kind and three bytes of length. */
static int on_debug(CURL *easy, curl_infotype kind, char *bytes, size_t size, void *about)
{
	const unsigned char *head = (const unsigned char *)bytes;
	bool *asked = about;

	if (kind == CURLINFO_SSL_DATA_IN && size > 4 && head[0] == 13 &&
	    ((size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3]) == size - 4)
		*asked = true;
	return 0;
}

void trust_watch(CURL *easy, bool *asked)
{
	*asked = false;
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, asked);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

/* The text lives as long as the endpoint. */
static void set_blob(CURL *easy, CURLoption option, const char *text)
{
	struct curl_blob blob = { (void *)(uintptr_t)text, strlen(text), CURL_BLOB_NOCOPY };

	curl_easy_setopt(easy, option, &blob);
}

void trust_set(CURL *easy, const struct trust *trust, const struct endpoint *endpoint, int identified)
{
	bool verified = !endpoint->unverified;

	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verified ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verified ? 2L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* A blob would take the place of the file, so the file is made part of it (session.c). */
	curl_easy_setopt(easy, CURLOPT_CAINFO, verified && !*endpoint->ca ? trust->file : NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, verified ? trust->folder : NULL);
	if (verified && *endpoint->ca)
		set_blob(easy, CURLOPT_CAINFO_BLOB, endpoint->ca);
	if (!identified || !*endpoint->certificate)
		return;
	set_blob(easy, CURLOPT_SSLCERT_BLOB, endpoint->certificate);
	set_blob(easy, CURLOPT_SSLKEY_BLOB, *endpoint->key ? endpoint->key : endpoint->certificate);
	curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
	curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
}
