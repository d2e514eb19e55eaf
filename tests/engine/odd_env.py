#!/usr/bin/python3
"""odd_env.py STORE NAME: writes into the config of an image what `import` would not: entries of Env that are no
NAME=VALUE. The digests follow."""
import hashlib, json, os, sys

store, name = sys.argv[1:]
blobs = store + "/images/blobs/sha256/"
index = json.load(open(store + "/images/index.json"))
row = next(row for row in index["manifests"] if name in row["annotations"]["org.opencontainers.image.ref.name"])


def put(document):
    data = json.dumps(document).encode()
    digest = hashlib.sha256(data).hexdigest()
    with open(blobs + digest, "wb") as file:
        file.write(data)
    return "sha256:" + digest, len(data)


manifest = json.load(open(blobs + row["digest"][7:]))
config = json.load(open(blobs + manifest["config"]["digest"][7:]))
config["config"]["Env"] += ["SECRET_*", "SECRET_ONE", "=x", ""]
manifest["config"]["digest"], manifest["config"]["size"] = put(config)
row["digest"], row["size"] = put(manifest)
row["annotations"] = {key: value for key, value in row["annotations"].items() if not key.startswith("dev.taru.")}
with open(store + "/images/index.json", "w") as file:
    json.dump(index, file)
