/* exchange.c - see exchange.h */
#include "fetch/exchange.h"
#include "base/clock.h"
#include "base/fd.h"
#include "fetch/proxy.h"
#include "fetch/url.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A connection that gives less than SLOWEST in a second for `silence-seconds` is as good as silent: else a byte a
 * minute would hold us for ever. That is little, since a slow line may be shared by many; where all of them together
 * don't make SLOWEST_IN_ALL, it is not the line. */
enum { SLOWEST = 64, SLOWEST_IN_ALL = 1024 };

/* Of the receive buffer and of the send buffer. */
enum { BUFFER = 64 * 1024 };

/* Fields that are kept. */
static const char *const kept[] = { "www-authenticate", "location", "link", "retry-after", "content-type",
				    "content-length", "content-range", "range", "docker-content-digest",
				    "oci-chunk-min-length", NULL };

static const char *kept_name(const char *line, size_t length)
{
	for (size_t i = 0; kept[i]; i++)
		if (strlen(kept[i]) == length && !strncasecmp(kept[i], line, length))
			return kept[i];
	return NULL;
}

static void keep_field(struct exchange *exchange, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);
	const char *name = colon ? kept_name(line, (size_t)(colon - line)) : NULL;
	struct header *header, **end = &exchange->headers;

	if (!name)
		return;
	length -= (size_t)(colon + 1 - line);
	line = colon + 1;
	while (length && strchr(" \t\r\n", line[length - 1]))
		length--;
	while (length && strchr(" \t", *line)) {
		line++;
		length--;
	}
	header = ARENA_NEW(&exchange->task->arena, struct header);
	header->name = name;
	header->value = arena_copy(&exchange->task->arena, line, length);
	while (*end)
		end = &(*end)->next;
	*end = header;
}

/* The number in "HTTP/1.1 200 OK". */
static long status_of(const char *line, size_t length)
{
	const char *blank = memchr(line, ' ', length);
	long status = 0;

	for (size_t i = 1; blank && i <= 3 && blank + i < line + length; i++)
		status = blank[i] >= '0' && blank[i] <= '9' ? 10 * status + blank[i] - '0' : 0;
	return status;
}

static size_t on_header(char *line, size_t one, size_t length, void *about)
{
	struct exchange *exchange = about;

	/* A status line: what came before it was a 100, or a proxy's. */
	if (length > 5 && !memcmp(line, "HTTP/", 5)) {
		exchange->headers = NULL;
		exchange->status = status_of(line, length);
	}
	exchange->headers_size += length;
	if (exchange->headers_size > HEADERS_MAX) {
		exchange->too_many_fields = true;
		return 0;
	}
	keep_field(exchange, line, length);
	return length;
}

bool exchange_is_good(const struct exchange *exchange)
{
	return exchange->status >= 200 && exchange->status < 300;
}

/* After some more bytes: whether there were enough of them. */
static bool is_fast_enough(struct exchange *exchange, size_t more)
{
	struct session *session = exchange->task->session;
	uint64_t now = clock_ms(), took = now - exchange->since_ms, moved;

	session->moved += more;
	if (took < session->silence_seconds * 1000)
		return true;
	moved = session->moved - exchange->since_moved;
	exchange->since_ms = now;
	exchange->since_moved = session->moved;
	exchange->too_slow = moved < took * SLOWEST_IN_ALL / 1000;
	return !exchange->too_slow;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *about)
{
	struct exchange *exchange = about;
	struct sink *sink = exchange->sink;
	bool good = exchange_is_good(exchange);
	size_t max = good ? exchange->body_max : ERROR_BODY_MAX;

	if (good && sink) {
		if (!is_fast_enough(exchange, length))
			return 0;
		if (!sink->begun && sink->begin)
			exchange->refused = !sink->begin(sink, exchange);
		sink->begun = true;
		exchange->refused = exchange->refused || !sink->take(sink, bytes, length);
		return exchange->refused ? 0 : length;
	}
	if (length > max - exchange->body.length) {
		exchange->too_long = true;
		return 0;
	}
	text_add_bytes(&exchange->body, bytes, length);
	return length;
}


/* What is sent next. */
static size_t on_send(char *to, size_t one, size_t room, void *about)
{
	struct exchange *exchange = about;
	struct source *source = exchange->source;
	uint64_t left = source->size - source->at;
	ssize_t got;

	if (left < room)
		room = (size_t)left;
	if (!is_fast_enough(exchange, room))
		return CURL_READFUNC_ABORT;
	if (source->text) {
		memcpy(to, source->text + source->at, room);
		source->at += room;
		return room;
	}
	got = room ? sys_pread(source->fd, to, room, source->begin + source->at) : 0;
	if (got < 0 || (got == 0 && room)) {
		source->error = got < 0 ? (int)got : -ENODATA;
		return CURL_READFUNC_ABORT;
	}
	source->at += (uint64_t)got;
	if (source->sent)
		source->sent(source);
	return (size_t)got;
}

/* A connection that was idle may turn out to be closed when it is used: curl then asks for the body again. */
static int on_seek(void *about, curl_off_t to, int from)
{
	struct source *source = about;

	if (from != SEEK_SET || to < 0 || (uint64_t)to > source->size)
		return CURL_SEEKFUNC_FAIL;
	source->at = (uint64_t)to;
	return CURL_SEEKFUNC_OK;
}

static void set_method(CURL *easy, struct exchange *exchange)
{
	struct source *source = exchange->source;

	if (!strcmp(exchange->method, "HEAD"))
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else if (source)
		curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	if (strcmp(exchange->method, "HEAD") && (source || strcmp(exchange->method, "GET")))
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, exchange->method);
	if (!source)
		return;
	source->at = 0;
	source->error = 0;
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)source->size);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(easy, CURLOPT_SEEKDATA, source);
	curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)BUFFER);
}

static void set_limits(CURL *easy, const struct exchange *exchange)
{
	const struct session *session = exchange->task->session;

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	/* One connection for all, where that can be; without TLS it cannot, and who waits to see that waits for the end
	 * of what is there. */
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, url_is_https(exchange->url) ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BUFFER);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)session->connect_seconds);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)session->silence_seconds);
	/* What is small may not take long, however fast it trickles. */
	if (!exchange->sink && !exchange->source)
		curl_easy_setopt(easy, CURLOPT_TIMEOUT,
				 (long)(session->connect_seconds + 2 * session->silence_seconds));
}

static struct curl_slist *make_fields(const struct exchange *exchange)
{
	/* A body is sent without asking first, and what curl adds of its own is left out. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	for (size_t i = 0; i < sizeof(exchange->fields) / sizeof(*exchange->fields) && exchange->fields[i]; i++)
		list = curl_slist_append(list, exchange->fields[i]);
	if (exchange->authorization)
		list = curl_slist_append(list, arena_printf(&exchange->task->arena, "Authorization: %s",
							     exchange->authorization));
	return list;
}

static enum fetch_error kind_of(CURLcode code, bool connected)
{
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CIPHER ||
	    code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CONNECT_ERROR)
		return FETCH_TLS;
	if (code == CURLE_PARTIAL_FILE || code == CURLE_HTTP2_STREAM || code == CURLE_HTTP2)
		return FETCH_TRUNCATED;
	if (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL ||
	    code == CURLE_BAD_CONTENT_ENCODING)
		return FETCH_SERVER;
	return connected && code == CURLE_RECV_ERROR ? FETCH_TRUNCATED : FETCH_UNREACHABLE;
}

/* What curl says of it, or how long was waited. */
static const char *message_of(const struct exchange *exchange, CURLcode code, const char *detail, bool connected)
{
	const struct session *session = exchange->task->session;
	struct arena *arena = &exchange->task->arena;

	if (code == CURLE_OPERATION_TIMEDOUT && !connected)
		return arena_printf(arena, "no connection within %llu s", (unsigned long long)session->connect_seconds);
	if (exchange->too_slow)
		return arena_printf(arena, "less than %d bytes in a second for %llu s", SLOWEST_IN_ALL,
				    (unsigned long long)session->silence_seconds);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return arena_printf(arena, "silent, or as good as silent, for %llu s",
				    (unsigned long long)session->silence_seconds);
	return *detail ? arena_copy(arena, detail, strlen(detail)) : curl_easy_strerror(code);
}

/* In the words of ours, since those of OpenSSL are of its own functions. */
static const char *certificate_message(const struct exchange *exchange, CURLcode code, const char *detail)
{
	if (code == CURLE_SSL_CERTPROBLEM)
		return arena_printf(&exchange->task->arena, "one's own certificate cannot be used: %s", detail);
	return exchange->identified && *exchange->endpoint->certificate ? "does not take one's own certificate" :
	       "wants a certificate of one's own";
}

/* Whether the connection was cut off, without an alert, by a server that asked for a certificate and has answered
 * nothing. That may have other reasons, so it is tried again. */
static bool fail_unsaid(const struct exchange *exchange, CURLcode code, const char *host)
{
	struct task *task = exchange->task;
	bool shown = exchange->identified && *exchange->endpoint->certificate;

	if (!exchange->asked || exchange->status || (code != CURLE_SEND_ERROR && code != CURLE_RECV_ERROR))
		return false;
	fail(task, FETCH_CERTIFICATE, host, "ends the connection after it asked for a certificate of one's own; %s",
	     shown ? "it may not take this one" : "it may take no one without");
	task->failure.transient = true;
	return true;
}

static bool explain(const struct exchange *exchange, CURL *easy, CURLcode code, const char *detail)
{
	struct task *task = exchange->task;
	const char *host = url_host(&task->arena, exchange->url);
	long system = 0;
	curl_off_t connected = 0;
	enum fetch_error kind;

	curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system);
	if (exchange->refused)
		return false;
	if (exchange->too_many_fields)
		return fail(task, FETCH_SERVER, host, "sends more than %d KiB of header fields", HEADERS_MAX / 1024);
	if (exchange->too_long)
		return fail(task, FETCH_TOO_LARGE, host, "sends more than the %zu bytes that are allowed",
			    exchange->body_max);
	if (exchange->source && exchange->source->error)
		return fail(task, FETCH_FILE, NULL, "cannot read what is to be sent: %s",
			    strerrordesc_np(-exchange->source->error));
	if (proxy_refused(easy, exchange))
		return false;
	if (trust_is_ours(code, detail))
		return fail(task, FETCH_CERTIFICATE, host, "%s", certificate_message(exchange, code, detail));
	if (fail_unsaid(exchange, code, host))
		return false;
	if (exchange->too_slow)
		code = CURLE_OPERATION_TIMEDOUT;
	kind = kind_of(code, connected > 0);
	/* The connection was lost while TLS was being agreed on. */
	if (code == CURLE_SSL_CONNECT_ERROR && (system == ECONNRESET || system == EPIPE))
		kind = FETCH_UNREACHABLE;
	fail(task, kind, host, "%s%s", message_of(exchange, code, detail, connected > 0),
	     connected ? "" : proxy_hint(exchange));
	/* What is no HTTP may be the rest of an answer that was longer than it said, on the same connection. */
	task->failure.transient = kind == FETCH_UNREACHABLE || kind == FETCH_TRUNCATED || kind == FETCH_SERVER;
	task->failure.unreached = kind == FETCH_UNREACHABLE && !exchange->too_slow &&
				  (!connected || code == CURLE_OPERATION_TIMEDOUT);
	return false;
}

static bool perform(struct exchange *exchange, CURL *easy, struct curl_slist *fields)
{
	struct task *task = exchange->task;
	char detail[CURL_ERROR_SIZE] = "";
	CURLcode code;

	set_limits(easy, exchange);
	set_method(easy, exchange);
	proxy_set(easy, exchange);
	trust_watch(easy, &exchange->asked);
	trust_set(easy, &task->session->trust, exchange->endpoint, exchange->identified);
	curl_easy_setopt(easy, CURLOPT_URL, exchange->url);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, task->session->user_agent);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail);
	code = task_transfer(task, easy);
	/* Of an error's body the beginning is enough. */
	if (code && exchange->too_long && !exchange_is_good(exchange))
		return true;
	return code ? explain(exchange, easy, code, detail) : true;
}

bool exchange_run(struct exchange *exchange)
{
	struct curl_slist *fields = make_fields(exchange);
	CURL *easy = curl_easy_init();
	bool done = false;

	exchange->status = 0;
	exchange->headers = NULL;
	exchange->headers_size = 0;
	exchange->too_long = exchange->too_many_fields = exchange->refused = exchange->too_slow = false;
	exchange->since_ms = clock_ms();
	exchange->since_moved = exchange->task->session->moved;
	exchange->body = text_new(&exchange->task->arena);
	if (exchange->sink)
		exchange->sink->begun = false;
	if (easy && fields)
		done = perform(exchange, easy, fields);
	else
		fail(exchange->task, FETCH_FILE, NULL, "out of memory");
	curl_easy_cleanup(easy);
	curl_slist_free_all(fields);
	return done;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
	for (const struct header *header = exchange->headers; header; header = header->next)
		if (!strcmp(header->name, name))
			return header->value;
	return NULL;
}
