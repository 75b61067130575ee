"""The operations that a server documents, so that a new one is attacked as soon as it is there."""

import io
import json
import tarfile
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from .asking import Headers

METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One of them."""

    method: str
    path: str
    # `x-permission` of the document; `None` for one that asks nobody who they are.
    permission: dict[str, Any] | None
    is_open: bool
    is_stream: bool
    # Names of all parameters of the query, and the required ones with values.
    takes: frozenset[str]
    query: str
    headers: Headers
    body: bytes | None

    @property
    def name(self) -> str:
        """As people write it."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether a browser may not send it by itself."""
        return self.method != "GET"

    def takes_more_than(self, permissions: set[str]) -> bool:
        """Whether a viewer with these permissions may not do it."""
        if self.permission is None:
            return False
        permission = self.permission["permission"]
        return self.permission["role"] != "viewer" or (permission is not None and permission not in permissions)

    def target(self, places: dict[str, str]) -> str:
        """The path with its query. `places` has values for `folder/{parameter}` or `{parameter}`."""
        parts = self.path.split("/")
        filled = []
        for before, part in zip(["", *parts], parts, strict=False):
            if part.startswith("{"):
                part = quote(places.get(f"{before}/{part}", places.get(part, "1")), safe="")
            filled.append(part)
        return "/".join(filled) + (f"?{self.query}" if self.query else "")


def operations(document: dict[str, Any]) -> list[Operation]:
    """All of a document."""
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                found.append(_read(method, path, item[method]))
    return found


def _read(method: str, path: str, written: dict[str, Any]) -> Operation:
    parameters = written.get("parameters", [])
    required = [one for one in parameters if one.get("required")]
    query = {one["name"]: one.get("example", "x") for one in required if one["in"] == "query"}
    headers = [(one["name"], str(one.get("example", "*"))) for one in required if one["in"] == "header"]
    body: bytes | None = None
    content = written.get("requestBody", {}).get("content", {})
    if content:
        kind, described = next(iter(content.items()))
        body = _example(kind, described)
        headers.append(("Content-Type", kind))
    elif method != "get":
        body = b""
    # A definition from an archive has its name in the query.
    if path.endswith("/stacks/archive") and "name" not in query:
        query["name"] = "shop"
    answers = written["responses"].get("200", {}).get("content", {})
    return Operation(
        method=method.upper(),
        path=path,
        permission=written.get("x-permission"),
        is_open=written.get("security") == [{}],
        is_stream="text/event-stream" in answers,
        takes=frozenset(one["name"] for one in parameters if one["in"] == "query"),
        query=urlencode(query),
        headers=headers,
        body=body,
    )


def _example(kind: str, described: dict[str, Any]) -> bytes:
    if kind == "application/json":
        examples = [one.get("value") for one in described.get("examples", {}).values()]
        return json.dumps(described.get("example", examples[0] if examples else {})).encode()
    return folder({"compose.yaml": b"services:\n  web:\n    image: demo\n"})


def folder(files: dict[str, bytes]) -> bytes:
    """A project folder as a tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()
