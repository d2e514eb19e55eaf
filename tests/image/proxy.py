#!/usr/bin/env python3
"""proxy.py FOLDER ADDRESS [USER:PASSWORD]: a proxy of HTTP, with CONNECT and without, that writes down what it hears.

Its port is in FOLDER/port; each request is a line of JSON in FOLDER/log, and all bytes that clients send through tunnels
are in FOLDER/tunnels. With USER:PASSWORD it serves nobody else; "none:" serves nobody at all.
"""
import base64, http.client, http.server, json, os, select, socket, sys

FOLDER, ADDRESS = sys.argv[1:3]
WHO = sys.argv[3] if len(sys.argv) > 3 else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def may(self):
        with open(FOLDER + "/log", "a") as log:
            log.write(json.dumps({"method": self.command, "target": self.path, "fields": dict(self.headers)}) + "\n")
        wanted = WHO and "Basic " + base64.b64encode(WHO.encode()).decode()
        if not wanted or self.headers.get("Proxy-Authorization") == wanted:
            return True
        self.send_response(403 if WHO == "none:" else 407)
        self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_CONNECT(self):
        self.close_connection = True
        if not self.may():
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            self.relay(there)

    def relay(self, there):
        pairs = {self.connection: there, there: self.connection}
        while True:
            for ready in select.select(list(pairs), [], [])[0]:
                piece = ready.recv(1 << 16)
                if not piece:
                    return
                if ready is self.connection:
                    with open(FOLDER + "/tunnels", "ab") as tunnels:
                        tunnels.write(piece)
                pairs[ready].sendall(piece)

    def do_GET(self):
        if not self.may():
            return
        host, _, path = self.path.removeprefix("http://").partition("/")
        there = http.client.HTTPConnection(host)
        fields = {name: value for name, value in self.headers.items() if not name.startswith("Proxy-")}
        there.request(self.command, "/" + path, headers=fields)
        answer = there.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass


server = Server((ADDRESS, 0), Handler)
with open(FOLDER + "/port.new", "w") as file:
    file.write(f"{server.server_port}\n")
os.rename(FOLDER + "/port.new", FOLDER + "/port")
server.serve_forever()
