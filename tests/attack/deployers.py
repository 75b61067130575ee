"""Somebody who may apply definitions tries to get the host with one, and what belongs to others."""

import json
from collections.abc import Iterator
from pathlib import Path

from .asking import Answer, Headers
from .attempt import SERVICE, Attempt
from .compared import compare
from .definitions import definitions
from .deployed_values import artifacts, templates
from .findings import Attempts
from .operations import folder
from .refusal import code_of, must_be_refused
from .world import World

OWN = "mine-*"
# What happens instead of an application.
REFUSED_LATER = ((403, "refused-by-policy"),)


def attacks(binary: Path) -> Iterator[Attempts]:
    """All against one installation. No worker runs, so nothing that should have been refused is carried out."""
    with World(binary) as world:
        deployer = world.token("applies", "deployer", [OWN])
        yield _definitions(world, deployer)
        yield _saved_by_others(world, deployer)
        yield _foreign(world, deployer)
        yield _names(world, deployer)
        yield _secrets(world, deployer)
        yield artifacts(world, deployer)
        yield templates(world, deployer)


def _definitions(world: World, deployer: Headers) -> Attempts:
    attempts = Attempts("definitions of a deployer that ask for what the policy does not allow")
    stack = world.do("POST", "/api/v1/stacks", {"name": "mine-all", "compose": SERVICE}, deployer).json()["stack"][
        "stack_id"
    ]
    for number, attempt in enumerate(definitions()):
        finding, result = _apply(world, deployer, stack, attempt, is_planned=number % 10 == 0)
        attempts.judge(finding, result, attempt.kind)
    # Without one that is accepted, all could be refused for another reason.
    fine = Attempt(
        "control",
        f"{SERVICE}    cap_add: [CHOWN]\n    volumes: ['vol:/x', './own:/y']\n    ports: ['8080:80']\nvolumes: {{vol: {{}}}}\n",
    )
    finding, result = _apply(world, deployer, stack, fine, is_planned=False)
    attempts.judge(None if finding else f"what is allowed was refused too: {result}", "accepted, as it is allowed")
    return attempts


def _body(attempt: Attempt) -> dict[str, object]:
    body: dict[str, object] = {"files": attempt.files, "variables": attempt.variables}
    if attempt.over:
        files = [attempt.compose, *attempt.over]
        return body | {
            "compose_files": [{"path": f"c{number}.yaml", "content": text} for number, text in enumerate(files)]
        }
    return body | {"compose": attempt.compose}


def _apply(world: World, who: Headers, stack: str, attempt: Attempt, *, is_planned: bool) -> tuple[str | None, str]:
    """A finding if it was accepted, and else how it was refused."""
    body = _body(attempt)
    saved = world.send(who, "POST", f"/api/v1/stacks/{stack}/versions", body)
    if saved.status == 400:
        return f"the attack is not understood: {saved.text[-600:]}", ""
    if saved.status != 201:
        return _refusal(
            attempt, "saving", saved, {(422, "invalid-definition"), (403, "refused-by-policy"), (422, "refused")}
        )
    version = saved.json()["version"]["version"]
    applied = world.send(who, "POST", f"/api/v1/stacks/{stack}/apply/{version}", {})
    if attempt.ignored and f'"{attempt.ignored}"' in json.dumps(saved.json()["warnings"]):
        return None, "ignored, with a warning"
    finding, result = _refusal(attempt, "applying", applied, set(REFUSED_LATER))
    # Without a container, the plan has nothing to refuse.
    if finding is None and is_planned and "without replicas" not in attempt.about:
        planned = world.send(who, "POST", f"/api/v1/stacks/{stack}/plan/{version}")
        if planned.status == 201 and not planned.json()["blockers"]:
            return f"{attempt.about}: the plan of what is refused has no blocker: {json.dumps(body)}", ""
    return finding, result


def _refusal(attempt: Attempt, step: str, answer: Answer, expected: set[tuple[int, str]]) -> tuple[str | None, str]:
    codes = (answer.status, code_of(answer))
    if codes in expected:
        return None, f"{codes[0]} {codes[1]} when {step}"
    return (
        f"{attempt.about}: {step} answered {codes[0]} {codes[1]}: {json.dumps(attempt.compose)} {attempt.over} {attempt.files} {attempt.variables}",
        "",
    )


def _saved_by_others(world: World, deployer: Headers) -> Attempts:
    """An administrator has saved and applied it; a deployer goes on with it."""
    attempts = Attempts("what an administrator applied, used on by a deployer")
    slot = "    x-core-monitor: {deploy: {app: {target: /app/, as: app.bin, activate: {signal: HUP}}}}\n"
    for number, forbidden in enumerate(
        ("privileged: true", "network_mode: host", "volumes: ['/etc:/x']", "cap_add: [ALL]", "pid: host")
    ):
        name = f"mine-admin-{number}"
        created = world.do(
            "POST", "/api/v1/stacks", {"name": name, "compose": f"{SERVICE}    {forbidden}\n{slot}"}
        ).json()
        stack = created["stack"]["stack_id"]
        world.do("POST", f"/api/v1/stacks/{stack}/apply/1", {})
        writes: list[tuple[str, object]] = [
            ("apply/1", {}),
            ("apply/1", {"force_recreate": ["web"]}),
            ("rollback/1", {}),
            ("scale", {"service": "web", "replicas": 2}),
        ]
        for path, body in writes:
            must_be_refused(
                attempts,
                f"{forbidden}: POST {path} {body}",
                world.send(deployer, "POST", f"/api/v1/stacks/{stack}/{path}", body),
            )
        headers = [*deployer, ("If-Match", "*"), ("Content-Type", "application/octet-stream")]
        deployed = world.asking.ask("POST", f"/api/v1/stacks/{stack}/deploy?service=web&slot=app", headers, b"x")
        must_be_refused(attempts, f"{forbidden}: POST deploy", deployed)
        # A version of one's own that keeps what was forbidden, and the wizard and drift that write one.
        body = {"compose": f"{SERVICE}    {forbidden}\n    environment: {{A: b}}\n{slot}"}
        world.send(deployer, "POST", f"/api/v1/stacks/{stack}/versions", body)
        must_be_refused(
            attempts,
            f"{forbidden}: a version of it",
            world.send(deployer, "POST", f"/api/v1/stacks/{stack}/apply/2", {}),
        )
    return attempts


def _foreign(world: World, deployer: Headers) -> Attempts:
    attempts = Attempts("a deployer of some stacks: others, beside such as do not exist")
    before = world.do("GET", f"/api/v1/stacks/{world.foreign['stacks/{id}']}").json()
    compare(world, attempts, deployer, world.absent(world.foreign), "a deployer")
    permitted = world.token("has-all-permissions", "deployer", [OWN], ["terminal", "files", "secrets"])
    compare(world, attempts, permitted, world.absent(world.foreign), "a deployer with every permission")
    for who in (deployer, permitted):
        for operation in world.operations:
            if operation.permission is not None and not operation.name.startswith("DELETE /api/v1/session"):
                answer = world.send_operation(who, operation, world.foreign)
                leaks = world.leaks(answer, operation.target(world.foreign))
                attempts.judge(
                    f"{operation.name}: {answer.status}, tells {leaks}" if leaks else None, str(answer.status)
                )
    after = world.do("GET", f"/api/v1/stacks/{world.foreign['stacks/{id}']}").json()
    attempts.judge(None if before == after else f"the foreign stack changed: {after}", "unchanged")
    return attempts


def _names(world: World, deployer: Headers) -> Attempts:
    """Names that lead out of what is granted: to other stacks, or to folders of the host."""
    attempts = Attempts("names of stacks and templates that are not granted, or no names")
    names: tuple[str, ...] = (
        world.name,
        "min",
        "MINE-x",
        "mine-../x",
        "mine-/../x",
        "../mine-x",
        "mine-\n",
        "mine-\x00x",
        "mine-x/../../secret",
        "xmine-x",
    )
    names += ("", ".", "..", "mine-%2e%2e", "mine-" + "a" * 300, "mine-é", " mine-x", "mine-x ", "mine-*", "*")
    for name in names:
        for path, text in (
            ("stacks", SERVICE),
            ("templates", f"x-core-monitor: {{template: {{parameters: {{}}}}}}\n{SERVICE}"),
        ):
            answer = world.send(deployer, "POST", f"/api/v1/{path}", {"name": name, "compose": text})
            must_be_refused(attempts, f"POST {path} named {name!r}", answer)
            answer = world.send(deployer, "POST", f"/api/v1/{path}", {"compose": f"name: {json.dumps(name)}\n{text}"})
            # A name is made of what is written as `docker compose` does it, and counts as what it becomes.
            made = answer.json()["stack" if path == "stacks" else "template"]["name"] if answer.status == 201 else ""
            if made.startswith("mine-"):
                attempts.held("201 under a name that is granted")
            else:
                must_be_refused(attempts, f"POST {path} that calls itself {name!r}", answer)
    paths = (
        "../x",
        "/etc/x",
        "a/../../x",
        "a\\..\\..\\x",
        "./../x",
        "",
        ".",
        "a\x00b",
        "a/",
        "//a",
        "compose.yaml/..",
        "..",
    )
    for number, path in enumerate(paths):
        body = {"name": f"mine-path-{number}", "compose": SERVICE, "files": {path: "x"}}
        must_be_refused(attempts, f"a file {path!r}", world.send(deployer, "POST", "/api/v1/stacks", body))
        archive = folder({"compose.yaml": SERVICE.encode(), path or "x/..": b"x"}) if "\x00" not in path else None
        if archive is not None and path not in ("", ".", "a/", "a\\..\\..\\x", "compose.yaml/.."):
            headers = [*deployer, ("Content-Type", "application/x-tar")]
            answer = world.asking.ask("POST", f"/api/v1/stacks/archive?name=mine-tar-{number}", headers, archive)
            must_be_refused(attempts, f"an archive with {path!r}", answer)
    return attempts


def _secrets(world: World, deployer: Headers) -> Attempts:
    """The value of a secret variable that somebody else has set in a stack that the deployer has, too."""
    attempts = Attempts("values of secrets, as a deployer without `secrets`")
    body = {
        "name": "mine-secret",
        "compose": f"{SERVICE}    environment: {{KEY: '${{KEY}}'}}\n",
        "secret_variables": {"KEY": {"value": world.secret}},
    }
    stack = world.do("POST", "/api/v1/stacks", body).json()["stack"]["stack_id"]
    places = (
        "image: '${KEY}'",
        "image: 'demo:${KEY}'",
        "image: demo\n    container_name: '${KEY}'",
        "image: demo\n    hostname: '${KEY}'",
        "image: demo\n    command: ['${KEY}']",
        "image: demo\n    labels: {a: '${KEY}'}",
        "image: demo\n    labels: {'${KEY}': a}",
        "image: demo\n    networks: ['${KEY}']",
        "image: demo\n    user: '${KEY}'",
        "image: demo\n    cap_add: ['${KEY}']",
        "image: demo\n    runtime: '${KEY}'",
        "image: demo\n    network_mode: '${KEY}'",
        "image: demo\n    volumes: ['/${KEY}:/x']",
        "image: demo\n    volumes: ['${KEY}:/x']",
        "image: demo\n    ports: ['${KEY}:80']",
        "image: demo\n    devices: ['/dev/${KEY}']",
        "image: demo\n    mem_limit: '${KEY}'",
        "image: demo\n    restart: '${KEY}'",
        "image: demo\n    env_file: './${KEY}'",
        "image: demo\n    depends_on: ['${KEY}']",
        "image: demo\n    logging: {driver: '${KEY}'}",
        "image: demo\n    sysctls: {kernel.x: '${KEY}'}",
        "image: demo\n    environment: {A: '${KEY:?${KEY}}', B: '${NONE:?${KEY}}'}",
        "image: demo\n    healthcheck: {test: [CMD, '${KEY}'], interval: '${KEY}'}",
        "extends: {file: '${KEY}', service: web}",
        "image: demo\nnetworks: {default: {name: '${KEY}'}}",
        "image: demo\n    volumes: ['vol:/x']\nvolumes: {vol: {name: '${KEY}'}}",
        "image: demo\n    volumes: ['vol:/x']\nvolumes: {vol: {driver: '${KEY}'}}",
        "image: demo\n    volumes: ['vol:/x']\nvolumes: {vol: {driver_opts: {type: none, o: bind, device: '/${KEY}'}}}",
        "image: demo\n    configs: [c]\nconfigs: {c: {content: '${KEY}'}}",
        "image: demo\n    configs: [c]\nconfigs: {c: {file: '${KEY}'}}",
        "image: demo\nx-core-monitor: {description: '${KEY}'}",
        "build: {context: ., args: {A: '${KEY}'}}",
    )
    version = 1
    for place in places:
        text = f"services:\n  web:\n    {place}\n"
        saved = world.send(deployer, "POST", f"/api/v1/stacks/{stack}/versions", {"compose": text})
        if saved.status == 201:
            version = saved.json()["version"]["version"]
        answers = [saved]
        for target in (
            f"versions/{version}",
            f"versions/{version}/wizard",
            f"versions/1/diff/{version}",
            f"versions/{version}/files/compose.yaml",
            "status",
            "containers",
            "drift/definition",
            "",
        ):
            answers.append(world.asking.ask("GET", f"/api/v1/stacks/{stack}/{target}".rstrip("/"), deployer))
        if saved.status == 201:
            answers.append(world.send(deployer, "POST", f"/api/v1/stacks/{stack}/plan/{version}"))
            answers.append(world.send(deployer, "POST", f"/api/v1/stacks/{stack}/apply/{version}", {}))
            answers.append(world.send(deployer, "GET", f"/api/v1/commands?stack_id={stack}"))
        leaking = [answer for answer in answers if world.secret in answer.text]
        where = [answer.text[max(answer.text.index(world.secret) - 90, 0) :][:200] for answer in leaking[:2]]
        attempts.judge(f"{place!r} shows the secret: {where}" if leaking else None, f"{saved.status} {code_of(saved)}")
    return attempts
