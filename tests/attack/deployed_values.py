"""Artifacts and values of templates that a deployer chooses: they stay in their place, and ask for nothing."""

import json

from .asking import Headers
from .attempt import SERVICE
from .findings import Attempts
from .refusal import must_be_refused
from .world import World

# What would not take a value out of its place in YAML, were it put there as text.
BREAKOUTS = (
    "x\n    privileged: true",
    "x'\n    privileged: true\n    y: '",
    'x"\n    privileged: true\n    y: "',
    "x, privileged: true",
    "x', privileged: true, y: '",
    'x", privileged: true, y: "',
    "x}\n    privileged: true",
    "x]\n    privileged: true",
    "x\n---\nservices: {web: {image: x, privileged: true}}",
    "x\r\n    privileged: true",
    "x\u2028    privileged: true",
    "*a",
    "&a x",
    "!!bool true",
    "<<: {privileged: true}",
    "${KEY}",
    "$KEY",
    "$${KEY}",
    "${PRIVILEGED:-true}",
    "{{KEY}}",
    "x\x00",
    "../../../secret.key",
    "/etc",
)


def artifacts(world: World, deployer: Headers) -> Attempts:
    """Slots, names and addresses of artifacts."""
    attempts = Attempts("artifacts and slots that lead elsewhere")
    targets = ("../x", "/../etc", "/app/../../etc/", "relative/", "/proc/1/root/", "", "/app\x00/", "//", "/app/..")
    names = ("../x", "/etc/x", "a/b", "..", ".", "", "a\x00b", "x\n", "..\\x", "x" * 5_000)
    signals = ("KILL; id", "-9", "$(id)", "HUP\n")
    for number, target in enumerate(targets):
        compose = f"{SERVICE}    x-core-monitor: {{deploy: {{app: {{target: {json.dumps(target)}, as: app.bin, activate: {{signal: HUP}}}}}}}}\n"
        body = {"name": f"mine-target-{number}", "compose": compose}
        must_be_refused(
            attempts, f"a slot with the target {target!r}", world.send(deployer, "POST", "/api/v1/stacks", body)
        )
    for number, name in enumerate(names):
        compose = f"{SERVICE}    x-core-monitor: {{deploy: {{app: {{target: /app/, as: {json.dumps(name)}, activate: {{signal: HUP}}}}}}}}\n"
        body = {"name": f"mine-as-{number}", "compose": compose}
        must_be_refused(
            attempts, f"a slot whose file is {name!r}", world.send(deployer, "POST", "/api/v1/stacks", body)
        )
    for number, signal in enumerate(signals):
        compose = f"{SERVICE}    x-core-monitor: {{deploy: {{app: {{target: /app/, as: a, activate: {{signal: {json.dumps(signal)}}}}}}}}}\n"
        body = {"name": f"mine-signal-{number}", "compose": compose}
        must_be_refused(
            attempts, f"a slot with the signal {signal!r}", world.send(deployer, "POST", "/api/v1/stacks", body)
        )
    compose = f"{SERVICE}    x-core-monitor: {{deploy: {{app: {{target: /app/, activate: {{signal: HUP}}}}}}}}\n"
    created = world.do("POST", "/api/v1/stacks", {"name": "mine-slot", "compose": compose}, deployer).json()
    stack = created["stack"]["stack_id"]
    world.do("POST", f"/api/v1/stacks/{stack}/apply/1", {})
    headers = [*deployer, ("If-Match", "*"), ("Content-Type", "application/octet-stream")]
    queries = [
        f"service=web&slot=app&file_name={name}"
        for name in ("..%2fx", "%2fetc%2fx", "a%2fb", "..", ".", "a%00b", "x%0a", "..%5cx", "x" * 5_000, "")
    ]
    queries += [f"service={service}&slot=app" for service in ("..%2fweb", "*", "", "other", world.name)]
    queries += [f"service=web&slot={slot}" for slot in ("..%2fapp", "*", "", "other")]
    queries += [
        "service=web&slot=app&base=..%2f..",
        "service=web&slot=app&base=999",
        "service=web&slot=app&target=/etc",
        "service=web&slot=app&slot=x",
    ]
    for query in queries:
        answer = world.asking.ask("POST", f"/api/v1/stacks/{stack}/deploy?{query}", headers, b"x")
        must_be_refused(attempts, f"POST deploy?{query[:200]}", answer)
    return attempts


def templates(world: World, deployer: Headers) -> Attempts:
    """The template is an administrator's, and its values are the deployer's."""
    attempts = Attempts("values of templates that leave their place, or ask for what the policy does not allow")
    compose = (
        "x-core-monitor: {template: {parameters: {WORD: {type: string}}}}\n"
        "services:\n  web:\n    image: demo\n    environment: {WORD: '${WORD}'}\n    labels: {word: 'a ${WORD}'}\n    command: ${WORD}\n"
    )
    world.do("POST", "/api/v1/templates", {"name": "mine-words", "compose": compose})
    asking_for = {
        "folder": (
            "./d",
            "volumes: ['${WORD}:/x']",
            ("/etc", "/", "../..", "/var/run/docker.sock", "/etc:/y:ro", "/root"),
        ),
        "mode": ("none", "network_mode: '${WORD}'", ("host", "container:other")),
        "name": ("CHOWN", "cap_add: ['${WORD}']", ("SYS_ADMIN", "ALL")),
        "flag": ("false", "privileged: '${WORD}'", ("true", "1", "yes")),
        "option": ("no-new-privileges", "security_opt: ['${WORD}']", ("seccomp=unconfined", "apparmor:unconfined")),
        "port": ("8080", "ports: ['${WORD}:80']", ("80", "22-23", "0.0.0.0:80")),
        "device": ("/dev/null", "devices: ['${WORD}']", ("/dev/sda",)),
        "file": ("./web.env", "env_file: '${WORD}'", ("/etc/passwd", "../../secret.key")),
    }
    for number, value in enumerate(BREAKOUTS):
        _launch(world, deployer, attempts, "mine-words", f"k{number}", value, must_fail=False)
    for name, (harmless, attribute, values) in asking_for.items():
        text = f"x-core-monitor: {{template: {{parameters: {{WORD: {{type: string, default: '{harmless}'}}}}}}}}\n"
        text += f"services:\n  web:\n    image: demo\n    {attribute}\n"
        world.do("POST", "/api/v1/templates", {"name": f"mine-{name}", "compose": text, "files": {"web.env": "A=b\n"}})
        for number, value in enumerate(values):
            _launch(world, deployer, attempts, f"mine-{name}", f"k{number}", value, must_fail=True)
        if name != "device":
            control = world.send(
                deployer, "PUT", f"/api/v1/templates/mine-{name}/instances/fine", {"values": {"WORD": harmless}}
            )
            attempts.judge(
                None if control.status in (201, 202) else f"{name}: the control is refused: {control.text[-500:]}",
                "control launched",
            )
    keys = ("../x", "..", "k/../../x", "K", "", "k\n", "k%00", "*", "a" * 300, "k;x", "-k", "%2e%2e")
    for key in keys:
        target = f"/api/v1/templates/mine-words/instances/{key}".replace("\n", "%0a")
        must_be_refused(attempts, f"PUT {target[:200]}", world.send(deployer, "PUT", target, {"values": {"WORD": "x"}}))
    extra: dict[str, object] = {"WORD": "x", "KEY": "y"}
    strange: list[dict[str, object]] = [
        extra,
        {"PATH": "x", "WORD": "x"},
        {"WORD": {"a": "b"}},
        {"WORD": ["x"]},
        {"WORD": None},
        {"WORD": True},
    ]
    for given in strange:
        answer = world.send(deployer, "PUT", "/api/v1/templates/mine-words/instances/extra", {"values": given})
        must_be_refused(attempts, f"the values {given}", answer)
    return attempts


def _launch(
    world: World, deployer: Headers, attempts: Attempts, template: str, key: str, value: str, *, must_fail: bool
) -> None:
    values = {"values": {"WORD": value}}
    attempted = f"{template} with {value!r}"
    rendered = world.send(deployer, "POST", f"/api/v1/templates/{template}/render", {"key": key} | values)
    answer = world.send(deployer, "PUT", f"/api/v1/templates/{template}/instances/{key}", values)
    if must_fail or answer.status not in (201, 202):
        must_be_refused(attempts, f"{attempted}: launching", answer)
        return
    # The value is in its place, whatever it looks like: nothing has an attribute that the template has not.
    attributes = {name: sorted(service) for name, service in rendered.json()["model"]["services"].items()}
    is_in_place = attributes == {"web": ["command", "entrypoint", "environment", "image", "labels", "networks"]}
    fault = f"{attempted}: the value became something else: {rendered.body[:600]!r}"
    attempts.judge(None if is_in_place else fault, f"{answer.status} launched as text")
