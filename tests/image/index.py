# index.py FOLDER - a registry that has Docker's search: answers /v1/search with what is in FOLDER/results, a JSON array,
# and notes in FOLDER/asked what it was asked for. Its port is in FOLDER/port.
import http.server
import os
import sys

FOLDER = sys.argv[1]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(f"{FOLDER}/asked", "a", encoding="utf-8") as asked:
            asked.write(self.path + "\n")
        found = self.path.startswith("/v1/search?")
        with open(f"{FOLDER}/results", "rb") as results:
            body = b'{"results":' + results.read() + b"}" if found else b"{}"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(f"{FOLDER}/port.new", "w", encoding="utf-8") as port:
    port.write(str(server.server_port))
os.rename(f"{FOLDER}/port.new", f"{FOLDER}/port")
server.serve_forever()
