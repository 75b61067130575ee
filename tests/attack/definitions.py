"""What a deployer may not have, in many spellings: each a definition whose application has to be refused."""

from collections.abc import Iterator

from .attempt import SERVICE, Attempt
from .definitions_of_objects import builds, files_of_the_host, hooks, networks, volumes

# What Core Monitor knows and does nothing with.
IGNORED = (
    "use_api_socket: true",
    "credential_spec: {file: x.json}",
    "credential_spec: {config: x}",
    "isolation: process",
    "provider: {type: sh, options: {x: y}}",
    "develop: {watch: [{path: /etc, action: sync, target: /x}]}",
)


def definitions() -> Iterator[Attempt]:
    """All of them."""
    for attribute in _attributes():
        yield from _spelled(attribute)
    for attribute in IGNORED:
        yield Attempt(attribute, f"{SERVICE}    {attribute}\n", ignored=attribute.partition(":")[0])
    yield from _interpolated()
    yield from volumes()
    yield from networks()
    yield from hooks()
    yield from files_of_the_host()
    yield from builds()


def _attributes() -> list[str]:
    """Single attributes of a service, in flow style, so that they can be put anywhere."""
    yes = (
        "true",
        "True",
        "TRUE",
        "'true'",
        '"true"',
        "!!bool true",
        "yes",
        "'yes'",
        "on",
        "'on'",
        "1",
        "'1'",
        "y",
        "t",
    )
    capabilities: tuple[str, ...] = (
        "SYS_ADMIN",
        "CAP_SYS_ADMIN",
        "sys_admin",
        "cap_sys_admin",
        "Sys_Admin",
        "' SYS_ADMIN'",
        "ALL",
        "all",
        "CAP_ALL",
    )
    capabilities += ("NET_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "BPF", "PERFMON", "SYS_RAWIO")
    unconfined: tuple[str, ...] = (
        "seccomp=unconfined",
        "seccomp:unconfined",
        "apparmor=unconfined",
        "apparmor:unconfined",
        "label=disable",
    )
    unconfined += (
        "label:disable",
        "label=type:spc_t",
        "systempaths=unconfined",
        "seccomp=./all.json",
        "no-new-privileges:false,seccomp=unconfined",
    )
    unconfined += (
        "'seccomp = unconfined'",
        "SECCOMP=unconfined",
        "seccomp=UNCONFINED",
        "apparmor=docker-unconfined",
        "writable-cgroups=true",
    )
    sysctls = (
        "kernel.shmmax",
        "kernel.core_pattern",
        "vm.overcommit_memory",
        "fs.mqueue.msg_max",
        "kernel.msgmax",
        "user.max_user_namespaces",
    )
    binds: tuple[str, ...] = (
        "/",
        "//",
        "/.",
        "/etc",
        "/etc/",
        "/etc/passwd",
        "/etc/../etc",
        "/root",
        "/home",
        "/var/lib/docker",
        "/var/run/docker.sock",
    )
    binds += (
        "/run/docker.sock",
        "/run",
        "/proc",
        "/sys",
        "/dev",
        "/dev/sda",
        "/boot",
        "/tmp",
        "/etc/localtime/..",
        "/proc/1/root",
        "~/.ssh",
    )
    binds += (
        "../",
        "../..",
        "../../secret.key",
        "./../x",
        "./x/../../y",
        "~",
        "/etc/localtime",
        "/etc/./timezone",
        "/ETC",
        "'/etc '",
        "..",
    )
    ports: tuple[str, ...] = (
        "80:80",
        "'80:80'",
        "'127.0.0.1:80:80'",
        "'443:443/udp'",
        "'22-23:22-23'",
        "'1000-1030:1000-1030'",
        "'0.0.0.0:1:1'",
    )
    ports += ("'[::1]:80:80'", "'00080:80'", "'1023-1024:1-2'")
    longer = (
        "published: 80",
        "published: '80'",
        "published: '80-81'",
        "published: 1023",
        "published: '0080'",
        "published: 80, mode: host",
    )
    devices = (
        "/dev/sda",
        "/dev/sda:/dev/x",
        "/dev/sda:/dev/x:r",
        "/dev/kvm",
        "/dev/fuse:/dev/fuse:rwm",
        "vendor.com/gpu=all",
        "./x:/dev/x",
    )
    return [
        *(f"privileged: {value}" for value in yes),
        *(f"cap_add: [{name}]" for name in capabilities),
        "cap_add: [CHOWN, KILL, SYS_ADMIN]",
        "cap_add: [SYS_ADMIN], cap_drop: [ALL]",
        "cap_add: [SYS_ADMIN], cap_drop: [SYS_ADMIN]",
        *(f"security_opt: [{option}]" for option in unconfined),
        "security_opt: ['no-new-privileges', 'seccomp=unconfined']",
        *(f"sysctls: {{{name}: 1}}" for name in sysctls),
        *(f"sysctls: ['{name}=1']" for name in sysctls),
        *(
            f"network_mode: {mode}"
            for mode in ("host", "'host'", '"host"', "container:other", "'container:other'", "'container:0123456789ab'")
        ),
        *(f"pid: {mode}" for mode in ("host", "'host'", "'container:other'")),
        *(f"ipc: {mode}" for mode in ("host", "'host'", "'container:other'")),
        *(f"uts: {mode}" for mode in ("host", "'host'")),
        *(f"userns_mode: {mode}" for mode in ("host", "'host'", "'keep-id'")),
        *(f"cgroup: {mode}" for mode in ("host", "'host'")),
        *(f"cgroup_parent: {parent}" for parent in ("/", "/system.slice", "system.slice", "../..", "x.slice")),
        *(f"runtime: {runtime}" for runtime in ("runc", "nvidia", "io.containerd.runc.v2", "/usr/bin/sh", "kata")),
        *(f"devices: ['{device}']" for device in devices),
        "devices: [{source: /dev/sda, target: /dev/x, permissions: rwm}]",
        *(f"device_cgroup_rules: ['{rule}']" for rule in ("a *:* rwm", "b 8:* rwm", "c 1:3 mr", "a")),
        "gpus: all",
        "gpus: [{driver: nvidia, count: 1}]",
        "deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}",
        "deploy: {resources: {reservations: {devices: [{driver: cdi, device_ids: ['vendor.com/gpu=all'], capabilities: [x]}]}}}",
        *(f"volumes: ['{path}:/x']" for path in (bind.strip("'") for bind in binds)),
        *(f"volumes: ['{path}:/x:ro']" for path in ("/", "/etc", "/var/run/docker.sock", "/root", "/proc", "/sys")),
        *(f"volumes: ['/etc:/x:{mode}']" for mode in ("rw", "z", "Z", "rshared", "rslave", "ro,rshared", "nocopy")),
        *(f"volumes: [{{type: bind, source: {path}, target: /x}}]" for path in binds),
        "volumes: [{type: bind, source: /etc, target: /x, read_only: true}]",
        "volumes: [{type: bind, source: /, target: /x, bind: {propagation: rshared, create_host_path: true}}]",
        "volumes: [{type: bind, source: /etc/localtime, target: /x, read_only: false}]",
        "volumes: [{type: bind, source: /etc/localtime, target: /x, read_only: true, bind: {selinux: Z}}]",
        "volumes: [{type: npipe, source: /var/run/docker.sock, target: /x}]",
        "volumes: [{type: volume, source: /etc, target: /x}]",
        "volumes: [{type: cluster, source: x, target: /x}]",
        "volumes: [{type: image, source: demo, target: /x}]",
        "volumes: ['/etc:/a', './x:/b']",
        "volumes_from: ['container:other']",
        "volumes_from: ['container:other:ro']",
        *(f"ports: [{port}]" for port in ports),
        *(f"ports: [{{target: 80, {port}}}]" for port in longer),
        "ports: [{target: 80, published: 80, host_ip: 127.0.0.1}]",
        *(
            f"logging: {{driver: {driver}}}"
            for driver in ("syslog", "gelf", "fluentd", "splunk", "awslogs", "journald", "x/y", "gcplogs")
        ),
        "logging: {driver: syslog, options: {syslog-address: 'unixgram:///dev/log'}}",
        "oom_kill_disable: true",
        "oom_score_adj: -1000",
        "oom_score_adj: -1",
        "annotations: {run.oci.keep_original_groups: '1'}",
        "annotations: ['io.kubernetes.cri-o.userns-mode=host']",
        "labels: {io.core-monitor.stack: x}",
        "labels: ['com.docker.compose.project=x']",
        "labels: {io.core-monitor.component: server}",
    ]


def _spelled(attribute: str) -> Iterator[Attempt]:
    """The ways that an attribute gets into a service."""
    name = attribute.partition(":")[0]
    flow = "{" + attribute + "}"
    with_image = "{image: demo, " + attribute + "}"
    yield Attempt(attribute, f"services: {{web: {with_image}}}\n")
    yield Attempt(f"{attribute}, merged by `<<`", f"x-a: &a {flow}\n{SERVICE}    <<: *a\n")
    yield Attempt(
        f"{attribute}, merged by a list of `<<`", f"x-a: &a {{}}\nx-b: &b {flow}\n{SERVICE}    <<: [*a, *b]\n"
    )
    yield Attempt(f"{attribute}, merged twice", f"x-a: &a {flow}\nx-b: &b {{<<: *a}}\n{SERVICE}    <<: *b\n")
    value = attribute.partition(": ")[2]
    if ", " not in attribute and value:
        yield Attempt(f"{attribute}, by an alias", f"x-v: &v {value}\n{SERVICE}    {name}: *v\n")
        yield Attempt(f"{attribute}, with a quoted key", f'{SERVICE}    "{name}": {value}\n')
        yield Attempt(f"{attribute}, with an escaped key", f'{SERVICE}    "{_escaped(name)}": {value}\n')
        yield Attempt(f"{attribute}, with an explicit key", f"{SERVICE}    ? {name}\n    : {value}\n")
    yield Attempt(f"{attribute}, extended", f"services:\n  base: {with_image}\n  web: {{extends: {{service: base}}}}\n")
    yield Attempt(
        f"{attribute}, extended by name", f"services:\n  base: {with_image}\n  web: {{extends: base, image: demo}}\n"
    )
    other = f"services: {{base: {with_image}}}\n"
    yield Attempt(
        f"{attribute}, extended from a file",
        "services: {web: {extends: {file: other.yaml, service: base}}}\n",
        files={"other.yaml": other},
    )
    yield Attempt(f"{attribute}, included", f"include: [other.yaml]\n{SERVICE}", files={"other.yaml": other})
    yield Attempt(f"{attribute}, included by a map", f"include: [{{path: o.yaml}}]\n{SERVICE}", files={"o.yaml": other})
    yield Attempt(f"{attribute}, in a second file", SERVICE, over=(f"services: {{web: {flow}}}\n",))
    yield Attempt(f"{attribute}, in a third file", SERVICE, over=(SERVICE, f"services: {{web: {flow}}}\n"))
    if ", " not in attribute:
        overridden = f"services: {{web: {{{name}: !override {value}}}}}\n"
        yield Attempt(f"{attribute}, overridden", f"services: {{web: {with_image}}}\n", over=(overridden,))
    yield Attempt(f"{attribute}, in the second service", f"services:\n  a: {{image: demo}}\n  b: {with_image}\n")
    yield Attempt(f"{attribute}, without replicas", f"services: {{web: {{image: demo, scale: 0, {attribute}}}}}\n")


def _escaped(text: str) -> str:
    return "".join(f"\\x{ord(letter):02x}" for letter in text)


def _interpolated() -> Iterator[Attempt]:
    values = [
        ("privileged: '{}'", "true"),
        ("cap_add: ['{}']", "SYS_ADMIN"),
        ("network_mode: '{}'", "host"),
        ("pid: '{}'", "host"),
        ("ipc: '{}'", "host"),
        ("userns_mode: '{}'", "host"),
        ("security_opt: ['{}']", "seccomp=unconfined"),
        ("volumes: ['{}:/x']", "/etc"),
        ("volumes: ['{}']", "/etc:/x"),
        ("volumes: [{{type: '{}', source: /etc, target: /x}}]", "bind"),
        ("devices: ['{}']", "/dev/sda"),
        ("ports: ['{}:80']", "80"),
        ("runtime: '{}'", "nvidia"),
        ("cgroup_parent: '{}'", "/x"),
        ("logging: {{driver: '{}'}}", "syslog"),
    ]
    for template, value in values:
        half = len(value) // 2
        spelled = {
            "a variable": ("${X}", {"X": value}),
            "a variable without braces": ("$X", {"X": value}),
            "a default": (f"${{X:-{value}}}", {}),
            "a default of what is unset": (f"${{X-{value}}}", {}),
            "a replacement": (f"${{X:+{value}}}", {"X": "1"}),
            "a default of a default": (f"${{X:-${{Y:-{value}}}}}", {}),
            "two halves": ("${X}${Y}", {"X": value[:half], "Y": value[half:]}),
        }
        for how, (text, variables) in spelled.items():
            yield Attempt(f"{template} by {how}", f"{SERVICE}    {template.format(text)}\n", variables=dict(variables))
        yield Attempt(
            f"{template} by `.env`", f"{SERVICE}    {template.format('${X}')}\n", files={".env": f"X={value}\n"}
        )
        quoted = f"{SERVICE}    {template.format('${X}')}\n"
        yield Attempt(f"{template} by a quoted `.env`", quoted, files={".env": f"Y='{value}'\nX=\"${{Y}}\"\n"})
