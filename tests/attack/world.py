"""An installation with something in it that nobody else is to know or to change."""

import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .asking import Answer, Asking, Headers
from .many_services import ENGINE
from .operations import Operation, operations
from .server import Server

NIL = "00000000-0000-0000-0000-000000000000"
PASSWORD = "correct horse battery"
LABEL = "io.core-monitor."
# What is tried is in the audit, too.
ATTEMPTS = ("refused",)


@dataclass(frozen=True)
class Session:
    """A browser that is signed in."""

    cookie: str
    csrf_token: str

    def headers(self) -> Headers:
        """What a page of the web UI sends."""
        return [("Cookie", self.cookie), ("X-CSRF-Token", self.csrf_token)]


class World:
    """A server, an administrator, and a stack, a template, a token and a user that have a random name. A context manager."""

    def __init__(self, binary: Path) -> None:
        self._server = Server(binary)
        self.name = f"canary-{secrets.token_hex(6)}"
        self.secret = f"hush{secrets.token_hex(12)}"
        self._audited = 0
        self._noted: list[Any] = []

    def __enter__(self) -> Self:
        self.server = self._server.__enter__()
        self.asking = Asking(self.server.port)
        self.admin = bearer(self.server.token)
        self.operations = operations(self.do("GET", "/api/v1/openapi.json").json())
        self.foreign = self._fill(self.name)
        # A request that carries these itself learns nothing from an answer that repeats them.
        ids = [self.foreign[key] for key in ("stacks/{id}", "commands/{id}", "plans/{id}", "containers/{id}")]
        self.canaries = [self.name, self.secret, *ids]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.asking.__exit__(kind, error, trace)
        self._server.__exit__(kind, error, trace)

    def do(self, method: str, path: str, body: object = None, headers: Headers | None = None) -> Answer:
        """A request of the administrator, which succeeds."""
        answer = self.send(self.admin if headers is None else headers, method, path, body)
        if answer.status not in (200, 201, 202, 204):
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.text}")
        return answer

    def send(self, who: Headers, method: str, path: str, body: object = None) -> Answer:
        """A request with JSON, whatever comes of it."""
        content = None if body is None else json.dumps(body).encode()
        if content is None and method != "GET":
            content = b""
        kind = [] if body is None else [("Content-Type", "application/json")]
        return self.asking.ask(method, path, [*who, ("If-Match", "*"), *kind], content)

    def send_operation(
        self, who: Headers, operation: Operation, places: dict[str, str], query: str = "", method: str | None = None
    ) -> Answer:
        """An operation with the example of the document as its body."""
        target = operation.target(places)
        if query:
            target += ("&" if "?" in target else "?") + query
        return self.asking.ask(method or operation.method, target, [*operation.headers, *who], operation.body)

    def token(self, name: str, role: str, stacks: list[str] | None, permissions: list[str] | None = None) -> Headers:
        """The header of a new token."""
        wanted = {"name": name, "role": role, "stacks": stacks, "permissions": permissions or []}
        return bearer(str(self.do("POST", "/api/v1/tokens", wanted).json()["secret"]))

    def sign_in(self, who: Headers) -> Session:
        """A session with the token of a header."""
        token = who[0][1].removeprefix("Bearer ")
        while (answer := self.send([], "POST", "/api/v1/session", {"token": token})).status == 429:
            time.sleep(float(answer.header("retry-after")))
        return session_of(answer)

    def user(self, name: str, role: str, stacks: list[str] | None) -> Session:
        """A new user who is signed in."""
        grants = [{"role": role, "stacks": stacks}]
        invited = self.do("POST", "/api/v1/users", {"name": name, "grants": grants}).json()
        accepted = {"invitation": invited["invitation"], "password": PASSWORD}
        return session_of(self.do("POST", "/api/v1/invitations/accept", accepted, []))

    def leaks(self, answer: Answer, sent: str) -> list[str]:
        """What of the canaries an answer has that the request did not have."""
        said = answer.text
        return [canary for canary in self.canaries if canary in said and canary not in sent]

    def state(self) -> dict[str, Any]:
        """All that an attack could have changed, as the administrator sees it."""
        names = ("stacks", "templates", "commands", "registries", "policy", "alerts")
        state = {name: self.do("GET", f"/api/v1/{name}").json() for name in names}
        state["tokens"] = _without(self.do("GET", "/api/v1/tokens").json(), {"used_at"})
        state["users"] = _without(self.do("GET", "/api/v1/users").json(), {"signed_in_at"})
        state["sessions"] = _without(
            self.do("GET", "/api/v1/sessions").json(), {"used_at", "idle_expires_at", "seen_at"}
        )
        state["audit"] = self._recorded()
        return state

    def _recorded(self) -> list[Any]:
        """The entries of the audit since the last look that are about more than an attempt."""
        cursor = ""
        newest = self._audited
        while True:
            page = self.do("GET", f"/api/v1/audit?limit=200{cursor}").json()
            fresh = [entry for entry in page["items"] if entry["id"] > self._audited]
            newest = max([newest, *(entry["id"] for entry in fresh)])
            self._noted += [entry for entry in fresh if entry["change"] not in ATTEMPTS]
            if len(fresh) < len(page["items"]) or page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        self._audited = newest
        return list(self._noted)

    def fill(self, name: str) -> dict[str, str]:
        """Another stack and what belongs to it."""
        return self._fill(name)

    def _fill(self, name: str) -> dict[str, str]:
        service = f"{name}-service"
        compose = (
            f"services:\n  {service}:\n    image: {name}:1\n    command: [{name}-command]\n"
            f"    environment: {{KEY: '${{KEY}}', NAME: {name}}}\n    volumes: ['{name}-data:/data']\n"
            f"volumes:\n  {name}-data: {{name: {name}-data}}\n"
        )
        definition = {"name": name, "compose": compose, "secret_variables": {"KEY": {"value": self.secret}}}
        created = self.do("POST", "/api/v1/stacks", definition | {"files": {f"{name}.txt": name}}).json()
        stack = str(created["stack"]["stack_id"])
        template = f"x-core-monitor: {{template: {{title: {name}, parameters: {{WORD: {{type: string}}}}}}}}\n"
        template += f"services:\n  {service}:\n    image: {name}:1\n    environment: {{WORD: '${{WORD}}'}}\n"
        self.do("POST", "/api/v1/templates", {"name": name, "compose": template})
        launched = {"values": {"WORD": name}}
        self.do("PUT", f"/api/v1/templates/{name}/instances/one", launched)
        self.do("POST", "/api/v1/tokens", {"name": name, "role": "viewer"})
        self.do("POST", "/api/v1/users", {"name": name, "grants": [{"role": "viewer"}]})
        container = secrets.token_hex(32)
        self._observe(name, service, stack, container)
        plan = self.do("POST", f"/api/v1/stacks/{stack}/plan/1").json()["plan_id"]
        sessions = self.do("GET", "/api/v1/sessions").json()
        items = sessions["items"] if isinstance(sessions, dict) else sessions
        return {
            "stacks/{id}": stack,
            "commands/{id}": str(created["command"]["command_id"]),
            "plans/{id}": str(plan),
            "containers/{id}": container,
            "sessions/{id}": str(items[0]["session_id"]) if items else NIL,
            "{service}": service,
            "{template}": name,
            "{key}": "one",
            "{path}": "compose.yaml",
            "{name}": name,
            "volumes/{name}": f"{name}-data",
            "{host}": "registry.example.org",
        }

    def absent(self, like: dict[str, str]) -> dict[str, str]:
        """Places of the same form and length that nothing is at."""
        other = "a" * len(like["{name}"])
        container = secrets.token_hex(32)
        ids = {key: _other_id(like[key]) for key in ("stacks/{id}", "commands/{id}", "plans/{id}", "sessions/{id}")}
        names = {
            "{name}": other,
            "{template}": other,
            "{service}": f"{other}-service",
            "volumes/{name}": f"{other}-data",
        }
        return like | ids | names | {"containers/{id}": container}

    def _observe(self, name: str, service: str, stack: str, container: str) -> None:
        """What a worker would have written: one container of the stack runs."""
        now = int(time.time() * 1000)
        instance = str(self.do("GET", "/api/v1/about").json()["installation_id"])
        labels = {"instance": instance, "stack": stack, "service": service, "slot": "1", "version": "1"}
        observed: dict[str, Any] = {
            "id": container,
            "name": f"{name}-{service}-1",
            "labels": {LABEL + key: value for key, value in labels.items()},
            "image": f"{name}:1",
            "image_id": f"sha256:{container}",
            "state": {"status": "running"},
            "health": None,
            "created_at": "2026-01-01T00:00:00Z",
            "started_at": "2026-01-01T00:00:00Z",
            "finished_at": None,
            "restart_count": 0,
            "error": "",
            "networks": {},
            "network_mode": f"{name}_default",
            "pid_mode": "",
            "ipc_mode": "",
            "mounts": [],
            "ports": [],
        }
        occupant = {
            "id": container,
            "name": observed["name"],
            "image": observed["image"],
            "owner": stack,
            "ours": True,
            "component": False,
            "up": True,
            "networks": [f"{name}_default"],
            "ports": [],
        }
        volume = {"name": f"{name}-data", "driver": "local", "options": {}, "labels": {f"{LABEL}stack": stack}}
        with sqlite3.connect(self.server.data / "core-monitor.db", timeout=30) as database:
            before = database.execute("SELECT body FROM observation_host").fetchone()
            nothing: list[object] = []
            empty = {"taken_at": "1970-01-01T00:00:00Z", "engine": ENGINE} | dict.fromkeys(
                ("networks", "volumes", "images", "occupants"), nothing
            )
            host = json.loads(before[0]) if before else empty
            host["occupants"] = [*host["occupants"], occupant]
            host["volumes"] = [*host["volumes"], volume]
            row = (now, secrets.token_hex(32), json.dumps(host))
            database.execute(
                "INSERT OR REPLACE INTO observation_host (id, taken_at, hash, body) VALUES (1, ?, ?, ?)", row
            )
            of_stack = (stack, secrets.token_hex(32), json.dumps([observed]))
            database.execute(
                "INSERT OR REPLACE INTO observation_stack (stack_id, hash, body) VALUES (?, ?, ?)", of_stack
            )
        database.close()


def bearer(token: str) -> Headers:
    """The header of a token."""
    return [("Authorization", f"Bearer {token}")]


def session_of(answer: Answer) -> Session:
    """The session that an answer begins."""
    cookie = answer.header("set-cookie").split(";", maxsplit=1)[0]
    return Session(cookie, str(answer.json()["csrf_token"]))


def _other_id(known: str) -> str:
    # The same moment, so that not even that differs.
    return known[:-8] + secrets.token_hex(4)


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, names) for key, item in value.items() if key not in names}
    return [_without(item, names) for item in value] if isinstance(value, list) else value
