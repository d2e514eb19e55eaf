#!/usr/bin/env python3
"""make_store.py ROOT MERGED: a store with images, and what their layers are together.

Neither the store nor the merged trees are made by taru: layers are packed and unpacked by GNU tar, whiteouts are made
here. ROOT is laid out as src/image/store.h says. MERGED gets a folder for each image.

  one:1, one:2         the same image: one layer, gzip
  two:latest           that layer, and one above it, zstd
  localhost/plain:x    the same two, without compression
  many:latest          500 layers, each with a file of its own and one that all have
  empty:latest         no layer
"""
import gzip, hashlib, json, os, shutil, subprocess, sys, tempfile

TAR = ["tar", "--format=pax", "--xattrs", "--xattrs-include=*", "--numeric-owner", "--sort=name"]


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def hexes(digest):
    return digest.split(":")[1]


def write(path, data=b"", mode=0o644, owner=(0, 0), time=1234567890123456789):
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)
    os.chown(path, *owner)
    os.utime(path, ns=(time, time))


def below(top):
    """All kinds of files."""
    os.makedirs(top + "/bin")
    write(top + "/bin/su", b"setuid\n" * 1000, 0o4755)
    os.chmod(top + "/bin/su", 0o4755)
    os.link(top + "/bin/su", top + "/bin/another")
    os.link(top + "/bin/su", top + "/zz-link")
    write(top + "/bin/ping", b"p", 0o755)
    os.setxattr(top + "/bin/ping", "security.capability",
                bytes.fromhex("0100000200200000000000000000000000000000"))
    os.setxattr(top + "/bin/ping", "user.bytes", b"\0\n=\xff")
    os.makedirs(top + "/etc/gone")
    write(top + "/etc/gone/file", b"x")
    write(top + "/etc/old", b"old", owner=(70000, 70001))
    write(top + "/etc/changed", b"before", 0o600)
    os.makedirs(top + "/opaque/sub")
    write(top + "/opaque/hidden", b"x")
    os.symlink("/etc/passwd", top + "/link")
    os.symlink("x" * 300, top + "/longlink")
    os.lchown(top + "/link", 3000000, 5)
    os.utime(top + "/link", ns=(1, 99999999999000000001), follow_symlinks=False)
    os.mkfifo(top + "/fifo", 0o600)
    os.mknod(top + "/null", 0o020666, os.makedev(1, 3))
    os.mknod(top + "/disk", 0o060660, os.makedev(8, 1))
    write(top + "/before-1970", b"", time=-1500000000)
    write(top + "/with\nnewline \xff".encode("latin-1").decode("utf-8", "surrogateescape"), b"odd")
    deep = top + "/deep"
    for _ in range(30):
        deep += "/a-rather-long-name"
    os.makedirs(deep)
    write(deep + "/file", b"deep")
    with open(top + "/sparse", "wb") as file:
        file.seek(5 << 20)
        file.write(b"in the middle")
        file.truncate(9 << 20)
    os.makedirs(top + "/tmp")
    os.chmod(top + "/tmp", 0o1777)
    os.chown(top + "/tmp", 12, 13)
    os.setxattr(top + "/tmp", "user.folder", b"yes")


def above(top):
    """Changes: `.wh.x` removes x, `.wh..wh..opq` all that is below."""
    os.makedirs(top + "/etc")
    write(top + "/etc/.wh.gone")
    write(top + "/etc/changed", b"after", 0o640)
    write(top + "/etc/new", b"new")
    os.makedirs(top + "/opaque")
    write(top + "/opaque/.wh..wh..opq")
    write(top + "/opaque/seen", b"x")
    write(top + "/.wh.link")


def numbered(number):
    def fill(top):
        write(f"{top}/file-{number}", str(number).encode())
        write(top + "/last", str(number).encode())
    return fill


def unpack(layer, diff):
    """As overlayfs wants it with userxattr."""
    subprocess.run(TAR + ["-C", diff, "-xpf", layer], check=True)
    for folder, _, files in os.walk(os.fsencode(diff)):
        if b".wh..wh..opq" in files:
            os.setxattr(folder, "user.overlay.opaque", b"y")
        for name in files:
            if name.startswith(b".wh."):
                before = os.lstat(folder)
                os.unlink(folder + b"/" + name)
                if name != b".wh..wh..opq":
                    os.mknod(folder + b"/" + name[4:], 0o020000, 0)
                os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))


def merge(layer, merged):
    """What the layer does to the tree of those below."""
    names = subprocess.run(["tar", "--quoting-style=literal", "-tf", layer], check=True, stdout=subprocess.PIPE).stdout
    for name in names.split(b"\n"):
        folder, _, last = (os.fsencode(merged) + b"/" + name).rpartition(b"/")
        if last == b".wh..wh..opq":
            for old in os.listdir(folder):
                old = folder + b"/" + old
                shutil.rmtree(old) if os.path.isdir(old) and not os.path.islink(old) else os.unlink(old)
        elif last.startswith(b".wh."):
            old = folder + b"/" + last[4:]
            shutil.rmtree(old) if os.path.isdir(old) and not os.path.islink(old) else os.unlink(old)
    subprocess.run(TAR + ["-C", merged, "--exclude=.wh.*", "-xpf", layer], check=True)


class Store:
    def __init__(self, root, merged):
        self.root, self.merged, self.rows, self.packed = root, merged, [], {}
        self.blobs = root + "/images/blobs/sha256/"
        for folder in (self.blobs, root + "/layers", root + "/partial", merged):
            os.makedirs(folder)
        os.chmod(root, 0o700)

    def put(self, data):
        digest = sha256(data)
        with open(self.blobs + hexes(digest), "wb") as file:
            file.write(data)
        return {"digest": digest, "size": len(data)}

    def pack(self, fill):
        """The layer as a tar, made once."""
        if fill not in self.packed:
            with tempfile.TemporaryDirectory() as top:
                os.makedirs(top + "/tree")
                fill(top + "/tree")
                data = subprocess.run(TAR + ["-C", top + "/tree", "-c"] + sorted(os.listdir(top + "/tree")), check=True,
                                      stdout=subprocess.PIPE).stdout
            self.packed[fill] = data
        return self.packed[fill]

    def blob(self, data, compression):
        if compression == "gzip":
            data = gzip.compress(data, mtime=0)
        elif compression == "zstd":
            data = subprocess.run(["zstd", "-q", "-c"], input=data, check=True, stdout=subprocess.PIPE).stdout
        kind = "application/vnd.oci.image.layer.v1.tar" + ("+" + compression if compression else "")
        return {"mediaType": kind, **self.put(data)}

    def add_layer(self, chain, data, diff_id, merged):
        chain = sha256(f"{chain} {diff_id}".encode()) if chain else diff_id
        folder = f"{self.root}/layers/{hexes(chain)}"
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            if not os.path.exists(folder):
                os.makedirs(folder + "/diff")
                unpack(file.name, folder + "/diff")
                with open(folder + "/layer.json", "w") as facts:
                    json.dump({"chain-id": chain, "diff-id": diff_id, "blob": "", "size": 0}, facts)
            merge(file.name, merged)
        return chain

    def add_image(self, names, fills, compressions):
        merged = f"{self.merged}/{names[0].split('/')[-1].split(':')[0]}"
        os.makedirs(merged)
        layers, diff_ids, chain = [], [], None
        for fill, compression in zip(fills, compressions):
            data = self.pack(fill)
            layers.append(self.blob(data, compression))
            diff_ids.append(sha256(data))
            chain = self.add_layer(chain, data, diff_ids[-1], merged)
        config = {"created": "2024-01-02T03:04:05Z", "architecture": "amd64", "os": "linux",
                  "config": {"Env": ["NAMED=" + names[0]]}, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                               **self.put(json.dumps(config).encode())}, "layers": layers}
        row = {"mediaType": manifest["mediaType"], **self.put(json.dumps(manifest).encode())}
        for name in names:
            self.rows.append({**row, "annotations": {"org.opencontainers.image.ref.name": name}})

    def finish(self):
        with open(self.root + "/images/oci-layout", "w") as file:
            json.dump({"imageLayoutVersion": "1.0.0"}, file)
        with open(self.root + "/images/index.json", "w") as file:
            json.dump({"schemaVersion": 2, "manifests": self.rows}, file)


def main():
    store = Store(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    store.add_image(["docker.io/library/one:1", "docker.io/library/one:2"], [below], ["gzip"])
    store.add_image(["docker.io/library/two:latest"], [below, above], ["gzip", "zstd"])
    store.add_image(["localhost/plain:x"], [below, above], ["", ""])
    store.add_image(["docker.io/library/many:latest"], [numbered(i) for i in range(500)], [""] * 500)
    store.add_image(["docker.io/library/empty:latest"], [], [])
    store.finish()


main()
