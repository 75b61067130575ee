"""Somebody without a valid token or session asks for every operation, in every way that might be mistaken for one."""

import base64
from collections.abc import Iterator
from pathlib import Path

from .asking import Answer, Headers
from .findings import Attempts
from .operations import Operation
from .world import World

# A request that is malformed may be refused as such before anybody is asked who they are; 0 is a connection that was closed.
REFUSED = frozenset({0, 400, 401, 403, 404, 405, 411, 413, 414, 415, 429, 431, 501, 505})
# An open operation says what it thinks of its body.
REFUSED_OPEN = REFUSED | {409, 422, 426}
# What is to be had without a token, whatever comes with the request.
# The last one tells whether there is a provider to sign in with, and what it is called.
PUBLIC = ("/healthz", "/readyz", "/api/v1/openapi.json", "/api/v1/setup", "/api/v1/session/oidc")
# What a path must not be mistaken for.
OPEN_PREFIXES = ("/healthz", "/swagger-ui", "/api/v1/openapi.json", "/api/v1/session", "/api/v1/setup", "/assets")


def attacks(binary: Path) -> Iterator[Attempts]:
    """All against one installation."""
    with World(binary) as world:
        ended = world.sign_in(world.admin)
        world.do("DELETE", "/api/v1/session", None, ended.headers())
        living = world.sign_in(world.admin)
        closed = [operation for operation in world.operations if not operation.is_open]
        yield _with(
            world, closed, "no token, a wrong one, or a right one in a wrong place", _tokens(world.server.token)
        )
        cookies = _cookies(living.cookie, living.csrf_token, ended.cookie)
        yield _with(world, closed, "cookies of no session, of one that has ended, or of two", cookies)
        yield _with(world, closed, "headers that a proxy or a framework might believe", _believed())
        yield _paths(world, closed)
        yield _methods(world, closed)
        yield _open(world)
        # The attacks above would prove nothing if this token were not valid.
        attempts = Attempts("the same token in its place: the control of this table")
        status = world.send(world.admin, "GET", "/api/v1/stacks").status
        attempts.judge(None if status == 200 else f"GET /api/v1/stacks answered {status}", "accepted")
        yield attempts


def _tokens(token: str) -> list[tuple[Headers, str]]:
    """Headers, and what is added to the query."""
    basic = base64.b64encode(f"admin:{token}".encode()).decode()
    values = [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer \t",
        "Bearer null",
        "Bearer undefined",
        "Bearer cm_",
        "Bearer *",
        "Bearer %",
        "Bearer ' OR 1=1 --",
        f"Bearer {'a' * 64}",
        f"Bearer {'a' * 6_000}",
        f"Bearer {'a' * 200_000}",
        f"Bearer {token}x",
        f"Bearer {token[:-1]}",
        f"Bearer {token[1:]}",
        f"Bearer {token.upper()}X",
        f"Bearer {token.swapcase()}",
        f"Bearer {token}\x00",
        f"Bearer \x00{token}",
        f"Bearer {token}\x7f",
        f"Bearer {token},{token}",
        f"Bearer {token} {token}",
        f"Bearer x, Bearer {token}",
        f'Bearer "{token}"',
        f"Bearer\t{token}",
        f"Bearer{token}",
        f"Bearer={token}",
        f"Bearer: {token}",
        f"Basic {basic}",
        f"Basic {token}",
        f"Token {token}",
        f"Digest {token}",
        f"ApiKey {token}",
        token,
    ]
    tried: list[tuple[Headers, str]] = [([], "")]
    # Encoded as Latin-1, every character is a byte; one that has no place in a secret is never a valid one.
    tried += [([("Authorization", value)], "") for value in values if value.swapcase() != f"bEARER {token}"]
    bearer = ("Authorization", f"Bearer {token}")
    tried += [([bearer, other], "") for other in (bearer, ("Authorization", "Bearer x"), ("authorization", ""))]
    tried += [([("Authorization", "Basic x"), bearer], "")]
    names = (
        "token",
        "access_token",
        "authorization",
        "Authorization",
        "bearer",
        "api_key",
        "apikey",
        "key",
        "ticket",
        "session",
    )
    tried += [([], f"{name}={token}") for name in names]
    tried += [([], f"Authorization=Bearer%20{token}")]
    headers = (
        "X-Api-Key",
        "Api-Key",
        "X-Auth-Token",
        "X-Access-Token",
        "X-Token",
        "X-Authorization",
        "Proxy-Authorization",
    )
    tried += [([(name, value)], "") for name in headers for value in (token, f"Bearer {token}")]
    cookies = (
        "token",
        "access_token",
        "Authorization",
        "session",
        "core-monitor-session",
        "__Host-core-monitor-session",
    )
    return tried + [([("Cookie", f"{name}={token}")], "") for name in cookies]


def _cookies(living: str, csrf_token: str, ended: str) -> list[tuple[Headers, str]]:
    name, secret = living.split("=", maxsplit=1)
    header = ("X-CSRF-Token", csrf_token)
    forged = "A" * len(secret)
    values = [
        f"{name}={forged}",
        f"{name}=",
        name,
        f"{name}={secret[:-1]}",
        f"{name}={secret}A",
        f"{name}={secret.swapcase()}",
        f"{name}={secret}\x00",
        f"{name}={csrf_token}",
        f"{name}={'A' * 50_000}",
        f"__Host-{name}={forged}",
        f"__Host-{name}=",
        f"__Secure-{name}={secret}",
        f"{name.upper()}={secret}",
        f"core-monitor-session={secret}",
        f"core-monitor-session-00000000={secret}",
        f"x{name}={secret}",
        f"{name}x={secret}",
        f"session={secret}",
        f"{living}; {name}={forged}",
        f"{name}={forged}; {living}",
        f"{living}; {living}",
        f"__Host-{name}={forged}; {living}",
        f"{living}, {name}={forged}",
        ended,
        f"__Host-{ended}",
    ]
    tried: list[tuple[Headers, str]] = [([("Cookie", value), header], "") for value in values]
    tried += [([("Cookie", living), ("Cookie", f"{name}={forged}"), header], "")]
    # Whoever says who they are by a token is not looked at for a session.
    tried += [([("Cookie", living), header, ("Authorization", value)], "") for value in ("Bearer x", "", "Basic x")]
    tried += [([("Cookie", living), header, ("X-Forwarded-Proto", "https")], "")]
    tried += [([header], f"{name}={secret}"), ([("Authorization", f"Bearer {secret}"), header], "")]
    return tried + [([("Authorization", f"Session {secret}"), header], "")]


def _believed() -> list[tuple[Headers, str]]:
    single = [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Real-IP", "127.0.0.1"),
        ("X-Forwarded-Host", "localhost"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Prefix", "/swagger-ui"),
        ("X-Forwarded-Uri", "/healthz"),
        ("Forwarded", "for=127.0.0.1;proto=https;host=localhost"),
        ("X-Forwarded-User", "admin"),
        ("X-Remote-User", "admin"),
        ("Remote-User", "admin"),
        ("X-Forwarded-Email", "admin"),
        ("X-WEBAUTH-USER", "admin"),
        ("X-Authenticated-User", "admin"),
        ("X-User-Id", "1"),
        ("X-Role", "administrator"),
        ("X-Admin", "true"),
        ("X-Internal", "1"),
        ("X-Original-URL", "/healthz"),
        ("X-Rewrite-URL", "/healthz"),
        ("X-Original-URI", "/healthz"),
        ("X-Original-Method", "OPTIONS"),
        ("X-HTTP-Method-Override", "OPTIONS"),
        ("X-HTTP-Method", "HEAD"),
        ("X-Method-Override", "GET"),
        ("Host", "localhost"),
        ("Host", ""),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Accept", "text/html"),
        ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
        ("Accept", "text/event-stream"),
        ("Content-Type", "text/plain"),
        ("Expect", "100-continue"),
        ("Range", "bytes=0-10"),
        ("Connection", "Authorization"),
        ("Upgrade", "h2c"),
        ("User-Agent", "core-monitor-worker"),
        ("SSL-Client-Verify", "SUCCESS"),
    ]
    upgrade = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ]
    page = [("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
    tried: list[tuple[Headers, str]] = [([header], "") for header in single]
    return [*tried, (upgrade, ""), (page, ""), ([], "_method=OPTIONS")]


def _with(world: World, closed: list[Operation], attack: str, tried: list[tuple[Headers, str]]) -> Attempts:
    attempts = Attempts(attack)
    before = world.state()
    for operation in closed:
        for headers, query in tried:
            answer = world.send_operation(headers, operation, world.foreign, query)
            sent = f"{operation.target(world.foreign)} {query} {headers}"
            attempts.judge(
                _fault(world, answer, sent, f"{operation.name} ?{query} with {str(headers)[:200]}"), str(answer.status)
            )
        before = _unchanged(world, attempts, before, operation.name)
    return attempts


def _paths(world: World, closed: list[Operation]) -> Attempts:
    attempts = Attempts("paths that one part might read otherwise than another")
    before = world.state()
    for operation in closed:
        for target in _spellings(world, operation):
            for headers in ([], [("Accept", "text/html")]):
                answer = world.asking.ask(operation.method, target, [*operation.headers, *headers], operation.body)
                fault = _fault(world, answer, target, f"{operation.method} {target} with {headers}")
                attempts.judge(fault, str(answer.status))
        before = _unchanged(world, attempts, before, operation.name)
    return attempts


def _spellings(world: World, operation: Operation) -> Iterator[str]:
    target = operation.target(world.foreign)
    path, _, query = target.partition("?")
    query = f"?{query}" if query else ""
    for prefix in OPEN_PREFIXES:
        for detour in ("/..", "/%2e%2e", "/%2E%2E", "%2f..", "/..%2f..", "\\..", "/..;", ";/..", "/.%2e", "%00/.."):
            yield prefix + detour + target
        yield f"{target}{'&' if query else '?'}x={prefix}"
        yield f"{target}#{prefix}"
        yield f"{path};{prefix}{query}"
    for start in ("/", "//", "/.", "/x/..", "/%2e", "/;", "/;x=1", "\\", "/%2f", "/%00"):
        yield start + target
    for end in (
        "/",
        "//",
        "/.",
        "/..",
        "/x/..",
        ";",
        ";x=1",
        ".json",
        ".html",
        "%00",
        "%20",
        "%2f",
        "?",
        "/?",
        "%3f",
        "\\",
        "%23",
        "\t",
    ):
        yield path + end + query
    yield path.upper() + query
    yield path.title() + query
    yield target.replace("/api/v1", "/API/v1", 1)
    yield target.replace("/api/v1", "/api/V1", 1)
    yield target.replace("/api/v1", "/api/v01", 1)
    yield target.replace("/api/v1", "/api", 1)
    yield target.replace("/api/v1", "/api//v1", 1)
    yield target.replace("/api/v1", "/api/./v1", 1)
    yield target.replace("/api/v1", "/api%2fv1", 1)
    yield target.replace("/api/v1", "/%61pi/v1", 1)
    yield target.replace("/", "%2f")
    yield "/" + target[1:].replace("/", "%2F")
    yield "/" + target[1:].replace("/", "//")
    yield target[1:]
    yield f"http://localhost{target}"
    yield f"https://localhost@127.0.0.1{target}"
    yield f"*{target}"


def _methods(world: World, closed: list[Operation]) -> Attempts:
    attempts = Attempts("methods beside those of the document, and overridden ones")
    before = world.state()
    seen = set()
    for operation in closed:
        target = operation.target(world.foreign)
        if target in seen:
            continue
        seen.add(target)
        for method in (
            "HEAD",
            "OPTIONS",
            "TRACE",
            "PROPFIND",
            "CONNECT",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "GET",
            "get",
            "Get",
            "GETS",
            "QUERY",
        ):
            for headers in (
                [],
                [("X-HTTP-Method-Override", operation.method)],
                [("Access-Control-Request-Method", "GET"), ("Origin", "null")],
            ):
                answer = world.asking.ask(
                    method, target, [*operation.headers, *headers], None if method == "CONNECT" else operation.body
                )
                fault = _fault(world, answer, target, f"{method} {target} with {headers}")
                attempts.judge(fault, str(answer.status))
    _unchanged(world, attempts, before, "all methods")
    return attempts


def _open(world: World) -> Attempts:
    """What is open says nothing and does nothing for somebody who has nothing to show."""
    attempts = Attempts("open operations, with nothing to show and with headers that send them elsewhere")
    before = world.state()
    elsewhere: list[Headers] = [
        [(name, "/api/v1/stacks")] for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri")
    ]
    elsewhere += [[("X-HTTP-Method-Override", method)] for method in ("GET", "DELETE")]
    for operation in (operation for operation in world.operations if operation.is_open):
        for headers in [[], *elsewhere]:
            for query in ("", "ticket=", "ticket=x", f"name={world.name}", f"token={world.server.token}"):
                answer = world.send_operation(headers, operation, world.foreign, query)
                attempted = f"{operation.name} ?{query} with {headers}"
                leaks = world.leaks(answer, query)
                is_public = operation.method == "GET" and operation.path in PUBLIC and answer.status in (200, 503)
                is_refused = answer.status in REFUSED_OPEN or is_public
                fault = None if is_refused and not leaks else f"{attempted}: {answer.status}, tells {leaks}"
                attempts.judge(fault, str(answer.status))
    _unchanged(world, attempts, before, "open operations")
    return attempts


def _fault(world: World, answer: Answer, sent: str, attempted: str) -> str | None:
    leaks = world.leaks(answer, sent)
    if leaks:
        return f"{attempted}: {answer.status}, tells {leaks}"
    if answer.status in REFUSED or _is_page(answer):
        return None
    return f"{attempted}: {answer.status} {answer.body[:120]!r}"


def _is_page(answer: Answer) -> bool:
    """The web UI is the same for everybody, and is sent in place of any page of it."""
    return answer.status in (200, 304) and answer.header("content-type").startswith("text/html")


def _unchanged(world: World, attempts: Attempts, before: dict[str, object], attempted: str) -> dict[str, object]:
    after = world.state()
    attempts.findings += [f"{attempted} changed the {name}" for name in after if after[name] != before[name]]
    return after
