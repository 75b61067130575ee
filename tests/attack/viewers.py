"""Somebody who may look at some stacks, or at all, tries to do more and to see more."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from .asking import Asking, Headers
from .compared import compare, difference
from .findings import Attempts
from .operations import Operation
from .world import PASSWORD, World

OWN = "mine-*"
UPGRADE = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
]


def attacks(binary: Path) -> Iterator[Attempts]:
    """All against one installation."""
    with World(binary) as world:
        mine = world.fill("mine-web-and-more")
        viewers = {
            "a token for everything": (world.token("sees-all", "viewer", None), set()),
            "a token for some stacks": (world.token("sees-some", "viewer", [OWN]), set()),
            "a token with `files`": (world.token("sees-files", "viewer", [OWN], ["files"]), {"files"}),
            "a user": (world.user("ann", "viewer", [OWN]).headers(), set()),
        }
        yield _more(world, viewers, mine)
        scoped = {called: who for called, (who, _) in viewers.items() if "everything" not in called}
        yield _foreign(world, scoped)
        yield _told(world, scoped, mine)
        yield _guesses(world, scoped)
        yield _forgery(world)
        yield _escalation(world, viewers["a user"][0])
        yield _upgrades(world, scoped)
        yield _listening(world, scoped)


def _more(world: World, viewers: dict[str, tuple[Headers, set[str]]], mine: dict[str, str]) -> Attempts:
    attempts = Attempts("a viewer: what takes another role or a permission")
    before = world.state()
    for called, (who, permissions) in viewers.items():
        for operation in world.operations:
            if not operation.takes_more_than(permissions):
                continue
            for places in (mine, world.foreign):
                answer = world.send_operation(who, operation, places)
                is_refused = (answer.status, answer.code) == (403, "forbidden")
                fault = (
                    f"{called}: {operation.method} {operation.target(places)}: {answer.status} {answer.body[:160]!r}"
                )
                attempts.judge(None if is_refused else fault, f"{answer.status} {answer.code}")
    _unchanged(world, attempts, before)
    return attempts


def _foreign(world: World, scoped: dict[str, Headers]) -> Attempts:
    attempts = Attempts("a viewer of some stacks: others, beside such as do not exist")
    before = world.state()
    for called, who in scoped.items():
        compare(world, attempts, who, world.absent(world.foreign), called)
        # Names that would be taken, were they theirs.
        absent = world.absent(world.foreign)
        for path, compose in (("stacks", "services: {a: {image: b}}"), ("templates", "services: {a: {image: b}}")):
            foreign, nothing = (
                world.send(who, "POST", f"/api/v1/{path}", {"name": places["{name}"], "compose": compose})
                for places in (world.foreign, absent)
            )
            fault = difference(world, foreign, nothing, absent, f"{called}: POST {path} by name")
            attempts.judge(fault, str(foreign.status))
    _unchanged(world, attempts, before)
    return attempts


def _told(world: World, scoped: dict[str, Headers], mine: dict[str, str]) -> Attempts:
    attempts = Attempts("a viewer of some stacks: what every operation tells of the others")
    for called, who in scoped.items():
        for operation in world.operations:
            # What ends the session of who asks comes last.
            if operation.name.startswith("DELETE /api/v1/session"):
                continue
            answer = world.send_operation(who, operation, mine)
            leaks = world.leaks(answer, operation.target(mine))
            fault = f"{called}: {operation.method} {operation.target(mine)}: {answer.status}, tells {leaks}"
            attempts.judge(fault if leaks else None, str(answer.status))
    return attempts


def _guesses(world: World, scoped: dict[str, Headers]) -> Attempts:
    attempts = Attempts("a viewer of some stacks: ids near known ones, names, patterns and paths in place of ids")
    stack = world.foreign["stacks/{id}"]
    guesses = [
        world.name,
        stack.upper(),
        stack.replace("-", ""),
        f"{{{stack}}}",
        f"urn:uuid:{stack}",
        f"mine-x/../{stack}",
        f"mine-x%2f..%2f{stack}",
        f"{stack}%00",
        f"{stack}%20",
        f"%20{stack}",
        f"{stack};mine",
        f"{stack}?name=mine-x",
        f"{stack},{stack}",
        "*",
        "%2a",
        "canary-*",
        "..",
        "0",
        "-1",
        "null",
    ]
    # Ids of the same millisecond count up.
    guesses += [f"{int(stack.replace('-', ''), 16) + step:032x}" for step in range(-20, 21)]
    container = world.foreign["containers/{id}"]
    containers = [container[:length] for length in (4, 8, 12, 32, 63)] + [
        container.upper(),
        f"{container}0",
        f"/{container}",
    ]
    containers += [f"{world.name}-{world.foreign['{service}']}-1", f"%2f{world.name}"]
    targets = [f"/api/v1/stacks/{guess}{end}" for guess in guesses for end in ("", "/status", "/versions/1", "/logs")]
    targets += [f"/api/v1/containers/{guess}{end}" for guess in containers for end in ("/inspect", "/logs", "/top")]
    targets += [
        f"/api/v1/{kind}?stack_id={guess}"
        for guess in guesses[:5]
        for kind in ("commands", "events", "stats", "containers")
    ]
    targets += [f"/api/v1/stacks?name={guess}" for guess in (world.name, "*", "%25", "canary", "mine-*,canary-*")]
    targets += [f"/api/v1/stacks?limit=200&sort={sort}" for sort in ("name", "-name", "created_at", "x")]
    for called, who in scoped.items():
        for target in targets:
            answer = world.asking.ask("GET", target, who)
            leaks = world.leaks(answer, target)
            attempts.judge(
                f"{called}: GET {target}: {answer.status}, tells {leaks}" if leaks else None, str(answer.status)
            )
    return attempts


def _forgery(world: World) -> Attempts:
    """Another site has the browser of an administrator send everything; their cookie is in it."""
    attempts = Attempts("cross-site requests with the cookie of an administrator")
    session, other = world.sign_in(world.admin), world.sign_in(world.admin)
    cookie = ("Cookie", session.cookie)
    own, token = f"http://127.0.0.1:{world.server.port}", ("X-CSRF-Token", session.csrf_token)
    without: list[Headers] = [
        [],
        [("X-CSRF-Token", "")],
        [("X-CSRF-Token", "x")],
        [("X-CSRF-Token", session.csrf_token[:-1])],
        [("X-CSRF-Token", session.csrf_token.upper())],
        [("X-CSRF-Token", other.csrf_token)],
        [token, token],
        [("X-XSRF-Token", session.csrf_token)],
        [("X-Requested-With", "XMLHttpRequest")],
        [("Origin", own)],
        [("Origin", own), ("Sec-Fetch-Site", "same-origin")],
        [("Cookie", f"csrf_token={session.csrf_token}")],
        [("Content-Type", "text/plain")],
        [("Content-Type", "application/x-www-form-urlencoded")],
        [("Content-Type", "multipart/form-data; boundary=x")],
    ]
    # With the right header, so that it is the second line that is tried.
    foreign: list[Headers] = [
        [("Origin", "https://evil.example")],
        [("Origin", "null")],
        [("Origin", "")],
        [("Origin", f"{own}.evil.example")],
        [("Origin", f"http://127.0.0.1:{world.server.port + 1}")],
        [("Origin", f"{own}@evil.example")],
        [("Origin", own), ("Origin", "https://evil.example")],
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
        [("Origin", own), ("Sec-Fetch-Site", "cross-site")],
    ]
    writes = [[cookie, *headers] for headers in without] + [[cookie, token, *headers] for headers in foreign]
    reads = [[cookie, *headers] for headers in foreign]
    before = world.state()
    for operation in (operation for operation in world.operations if not operation.is_open):
        for headers in writes if operation.writes else reads:
            answer = world.send_operation(headers, operation, world.foreign)
            leaks = world.leaks(answer, operation.target(world.foreign))
            is_refused = answer.status in (401, 403) and not leaks
            fault = f"{operation.name} with {headers}: {answer.status} {answer.body[:120]!r}"
            attempts.judge(None if is_refused else fault, f"{answer.status} {answer.code}")
    _unchanged(world, attempts, before)
    return attempts


def _escalation(world: World, ann: Headers) -> Attempts:
    attempts = Attempts(
        "a viewer: more for themselves, by fields that nobody asked for and by operations of administrators"
    )
    all_of_it = {"role": "administrator", "stacks": None, "permissions": ["terminal", "files", "secrets"]}
    extra: dict[str, object] = {
        "role": "administrator",
        "roles": ["administrator"],
        "grants": [all_of_it],
        "permissions": all_of_it["permissions"],
        "stacks": None,
        "is_admin": True,
        "name": "admin",
        "actor": {"kind": "token", "name": "admin"},
        "__proto__": {"role": "administrator"},
    }
    sessions = world.do("GET", "/api/v1/sessions").json()["items"]
    # Everybody may end their own.
    admin_session = next(one["session_id"] for one in sessions if one["actor"]["name"] == "admin")
    fresh = world.token("sees-little", "viewer", [OWN])
    secret = fresh[0][1].removeprefix("Bearer ")
    before = world.state()
    requests: list[tuple[Headers, str, str, object]] = []
    for who in (ann, fresh):
        requests += [
            (who, "POST", "/api/v1/tokens", {"name": "mine", **all_of_it}),
            (who, "POST", "/api/v1/tokens", {"name": "mine", "role": "viewer", "stacks": [OWN]}),
            (who, "POST", "/api/v1/tokens/sees-little/rotate", None),
            (who, "POST", "/api/v1/tokens/admin/rotate", None),
            (who, "DELETE", "/api/v1/tokens/admin", None),
            (who, "POST", "/api/v1/users", {"name": "eve", "grants": [all_of_it]}),
            (who, "PUT", "/api/v1/users/ann/grants", {"grants": [all_of_it]}),
            (who, "PUT", "/api/v1/users/ANN/grants", {"grants": [all_of_it]}),
            (who, "POST", "/api/v1/users/ann/invitation", None),
            (who, "DELETE", "/api/v1/users/ann", None),
            (who, "GET", "/api/v1/audit", None),
            (who, "GET", "/api/v1/users", None),
            (who, "PUT", "/api/v1/policy", {"rules": [], "revision": 0}),
            (who, "DELETE", f"/api/v1/sessions/{admin_session}", None),
            (who, "DELETE", f"/api/v1/sessions/{world.foreign['stacks/{id}']}", None),
        ]
        for field, value in extra.items():
            password = {"password": PASSWORD, "new_password": f"{PASSWORD} 2", field: value}
            requests.append((who, "PUT", "/api/v1/account/password", password))
    for field, value in extra.items():
        requests.append(([], "POST", "/api/v1/session", {"token": secret, field: value}))
        requests.append(
            ([], "POST", "/api/v1/setup", {"name": "eve", "password": PASSWORD, "token": "cms_x", field: value})
        )
        requests.append(
            ([], "POST", "/api/v1/invitations/accept", {"invitation": "cmi_x", "password": PASSWORD, field: value})
        )
    for who, method, path, body in requests:
        answer = world.send(who, method, path, body)
        fault = f"{method} {path} {json.dumps(body)}: {answer.status} {answer.body[:160]!r}"
        attempts.judge(None if answer.status in range(400, 500) else fault, f"{answer.status} {answer.code}")
    _unchanged(world, attempts, before)
    return attempts


def _upgrades(world: World, scoped: dict[str, Headers]) -> Attempts:
    attempts = Attempts("WebSockets without a ticket that is valid")
    container = world.foreign["containers/{id}"]
    tickets = ["", "x", "null", "A" * 43, "A" * 5_000, container, world.server.token, "%00", "*", "..%2f"]
    callers: dict[str, Headers] = {"nobody": [], "an administrator": world.admin} | scoped
    for called, who in callers.items():
        for query in [
            "",
            *(f"?ticket={ticket}" for ticket in tickets),
            "?ticket=a&ticket=b",
            f"?container={container}",
        ]:
            for origin in (
                [],
                [("Origin", "https://evil.example")],
                [("Sec-WebSocket-Protocol", f"bearer, {world.server.token}")],
            ):
                answer = world.asking.ask("GET", f"/api/v1/terminal{query}", [*who, *UPGRADE, *origin])
                fault = f"{called}: GET /api/v1/terminal{query} with {origin}: {answer.status}"
                attempts.judge(None if answer.status in range(400, 500) else fault, str(answer.status))
    for called, who in scoped.items():
        for operation in world.operations:
            if operation.permission is not None and operation.permission["permission"] == "terminal":
                answer = world.send_operation([*who, *UPGRADE], operation, world.foreign)
                fault = f"{called}: {operation.method} {operation.target(world.foreign)}: {answer.status}"
                attempts.judge(None if answer.status == 403 else fault, str(answer.status))
    return attempts


def _listening(world: World, scoped: dict[str, Headers]) -> Attempts:
    """Every stream is listened to while the foreign stack changes."""
    attempts = Attempts("a viewer of some stacks: streams, while others change")
    streams = [operation for operation in world.operations if operation.is_stream]
    ended = threading.Event()
    changing = threading.Thread(target=_change, args=(world, ended))
    changing.start()
    try:
        for called, who in scoped.items():
            for operation in streams:
                filters = {
                    "stack_id": [world.foreign["stacks/{id}"]],
                    "after": ["0"],
                    "topics": ["events", "changes", "statistics", "events,changes,statistics"],
                    "every": ["1"],
                }
                queries = [
                    f"{name}={value}" for name, values in filters.items() if name in operation.takes for value in values
                ]
                for query in ["", *queries]:
                    _listen(world, attempts, called, who, operation, query)
    finally:
        ended.set()
        changing.join()
    return attempts


def _listen(world: World, attempts: Attempts, called: str, who: Headers, operation: Operation, query: str) -> None:
    answer = world.send_operation(who, operation, world.foreign, query)
    leaks = world.leaks(answer, f"{operation.target(world.foreign)} {query}")
    fault = f"{called}: {operation.name} ?{query}: {answer.status}, tells {leaks}"
    attempts.judge(fault if leaks else None, str(answer.status))


def _change(world: World, ended: threading.Event) -> None:
    stack = world.foreign["stacks/{id}"]
    with Asking(world.server.port) as asking:
        turn = 0
        while not ended.is_set():
            turn += 1
            body = json.dumps({"tag": f"good-{turn}"}).encode()
            headers = [*world.admin, ("Content-Type", "application/json"), ("If-Match", "*")]
            asking.ask("PATCH", f"/api/v1/stacks/{stack}/versions/1", headers, body)
            on_failure = json.dumps({"on_failure": "hold" if turn % 2 else "continue"}).encode()
            asking.ask("PATCH", f"/api/v1/stacks/{stack}", headers, on_failure)
            asking.ask("POST", f"/api/v1/stacks/{stack}/stop", headers, b"{}")
            time.sleep(0.05)


def _unchanged(world: World, attempts: Attempts, before: dict[str, object]) -> None:
    after = world.state()
    attempts.findings += [f"the {name} changed: {after[name]}"[:600] for name in after if after[name] != before[name]]
