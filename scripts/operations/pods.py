"""Pods of rendered manifests as processes of this machine, each with its volumes where its containers mount them (a mount namespace each) and a loopback address."""

import base64
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

HOME = pathlib.Path(__file__).resolve().parents[2]
UID = 10001


def amount(quantity):
    units = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "K": 1000, "M": 10**6, "G": 10**9}
    found = re.fullmatch(r"(\d+)([KMG]i?)?", str(quantity))
    return int(found.group(1)) * units.get(found.group(2), 1)


class Cluster:
    """The manifests, and where the pods' files are."""

    def __init__(self, objects, folder, api, java, class_path):
        self.objects, self.folder, self.api, self.java, self.class_path = objects, folder, api, java, class_path

    def find(self, kind, name):
        return next(each for each in self.objects if each["kind"] == kind and each["metadata"]["name"] == name)

    def files(self, kind, name):
        found = self.find(kind, name)
        if kind == "Secret":
            return {key: base64.b64decode(value) for key, value in found.get("data", {}).items()}
        return {key: value.encode() for key, value in found.get("data", {}).items()}


class Pod:
    """One pod. `spec` is the pod's, `labels` its own, `address` what it has in place of a pod's address."""

    def __init__(self, cluster, name, address, labels, spec, claims=()):
        self.cluster, self.name, self.address, self.labels, self.spec, self.claims = cluster, name, address, labels, spec, claims
        self.root = cluster.folder / name
        (cluster.folder / "claims").mkdir(exist_ok=True)
        self.process = None
        self.volumes = {}
        self.make_volumes()

    def make_volumes(self):
        for volume in self.spec.get("volumes", []):
            folder = self.root / "volumes" / volume["name"]
            if "persistentVolumeClaim" in volume:
                folder = self.cluster.folder / "claims" / volume["persistentVolumeClaim"]["claimName"]
            folder.mkdir(parents=True, exist_ok=True)
            for source in [volume] + volume.get("projected", {}).get("sources", []):
                self.fill(folder, source)
            self.volumes[volume["name"]] = folder
        for claim in self.claims:
            self.volumes[claim] = self.cluster.folder / "claims" / f"{claim}-{self.name}"
            self.volumes[claim].mkdir(parents=True, exist_ok=True)
        account = self.root / "volumes" / "service-account"
        if self.spec.get("automountServiceAccountToken"):
            shutil.copytree(self.cluster.folder / "api", account, dirs_exist_ok=True, ignore=shutil.ignore_patterns("tls.key"))
            self.volumes["service-account"] = account
        subprocess.run(["chown", "-R", f"{UID}:{UID}", str(self.root), str(self.cluster.folder / "claims")], check=True)

    def fill(self, folder, source):
        if "configMap" in source:
            files, items = self.cluster.files("ConfigMap", source["configMap"]["name"]), source["configMap"].get("items")
        elif "secret" in source:
            secret = source["secret"]
            files, items = self.cluster.files("Secret", secret.get("secretName") or secret["name"]), secret.get("items")
        else:
            return
        for key, path in [(each["key"], each["path"]) for each in items] if items else [(key, key) for key in files]:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(self.adapted(files[key]))
            (folder / path).chmod(0o440)

    def adapted(self, content):
        """A pod has its own loopback; here every pod shares one, so what listens on all or on loopback listens on the pod's address."""
        return content.replace(b'host = "0.0.0.0"', b"host = ${POD_IP}").replace(b'host = "127.0.0.1"', b"host = ${POD_IP}")

    def environment(self, container):
        values = {"PATH": os.environ["PATH"], "HOME": "/tmp", "KUBERNETES_SERVICE_HOST": self.cluster.api.host, "KUBERNETES_SERVICE_PORT": str(self.cluster.api.port)}
        for each in container.get("env", []):
            source = each.get("valueFrom", {})
            if "fieldRef" in source:
                values[each["name"]] = {"status.podIP": self.address, "metadata.name": self.name}[source["fieldRef"]["fieldPath"]]
            elif "secretKeyRef" in source:
                values[each["name"]] = self.cluster.files("Secret", source["secretKeyRef"]["name"])[source["secretKeyRef"]["key"]].decode()
            else:
                values[each["name"]] = str(each["value"])
        return values

    def command(self, container):
        """The container's command with its mounts, as its user; the limit of memory stands for the container's."""
        mounts = []
        for mount in container.get("volumeMounts", []):
            source = self.volumes[mount["name"]] / mount.get("subPath", "")
            source.mkdir(parents=True, exist_ok=True)
            os.chown(source, UID, UID)
            mounts.append((str(source), mount["mountPath"], mount.get("readOnly", False)))
        if "service-account" in self.volumes:
            mounts.append((str(self.volumes["service-account"]), "/var/run/secrets/kubernetes.io/serviceaccount", True))
        script = ["set -e", "mount --make-rprivate /"]
        # What lies above a mount is an empty file system of this pod: nothing of the machine is changed, and nothing of another pod is seen.
        for base in ["/etc/candor", "/etc/candor-genesis", "/etc/candor-test", "/run/candor", "/var/lib/candor", "/var/cache/candor", "/var/run/secrets"]:
            script.append(f"mkdir -p {base} && mount -t tmpfs -o mode=755 tmpfs {base}")
        for source, target, read_only in sorted(mounts, key=lambda each: each[1]):
            if target in ("/tmp", "/dev/shm"):
                continue
            script.append(f"mkdir -p {target} && mount --bind '{source}' {target}")
            if read_only:
                script.append(f"mount -o remount,bind,ro {target}")
        limit = amount(container["resources"]["limits"]["memory"])
        script.append('exec setpriv --reuid %d --regid %d --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs "$@"' % (UID, UID))
        java = [
            self.cluster.java, "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+ExitOnOutOfMemoryError",
            f"-XX:MaxRAM={limit}", f"-Djava.io.tmpdir={self.volumes['tmp']}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+AutoCreateSharedArchive", f"-XX:SharedArchiveFile={self.cluster.folder}/claims/candor.jsa",
            "-Xlog:disable", "-Xlog:all=error:stderr", "-cp", self.cluster.class_path, "dev.candor.cluster.cli.Candor",
        ]
        return ["unshare", "--mount", "bash", "-c", "; ".join(script), "pod", *java, *container["args"]]

    def run(self, container, timeout=600):
        with open(self.root / f"{container['name']}.log", "ab") as log:
            done = subprocess.run(self.command(container), env=self.environment(container), stdout=log, stderr=subprocess.STDOUT, timeout=timeout)
        return done.returncode

    def start(self):
        for container in self.spec.get("initContainers", []):
            status = self.run(container)
            if status != 0:
                raise SystemExit(f"{self.name}: {container['name']} ended with {status}; see {self.root}/{container['name']}.log")
        container = self.spec["containers"][0]
        with open(self.root / f"{container['name']}.log", "ab") as log:
            self.process = subprocess.Popen(self.command(container), env=self.environment(container), stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        self.cluster.api.runs(self.name, self.address, self.labels)

    def probe(self, name):
        """What the kubelet would see."""
        get = self.spec["containers"][0][name]["httpGet"]
        port = next(each["containerPort"] for each in self.spec["containers"][0]["ports"] if each["name"] == get["port"])
        try:
            with urllib.request.urlopen(f"http://{self.address}:{port}{get['path']}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def await_ready(self, limit=400):
        until = time.monotonic() + limit
        while self.probe("readinessProbe") != 200:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with {self.process.returncode}; see {self.root}/candor.log")
            if time.monotonic() > until:
                raise SystemExit(f"{self.name} was not ready within {limit} s; see {self.root}/candor.log")
            time.sleep(0.5)

    def stop(self):
        """As the kubelet does: preStop, SIGTERM, and SIGKILL at the end of the grace. How long it took, and whether it ended by itself."""
        if self.process is None or self.process.poll() is not None:
            return 0.0, True
        grace = self.spec["terminationGracePeriodSeconds"]
        began = time.monotonic()
        time.sleep(self.spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"])
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(grace - (time.monotonic() - began))
            return time.monotonic() - began, True
        except subprocess.TimeoutExpired:
            self.kill()
            return time.monotonic() - began, False
        finally:
            self.cluster.api.gone(self.name)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
