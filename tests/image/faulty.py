#!/usr/bin/env python3
"""faulty.py FOLDER [CERTIFICATE KEY [CA]]: a registry that fails in a way of one's choice.

The first part of the repository's name says how it fails (the methods `blob_…` and `any_…` below), so
that one server serves many tests. Blobs are the files FOLDER/blobs/HEX; manifests FOLDER/manifests/TAG. It
listens on two ports of 127.0.0.1 (the second is "another host"; with a certificate the first speaks TLS, the second
does not; with a CA it asks for a certificate of its own), writes them to FOLDER/ports, and each request as a line of
JSON to FOLDER/log.
"""
import base64, collections, email.utils, http.server, json, os, socket, ssl, struct, sys, threading, time

FOLDER = sys.argv[1]
ADDRESS = os.environ.get("FAULTY_ADDRESS", "127.0.0.1")
LOCK = threading.Lock()
TIMES = collections.Counter()
TOKENS = {}
PORTS = []
UPLOADS = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    # --- what all have in common ---

    def note(self):
        entry = {"port": self.server.server_port, "method": self.command, "path": self.path,
                 "range": self.headers.get("Range", ""), "authorization": self.headers.get("Authorization", ""),
                 "content-range": self.headers.get("Content-Range", ""), "size": self.headers.get("Content-Length", ""),
                 "agent": self.headers.get("User-Agent", "")}
        with LOCK, open(FOLDER + "/log", "a") as log:
            log.write(json.dumps(entry) + "\n")

    def times(self, what):
        """How often this was asked before."""
        with LOCK:
            TIMES[what] += 1
            return TIMES[what] - 1

    def url(self, port=None):
        port = port or PORTS[0]
        secure = len(sys.argv) > 2 and port == PORTS[0]
        return f"{'https' if secure else 'http'}://{ADDRESS}:{port}"

    def answer(self, status, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in fields:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def error(self, status, message="this server is faulty", **fields):
        self.answer(status, json.dumps({"errors": [{"code": "X", "message": message}]}).encode(), **fields)

    def hang_up(self):
        self.wfile.flush()
        self.close_connection = True

    def begin_range(self):
        field = self.headers.get("Range")
        return int(field[len("bytes="):-1]) if field else 0

    def serve(self, data, end=None, ranges=True, length=None):
        """The bytes as a good server sends them; up to `end`, then the connection ends."""
        begin = self.begin_range() if ranges else 0
        if begin:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - begin if length is None else length))
        self.send_header("Content-Type", "application/octet-stream")
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(data[begin:end])
        if end is not None or length is not None:
            self.hang_up()

    def do_GET(self):
        self.note()
        path, _, query = self.path.partition("?")
        parts = path.strip("/").split("/")
        try:
            if parts[0] == "token":
                self.token(query)
            elif parts[0] == "v1":
                self.search()
            elif parts == ["v2"]:
                self.base()
            elif parts[1] == "_catalog":
                self.pages("repositories", ["busybox", "library/busy", "other"], query)
            elif parts[-1] == "list":
                self.pages("tags", [f"v{i}" for i in range(7)], query)
            else:
                self.fault(parts[1], parts[-2], parts[-1])
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    do_HEAD = do_GET

    def data(self, kind, name):
        path = f"{FOLDER}/{kind}/{name.removeprefix('sha256:')}"
        return open(path, "rb").read() if os.path.exists(path) else None

    def fault(self, fault, kind, name):
        data = self.data(kind, name)
        fault = fault.replace("-", "_")
        if hasattr(self, "any_" + fault):
            getattr(self, "any_" + fault)(data)
        elif hasattr(self, "blob_" + fault) and data is not None:
            getattr(self, "blob_" + fault)(data)
        elif data is None:
            self.error(404, "blob unknown")
        else:
            self.serve(data)

    # --- blobs ---

    def blob_cut_once(self, data):
        self.serve(data, end=len(data) // 2 if self.times(self.path) == 0 else None)

    def blob_cut_always(self, data):
        self.serve(data, end=self.begin_range() + 1000)

    def blob_no_range(self, data):
        self.serve(data, end=len(data) // 2 if self.times(self.path) == 0 else None, ranges=False)

    def blob_unsatisfied(self, data):
        if self.begin_range() and self.times("416" + self.path) == 0:
            self.error(416, "no such bytes", Content_Range=f"bytes */{len(data)}")
        else:
            self.blob_cut_once(data)

    def blob_wrong_range(self, data):
        if not self.begin_range():
            return self.serve(data, end=len(data) // 2)
        self.answer(206, data[:100], Content_Range=f"bytes 0-99/{len(data)}")

    def blob_corrupt(self, data):
        self.serve(data[:-1] + bytes([data[-1] ^ 1]))

    def blob_corrupt_once(self, data):
        self.blob_corrupt(data) if self.times(self.path) == 0 else self.serve(data)

    def blob_stall(self, data):
        begin = self.begin_range()
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        self.wfile.write(data[begin:begin + 1000])
        self.wfile.flush()
        time.sleep(20)

    def blob_slow(self, data):
        """8 pieces of what is asked for, over 1.6 s."""
        data = data[self.begin_range():]
        whole = len(data) + self.begin_range()
        self.send_response(206 if self.begin_range() else 200)
        if self.begin_range():
            self.send_header("Content-Range", f"bytes {self.begin_range()}-{whole - 1}/{whole}")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for i in range(8):
            self.wfile.write(data[len(data) * i // 8:len(data) * (i + 1) // 8])
            self.wfile.flush()
            time.sleep(0.2)

    def blob_too_long(self, data):
        self.answer(200, data + b"more")

    def blob_too_long_unsaid(self, data):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data + b"more")
        self.hang_up()

    def blob_length_lies_more(self, data):
        self.serve(data) if self.begin_range() else self.serve(data[:-10], length=len(data))

    def blob_length_lies_less(self, data):
        self.serve(data) if self.begin_range() else self.serve(data, length=len(data) - 10)

    def blob_no_length(self, data):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.hang_up()

    def drip(self, data, size, rest, together=1):
        """All but the last `rest` bytes at once, and these slowly: `size` in a tenth of a
        second; when so many have come so far."""
        begin = self.begin_range()
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        at = max(begin, len(data) - rest)
        self.wfile.write(data[begin:at])
        self.wfile.flush()
        if together > 1:
            self.times("drip")
            while TIMES["drip"] < together:
                time.sleep(0.05)
        for at in range(at, len(data), size):
            self.wfile.write(data[at:at + size])
            self.wfile.flush()
            time.sleep(0.1)

    def blob_drip(self, data):
        self.drip(data, 40, len(data))

    def blob_narrow(self, data):
        self.drip(data, 90, 7200, together=3)

    # --- anything ---

    def any_image(self, data, **fields):
        """Whole images: manifests are sent as what they say that they are."""
        if data is None:
            return self.error(404, "unknown")
        kind = json.loads(data).get("mediaType") if "/manifests/" in self.path else None
        kind = kind or "application/vnd.oci.image.manifest.v1+json"
        self.answer(200, data, Content_Type=kind, **fields)

    def any_header_bad(self, data):
        self.any_image(data, Docker_Content_Digest="sha256:../../../x")

    def any_header_other(self, data):
        self.any_image(data, Docker_Content_Digest="sha256:" + "b" * 64)

    def any_missing(self, data):
        self.error(404, "blob unknown")

    def any_silent(self, data):
        time.sleep(20)

    def any_trickle(self, data):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        for _ in range(200):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def any_trickle_header(self, data):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for i in range(200):
            self.wfile.write(f"X-{i}: y\r\n".encode())
            self.wfile.flush()
            time.sleep(0.1)

    def any_endless(self, data):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    def any_bomb(self, data):
        self.answer(200, b"[" * (5 << 20))

    def any_headers(self, data):
        self.send_response(200)
        for i in range(100):
            self.send_header(f"X-Large-{i}", "y" * 1000)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def any_no_http(self, data):
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        self.hang_up()

    def any_hang_up(self, data):
        self.hang_up()

    def any_reset(self, data):
        """The connection is cut off without a word: TLS says nothing, and TCP that it is reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def any_loop(self, data):
        self.answer(307, Location=self.path)

    def any_long_way(self, data):
        self.answer(302, Location=f"{self.path.partition('?')[0]}?{self.times('way')}")

    def any_away(self, data):
        self.answer(307, Location=f"{self.url(PORTS[1])}{self.path.replace('/away/', '/ok/')}")

    def any_away_basic(self, data):
        self.answer(307, Location=f"{self.url(PORTS[1])}{self.path.replace('/away-basic/', '/basic/')}")

    def any_away_token(self, data):
        self.answer(307, Location=f"{self.url(PORTS[1])}{self.path.replace('/away-token/', '/token-here/')}")

    def any_near(self, data):
        self.answer(307, Location=self.path.replace("/near/", "/basic/"))

    def any_file(self, data):
        self.answer(307, Location="file:///etc/passwd")

    def any_nowhere(self, data):
        self.answer(307)

    def any_busy_seconds(self, data):
        self.error(429, "slower", Retry_After="1") if self.times(self.path) == 0 else self.serve(data)

    def any_busy_date(self, data):
        then = email.utils.formatdate(time.time() + 2, usegmt=True)
        self.error(429, "slower", Retry_After=then) if self.times(self.path) == 0 else self.serve(data)

    def any_busy_always(self, data):
        self.error(429, "you have reached your pull rate limit", Retry_After="3600")

    def any_fail_once(self, data):
        self.error(500) if self.times(self.path) == 0 else self.serve(data)

    def any_fail_always(self, data):
        self.error(500, "the disk \x1b[31mburns\n" + "!" * 5000)

    def any_denied(self, data):
        self.error(403, "requested access to the resource is denied")

    # --- who are you? ---

    def has_basic(self):
        return self.headers.get("Authorization") == "Basic " + base64.b64encode(b"alice:secret").decode()

    def any_basic(self, data):
        if self.has_basic():
            self.serve(data)
        else:
            self.error(401, "who are you?", WWW_Authenticate='Negotiate, Basic realm="a, b"')

    def base(self):
        if self.has_basic() or self.headers.get("Authorization", "").removeprefix("Bearer ") in TOKENS:
            return self.answer(200, b"{}")
        realm = f'Bearer realm="{self.url()}/token",service="faulty"'
        self.error(401, "who are you?", WWW_Authenticate=realm)

    def wants_token(self, data, scope, query="", realm=None):
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        with LOCK:
            uses = TOKENS.get(token, {}).get(scope, 0)
            if uses:
                TOKENS[token][scope] -= 1
        if uses:
            return self.serve(data)
        realm = realm or f"{self.url()}/token{query}"
        self.error(401, "a token is wanted", WWW_Authenticate=f'Bearer realm="{realm}",service="faulty",scope="{scope}"')

    def any_token(self, data):
        self.wants_token(data, "repository:token/a:pull")

    def any_token_short(self, data):
        """Each token is taken once."""
        self.wants_token(data, "repository:token-short/a:pull", "?uses=1")

    def any_token_wrong(self, data):
        self.wants_token(data, "repository:token-wrong/a:pull", "?wrong=1")

    def any_token_broken(self, data):
        self.wants_token(data, "repository:token-broken/a:pull", "?broken=1")

    def any_token_inject(self, data):
        self.wants_token(data, "repository:token-inject/a:pull", "?inject=1")

    def any_token_ends(self, data):
        self.wants_token(data, "repository:token-ends/a:pull", "?life=1")

    def any_token_here(self, data):
        """A token server on the host that is asked."""
        self.wants_token(data, "repository:token-here/a:pull", realm=f"{self.url(self.server.server_port)}/token")

    def any_token_away(self, data):
        """A token server that can be read by anybody on the way."""
        self.wants_token(data, "repository:token-away/a:pull", realm=f"http://{ADDRESS}:{PORTS[1]}/token")

    def token(self, query):
        fields = [pair.partition("=")[::2] for pair in query.split("&") if pair]
        value = dict(fields).get
        if "Authorization" in self.headers and not self.has_basic():
            return self.answer(401, b'{"details":"incorrect username or password"}')
        scopes = [text.replace("%3A", ":").replace("%2F", "/").replace("%3a", ":").replace("%2f", "/")
                  for name, text in fields if name == "scope"]
        self.give_token(scopes, value("uses"), value("wrong"), value("broken"), value("inject"), value("life"),
                        "refresh-1" if value("offline_token") else None)

    def give_token(self, scopes, uses=None, wrong=None, broken=None, inject=None, life=None, refresh=None):
        name = f"token-{self.times('token')}"
        if broken:
            return self.answer(200, b'{"token": ')
        if inject:
            return self.answer(200, b'{"token": "x\\r\\nX-Evil: 1"}')
        TOKENS[name] = {scope: int(uses or 1000) for scope in ([] if wrong else scopes)}
        answer = {"token": name, "expires_in": int(life or 300)}
        if refresh:
            answer["refresh_token"] = refresh
        self.answer(200, json.dumps(answer).encode())

    # --- lists ---

    def pages(self, key, names, query):
        """Two on a page, wherever it begins."""
        begin = int(dict(pair.split("=") for pair in query.split("&")).get("last", 0))
        fields = {}
        if "breaks" in self.path and begin:
            return self.error(500)
        if "circle" in self.path:
            fields["Link"] = f'<{self.path}>; rel="next"'
        elif begin + 2 < len(names):
            fields["Link"] = f'<{self.path.partition("?")[0]}?last={begin + 2}&n=2>; rel="next"'
        self.answer(200, json.dumps({key: names[begin:begin + 2]}).encode(), **fields)

    def search(self):
        if self.server.server_port != PORTS[0]:
            return self.error(404)
        self.answer(200, json.dumps({"results": [{"name": "busybox", "description": "a \u00e4", "star_count": 7,
                                                  "is_official": True}]}).encode())

    # --- uploads: with chunks of at least 5 MiB in repositories that are called "chunks" or "small" ---

    def read_body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_POST(self):
        self.note()
        body = self.read_body()
        if self.path.startswith("/token"):
            form = dict(pair.partition("=")[::2] for pair in body.decode().split("&"))
            if form.get("refresh_token") != "refresh-1":
                return self.answer(400, b'{"error":"invalid_grant","error_description":"unknown refresh token"}')
            return self.give_token([form["scope"].replace("%3A", ":").replace("%2F", "/")])
        name = f"upload-{self.times('upload')}"
        UPLOADS[name] = b""
        fields = {"OCI_Chunk_Min_Length": str(20 << 20)} if "/chunks/" in self.path else {}
        repository = self.path.split("/")[2]
        self.answer(202, Location=f"/up/{repository}/{name}?state=a%2Fb", Range="0-0", **fields)

    def do_PATCH(self):
        self.note()
        name = self.path.partition("?")[0].split("/")[-1]
        UPLOADS[name] += self.read_body()
        self.answer(202, Location=self.path, Range=f"0-{len(UPLOADS[name]) - 1}")

    def do_PUT(self):
        self.note()
        parts = self.path.partition("?")[0].split("/")
        body = self.read_body()
        if parts[2] == "small" and body:
            return self.error(413, "too much at once")
        if parts[2] == "fail-push-once" and self.times(parts[2]) == 0:
            return self.error(502, "try again")
        data = UPLOADS[parts[-1]] + body
        with open(f"{FOLDER}/uploaded", "wb") as file:
            file.write(data)
        self.answer(201)

    def do_DELETE(self):
        self.note()
        self.answer(204)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass


def main():
    servers = [Server((ADDRESS, 0), Handler) for _ in range(2)]
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        if len(sys.argv) > 4:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(sys.argv[4])
        servers[0].socket = context.wrap_socket(servers[0].socket, server_side=True, do_handshake_on_connect=False)
    PORTS.extend(server.server_port for server in servers)
    with open(FOLDER + "/ports.new", "w") as file:
        file.write(" ".join(map(str, PORTS)) + "\n")
    os.rename(FOLDER + "/ports.new", FOLDER + "/ports")
    threading.Thread(target=servers[1].serve_forever, daemon=True).start()
    servers[0].serve_forever()


main()
