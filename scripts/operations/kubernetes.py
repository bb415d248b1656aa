"""What a few pods need of Kubernetes, on loopback: the pods of a namespace, and leases. It asks nobody who they are: for trials on one machine."""

import http.server
import json
import re
import ssl
import subprocess
import threading
import urllib.parse

TOKEN = "token-of-the-trial"


class Api:
    """The API server; `pods` are those that bootstrap may find, `leases` what the split-brain resolver keeps."""

    def __init__(self, folder, host):
        self.pods = {}
        self.leases = {}
        self.asked = []
        self.lock = threading.Lock()
        self.host = host
        folder.mkdir(parents=True, exist_ok=True)
        key, certificate = folder / "tls.key", folder / "ca.crt"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={host}",
             "-addext", f"subjectAltName=IP:{host}"],
            check=True, capture_output=True,
        )
        (folder / "token").write_text(TOKEN)
        (folder / "namespace").write_text("serving")
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                api.answer(self, "GET", None)

            def do_POST(self):
                api.answer(self, "POST", self.body())

            def do_PUT(self):
                api.answer(self, "PUT", self.body())

            def body(self):
                return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        self.server = http.server.ThreadingHTTPServer((host, 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, call, method, body):
        path, _, query = call.path.partition("?")
        with self.lock:
            self.asked.append(f"{method} {path}")
            if call.headers.get("Authorization") != f"Bearer {TOKEN}":
                status, answer = 401, {}
            elif method == "GET" and re.fullmatch(r"/api/v1/namespaces/[^/]+/pods", path):
                wanted = dict(each.split("=", 1) for each in urllib.parse.parse_qs(query).get("labelSelector", [""])[0].split(",") if each)
                found = [pod for pod in self.pods.values() if wanted.items() <= pod["metadata"]["labels"].items()]
                status, answer = 200, {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": found}
            elif (lease := re.fullmatch(r"/apis/coordination.k8s.io/v1/namespaces/[^/]+/leases/?([^/]*)", path)) is not None:
                status, answer = self.lease(method, lease.group(1), body)
            else:
                status, answer = 404, {"kind": "Status", "message": f"{method} {path} is not there"}
        content = json.dumps(answer).encode()
        call.send_response(status)
        call.send_header("Content-Type", "application/json")
        call.send_header("Content-Length", str(len(content)))
        call.end_headers()
        call.wfile.write(content)

    def lease(self, method, name, body):
        name = name or (body or {}).get("metadata", {}).get("name", "")
        there = self.leases.get(name)
        if method == "GET":
            return (200, there) if there else (404, {})
        if method == "POST" and there or method == "PUT" and (not there or body["metadata"].get("resourceVersion") != there["metadata"]["resourceVersion"]):
            return 409, {}
        version = int(there["metadata"]["resourceVersion"]) + 1 if there else 1
        body["metadata"]["resourceVersion"] = str(version)
        self.leases[name] = body
        return (201 if method == "POST" else 200), body

    def runs(self, name, address, labels):
        with self.lock:
            self.pods[name] = {
                "metadata": {"name": name, "labels": labels},
                "spec": {"containers": [{"name": "candor", "ports": [{"name": "management", "containerPort": 7626}]}]},
                "status": {"podIP": address, "phase": "Running", "containerStatuses": [{"name": "candor", "state": {"running": {}}}]},
            }

    def gone(self, name):
        with self.lock:
            self.pods.pop(name, None)
