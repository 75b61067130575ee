"""What a deployer may not have by volumes, networks, hooks, files and builds, in many spellings."""

from collections.abc import Iterator

from .attempt import SERVICE, Attempt


def volumes() -> Iterator[Attempt]:
    """Volumes that are a folder, a device or a file system of the host, or of a driver."""
    options = [
        "type: none, o: bind, device: /etc",
        "type: none, o: bind, device: /",
        "type: none, o: 'bind,ro', device: /etc",
        "type: none, o: 'ro,bind', device: /etc",
        "type: none, o: rbind, device: /etc",
        "type: '', o: bind, device: /etc",
        "type: bind, o: bind, device: /etc",
        "type: None, o: BIND, device: /etc",
        "o: bind, device: /etc",
        "o: ' bind ', type: none, device: /etc",
        "o: 'size=1,bind', type: tmpfs, device: /etc",
        "type: tmpfs, o: bind, device: /etc",
        "type: none, o: bind, device: /etc/../etc",
        "type: none, o: bind, device: //etc",
        "type: none, o: bind, device: '../../..'",
        "type: none, o: bind, device: /var/run/docker.sock",
        "type: overlay, o: 'lowerdir=/etc,upperdir=/tmp/u,workdir=/tmp/w', device: overlay",
        "type: nfs, o: 'addr=127.0.0.1,rw', device: ':/'",
        "type: nfs4, o: addr=10.0.0.1, device: ':/x'",
        "type: cifs, o: 'addr=x,username=y', device: //x/y",
        "type: ext4, device: /dev/sda1",
        "type: ext4, device: /dev/sda1, o: ro",
        "type: proc, device: proc",
        "type: sysfs, device: sysfs",
        "type: devtmpfs, device: x",
        "type: cgroup2, device: x",
        "type: debugfs, device: x",
        "type: fuse, device: x",
        "type: 9p, device: x",
        "device: /etc",
        "type: none, device: /etc",
        "type: securityfs, device: none",
        "type: overlay, device: overlay",
    ]
    for option in options:
        for driver in ("", "driver: local, ", "driver: '', "):
            volume = f"{{{driver}driver_opts: {{{option}}}}}"
            yield Attempt(f"volume {volume}", f"{SERVICE}    volumes: ['vol:/x']\nvolumes: {{vol: {volume}}}\n")
        unused = f"{SERVICE}volumes: {{vol: {{driver_opts: {{{option}}}}}}}\n"
        yield Attempt(
            f"long mount of volume {{{option}}}",
            unused.replace("image: demo", "image: demo\n    volumes: [{type: volume, source: vol, target: /x}]"),
        )
        yield Attempt(
            f"anchored volume {{{option}}}",
            f"x-o: &o {{{option}}}\n{SERVICE}    volumes: ['vol:/x']\nvolumes: {{vol: {{driver_opts: {{<<: *o}}}}}}\n",
        )
        variable = option.replace("/etc", "${D}").replace("bind", "${B}")
        if variable != option:
            text = f"{SERVICE}    volumes: ['vol:/x']\nvolumes: {{vol: {{driver_opts: {{{variable}}}}}}}\n".replace(
                "${D}", "'${D}'"
            ).replace("''", "'")
            yield Attempt(f"volume {{{variable}}}", text, variables={"D": "/etc", "B": "bind"})
        split = f"{SERVICE}    volumes: ['vol:/x']\nvolumes: {{vol: {{}}}}\n"
        yield Attempt(
            f"volume in a second file {{{option}}}", split, over=(f"volumes: {{vol: {{driver_opts: {{{option}}}}}}}\n",)
        )
    for driver in ("vieux/sshfs", "nfs", "rexray/ebs", "LOCAL", "Local", "local-persist", "csi/x", "' local'"):
        yield Attempt(
            f"volume driver {driver}", f"{SERVICE}    volumes: ['vol:/x']\nvolumes: {{vol: {{driver: {driver}}}}}\n"
        )
    for outside in (
        "{external: true}",
        "{external: true, name: other}",
        "{external: {name: other}}",
        "{name: /etc}",
        "{name: ../x}",
        "{external: true, name: /etc}",
    ):
        yield Attempt(f"volume {outside}", f"{SERVICE}    volumes: ['vol:/x']\nvolumes: {{vol: {outside}}}\n")


def networks() -> Iterator[Attempt]:
    """Networks of the host, and those whose options reach it."""
    for network in (
        "{external: true, name: host}",
        "{name: host, external: true}",
        "{name: host}",
        "{driver: host}",
        "{driver: macvlan, driver_opts: {parent: eth0}}",
        "{driver: ipvlan, driver_opts: {parent: eth0}}",
        "{driver: null, driver_opts: {parent: eth0}}",
        "{driver: weave}",
        "{driver_opts: {com.docker.network.bridge.name: docker0}}",
        "{driver_opts: {com.docker.network.bridge.host_binding_ipv4: 0.0.0.0}}",
        "{driver_opts: {com.docker.network.bridge.gateway_mode_ipv4: routed}}",
        "{driver_opts: {parent: eth0}}",
        "{driver_opts: {com.docker.network.container_iface_prefix: x}}",
        "{ipam: {driver: x}}",
        "{ipam: {driver: default, config: [{subnet: 10.0.0.0/8}]}}",
        "{ipam: {config: [{subnet: 0.0.0.0/0}]}}",
        "{ipam: {config: [{subnet: 169.254.169.0/24}]}}",
        "{ipam: {options: {x: y}}}",
    ):
        yield Attempt(f"network {network}", f"{SERVICE}    networks: [n]\nnetworks: {{n: {network}}}\n")
        yield Attempt(f"default network {network}", f"{SERVICE}networks: {{default: {network}}}\n")
        yield Attempt(
            f"anchored network {network}",
            f"x-n: &n {network}\n{SERVICE}    networks: {{n: {{}}}}\nnetworks: {{n: *n}}\n",
        )
        yield Attempt(
            f"network in a second file {network}",
            f"{SERVICE}    networks: [n]\nnetworks: {{n: {{}}}}\n",
            over=(f"networks: {{n: {network}}}\n",),
        )
    endpoint = "driver_opts: {com.docker.network.endpoint.sysctls: net.ipv4.conf.IFNAME.forwarding=1}"
    yield Attempt("an option of an endpoint", f"{SERVICE}    networks: {{n: {{{endpoint}}}}}\nnetworks: {{n: {{}}}}\n")


def hooks() -> Iterator[Attempt]:
    """Hooks that are privileged where their container is not."""
    for hook in ("post_start", "pre_stop"):
        for value in ("true", "'true'", "yes", "${X}"):
            quoted = f"'{value}'" if "$" in value else value
            text = f"{SERVICE}    {hook}: [{{command: [id], privileged: {quoted}}}]\n"
            yield Attempt(f"{hook} privileged: {value}", text, variables={"X": "true"})
        yield Attempt(
            f"{hook} as root of the host",
            f"{SERVICE}    {hook}: [{{command: [id], user: root, privileged: true, working_dir: /}}]\n",
        )
        yield Attempt(
            f"the second {hook}", f"{SERVICE}    {hook}: [{{command: [id]}}, {{command: [id], privileged: true}}]\n"
        )
        yield Attempt(
            f"anchored {hook}",
            f"x-h: &h {{command: [id], privileged: true}}\n{SERVICE}    {hook}: [{{<<: *h, user: a}}]\n",
        )
        extended = f"services:\n  base: {{image: demo, {hook}: [{{command: [id], privileged: true}}]}}\n  web: {{extends: base}}\n"
        yield Attempt(f"extended {hook}", extended)


def files_of_the_host() -> Iterator[Attempt]:
    """Configs, secrets and other files that are not those of the stack."""
    paths: tuple[str, ...] = (
        "/etc/shadow",
        "/etc/ssh/ssh_host_ed25519_key",
        "/proc/1/environ",
        "../../secret.key",
        "../secret.key",
        "./../../admin-token",
        "~/.ssh/id_rsa",
    )
    paths += ("/var/run/docker.sock", "//etc/shadow", "/etc/../etc/shadow", "./x/../../../core-monitor.db", "/")
    for path in paths:
        for kind in ("configs", "secrets"):
            yield Attempt(f"{kind} from {path}", f"{SERVICE}    {kind}: [c]\n{kind}: {{c: {{file: '{path}'}}}}\n")
            yield Attempt(
                f"long {kind} from {path}",
                f"{SERVICE}    {kind}: [{{source: c, target: /x}}]\n{kind}: {{c: {{file: '{path}'}}}}\n",
            )
            variable = f"{SERVICE}    {kind}: [c]\n{kind}: {{c: {{file: '${{P}}'}}}}\n"
            yield Attempt(f"{kind} from a variable, {path}", variable, variables={"P": path})
        yield Attempt(f"env_file {path}", f"{SERVICE}    env_file: '{path}'\n")
        yield Attempt(f"env_file as a list, {path}", f"{SERVICE}    env_file: [{{path: '{path}', required: true}}]\n")
        yield Attempt(f"label_file {path}", f"{SERVICE}    label_file: '{path}'\n")
        yield Attempt(f"include {path}", f"include: ['{path}']\n{SERVICE}")
        yield Attempt(
            f"include with env_file {path}",
            f"include: [{{path: o.yaml, env_file: '{path}'}}]\n{SERVICE}",
            files={"o.yaml": "services: {}\n"},
        )
        if not path.startswith("~"):
            yield Attempt(
                f"include with a folder {path}",
                f"include: [{{path: o.yaml, project_directory: '{path}'}}]\n{SERVICE}",
                files={"o.yaml": "services: {b: {image: x, volumes: ['./x:/x']}}\n"},
            )
        yield Attempt(f"extends {path}", f"services: {{web: {{extends: {{file: '{path}', service: a}}}}}}\n")
    for remote in (
        "https://example.org/x.yaml",
        "oci://example.org/x",
        "git@example.org:x.git",
        "http://169.254.169.254/",
    ):
        yield Attempt(f"include {remote}", f"include: ['{remote}']\n{SERVICE}")
        yield Attempt(f"extends {remote}", f"services: {{web: {{extends: {{file: '{remote}', service: a}}}}}}\n")


def builds() -> Iterator[Attempt]:
    """Images that are built with what the host has."""
    files = {"Dockerfile": "FROM scratch\n"}
    for build in (
        "{context: ., network: host}",
        "{context: ., network: 'container:other'}",
        "{context: ., network: other}",
        "{context: /etc}",
        "{context: ../..}",
        "{context: /}",
        "{context: ., dockerfile: /etc/passwd}",
        "{context: ., dockerfile: ../../secret.key}",
        "{context: ., additional_contexts: {x: /etc}}",
        "{context: ., additional_contexts: ['x=/etc']}",
        "{context: ., additional_contexts: {x: ../..}}",
        "{context: ., ssh: [default]}",
        "{context: ., ssh: ['x=/etc/ssh/ssh_host_ed25519_key']}",
        "{context: ., secrets: [s]}",
        "{context: ., privileged: true}",
        "{context: ., entitlements: [security.insecure]}",
        "{context: ., entitlements: [network.host]}",
        "{context: ., cache_from: ['type=local,src=/etc']}",
        "{context: ., cache_to: ['type=local,dest=/etc']}",
        "{context: ., network: '${X}'}",
        "{context: 'http://169.254.169.254/'}",
        "{context: 'https://example.org/x.git'}",
        "{context: 'git@example.org:x.git#main'}",
        "/etc",
        "../..",
    ):
        text = f"services: {{web: {{build: {build}}}}}\nsecrets: {{s: {{file: /etc/shadow}}}}\n"
        yield Attempt(f"build {build}", text, files=files, variables={"X": "host"})
