#!/usr/bin/env python3
"""sign.py LAYOUT KEY REFERENCE DIGEST TAG: an OCI layout with the signature of an image, as cosign keeps it beside the image.

TAG is that of the signature: sha256-HEX.sig. KEY is a private key in PEM; REFERENCE and DIGEST are what is signed.
"""
import base64, hashlib, json, os, subprocess, sys

layout, key, reference, digest, tag = sys.argv[1:]


def blob(content):
    name = hashlib.sha256(content).hexdigest()
    with open(f"{layout}/blobs/sha256/{name}", "wb") as file:
        file.write(content)
    return {"digest": "sha256:" + name, "size": len(content)}


os.makedirs(layout + "/blobs/sha256")
payload = json.dumps({"critical": {"identity": {"docker-reference": reference},
                                   "image": {"docker-manifest-digest": digest},
                                   "type": "cosign container image signature"}, "optional": None}).encode()
signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=payload, stdout=subprocess.PIPE,
                           check=True).stdout
layer = {"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json", **blob(payload),
         "annotations": {"dev.cosignproject.cosign/signature": base64.b64encode(signature).decode()}}
config = {"mediaType": "application/vnd.oci.image.config.v1+json",
          **blob(json.dumps({"architecture": "", "os": "", "config": {}, "rootfs": {
              "type": "layers", "diff_ids": [layer["digest"]]}}).encode())}
manifest = {"mediaType": "application/vnd.oci.image.manifest.v1+json",
            **blob(json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                               "config": config, "layers": [layer]}).encode()),
            "annotations": {"org.opencontainers.image.ref.name": tag}}
with open(layout + "/oci-layout", "w") as file:
    file.write('{"imageLayoutVersion": "1.0.0"}')
with open(layout + "/index.json", "w") as file:
    json.dump({"schemaVersion": 2, "manifests": [manifest]}, file)
