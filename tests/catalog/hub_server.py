"""Speaks as much of the Hugging Face hub's language as its own client library needs, on top of ``WebServer``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.catalog.web_server import WebServer

COMMIT = "a" * 40


def serve_repository(server: WebServer, repository: str, folder: Path, revision: str = "main") -> None:
    """Put the package in ``folder`` on the server as the repository ``owner/name``."""
    siblings = []
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        item = {"rfilename": path.name, "size": len(data), "blobId": hashlib.sha1(data).hexdigest()}
        if path.suffix == ".safetensors":
            item["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
        siblings.append(item)
        server.files[f"/{repository}/resolve/{COMMIT}/{path.name}"] = data
    info = {"id": repository, "modelId": repository, "sha": COMMIT, "private": False, "gated": False, "disabled": False,
            "tags": [], "downloads": 0, "likes": 0, "siblings": siblings}
    body = json.dumps(info).encode()
    server.files[f"/api/models/{repository}/revision/{revision}"] = body
    server.files[f"/api/models/{repository}"] = body
