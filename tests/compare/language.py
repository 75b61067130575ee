"""Possible values of each attribute, including unusual notations, as lists to draw from."""

import random

from .tree import Tagged

#: Scalars with surprising meanings, for any attribute.
ODD = (
    "022 0o17 0x1F 0b11 09 1_000 -1 0 1 3 +5 1.0 1.10 1e3 0.5 .5 10000000.0 .inf .nan yes no on off y n true false True "
    "null ~ '' \"\" '3' '022' \"true\" 'yes' '1.5' 2020-01-01 '2020-01-01' 22:22 12:30:45 word 'two words' 64m 1.5g '10s' "
    "1m30s $A ${A} ${A:-d} ${NOPE} ${NOPE:-3} ${NOPE-x} ${A:+y} ${NOPE:+y} ${N} '${N}' ${T} $$A '$$' $ '${' ${A:?e} "
    "!!str 5 !!int 5 !!int '5' !!float 5 !!bool true !!null '' !foo bar 9223372036854775808 1e400 é 'a#b' a:b '=' - '-'"
).split(" ")

# The tags above contain a space.
_joined = []
for _word in ODD:
    if _joined and _joined[-1].startswith("!") and " " not in _joined[-1]:
        _joined[-1] += " " + _word
    elif _joined and _joined[-1].count("'") == 1:
        _joined[-1] += " " + _word
    else:
        _joined.append(_word)
ODD = _joined

def scrambled(pieces, most=7):
    """A quoted string of random fragments, for notations with their own grammar."""

    def make(r):
        text = "".join(r.choice(pieces) for _ in range(r.randint(1, most)))
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return "'" + text.replace("'", "''") + "'" if r.random() < 0.7 and "\n" not in text and "\t" not in text else f'"{escaped}"'

    return make


NAMES = ["web", "db", "cache"]
SIZES = "64m 1.5g '300 MB' 2GiB 104857600 '1024' 0 -1 '-1' 64M 64mb 1kb 12b 1t 0.5 '1e3' 1e6 ' 5m' '5 m' 5x '' ${N}m 100000000.0".split(" ")
SIZES = [size for size in SIZES if size.count("'") != 1] + ["'300 MB'", "' 5m'", "'5 m'"]
SIZES += [scrambled(["1", "5", "0", ".", " ", "k", "m", "G", "b", "i", "B", "e", "-", "+", "_", "t", "p"], 5)] * 12
DURATIONS = (
    "10s 1m30s 1h 500ms 1.5h 2d 1w 0 '0' 10 '10' 1us 1µs -5s +5s 1h30 '' 90 3600s 1y '1 s' .5s 5.s 1h1h 100ns 1.s ${T}"
).split(" ")
DURATIONS = [word for word in DURATIONS if word.count("'") != 1] + ["'1 s'"]
DURATIONS += [scrambled(["1", "5", "0", ".", "s", "m", "h", "ms", "d", "w", "us", "ns", "-", "+", " ", "30"], 5)] * 12
FLAGS = "true false 'true' 'false' yes no 'yes' on off y n True TRUE '' 1 0 '1' null ${FLAG} t".split(" ")
WHOLE = "0 1 2 3 -1 '3' 1.0 1.5 '1.5' 1e2 ${N} 022 '022' 0x10 null '' many 99999999999 '0x10' 1_000 '1_000' ' 3'".split(" ")
WHOLE = [word for word in WHOLE if word.count("'") != 1]
REAL = "0.5 1 '0.5' '1' 1.50 .5 -1 0 ${N} 1e1 '1e1' half '' null 1.5e-1 .inf '.inf' 022".split(" ")


def some(items, most=3):
    """A list of some items, sometimes with a duplicate."""
    return lambda r: [draw(r, items) for _ in range(r.choice([0, 1, 1, 2, 2, most]))]


def one(*items):
    return lambda r: draw(r, list(items))


def fields(required=(), **known):
    """A mapping with some of these keys."""

    def make(r):
        count = r.choice([0, 1, 1, 2, 2, 3, len(known)])
        keys = set(r.sample(sorted(known), min(count, len(known))))
        keys |= {key for key in required if r.random() < 0.95}
        return {key.rstrip("_").replace("x_a", "x-a"): draw(r, known[key]) for key in known if key in keys}

    return make


def keyed(keys, values):
    """A mapping from some keys."""
    return lambda r: {key: draw(r, values) for key in r.sample(keys, r.randint(0, min(3, len(keys))))}


def pairs(keys=("A", "B", "K_1"), values=("1", "x", "''", "null", "${A}", "1.10", "022", "true", "a=b", "'a b'", "~")):
    """`{KEY: value}` or `[KEY=value]`."""
    listed = [f"{key}={value}" for key in keys for value in ("1", "x y", "", "a=b", "${A}", "$$x", "'q'", "022")]
    listed = [f"'{item}'" if "'" not in item else f'"{item}"' for item in listed] + list(keys) + [f"'{keys[0]} =1'"]
    return lambda r: keyed(list(keys), list(values))(r) if r.random() < 0.5 else some(listed)(r)


def words(*items):
    """One string or a list of strings."""
    return lambda r: draw(r, list(items)) if r.random() < 0.4 else some(list(items))(r)


def draw(r, source):
    """A value from a source: a generator function, a list to choose from, or the value itself."""
    if callable(source):
        return source(r)
    if isinstance(source, (list, tuple)):
        return draw(r, r.choice(source)) if source else "null"
    return source


SHELL = scrambled(["a", " ", "'", '"', "\\", "$$(", ")", "(", "`", ";", "&", "|", ">", "2>", "<", "\t", "\n", "#", "$$", "b c", "$A", "*", "=", "'x'", '"y"'], 9)
COMMAND = one(
    SHELL, SHELL,
    *["echo a", "echo a && echo b", "'sh -c \"echo a b\"'", "null", "''", "run --x=1 '', \"a b\"", "a ; b", "$(date)", "a\\ b",
      "'echo $$A'", "`date`", "'a | b'", "echo ${A:-d}", "'\"unbalanced'", "5", "true", "\"a\\tb\\nc\"", "'a > b'", "'2>x y'"],
    some(["a", "'b c'", "--x", "'10'", "''", "$$A", "${A}", "10", "null", "true"]),
)
ULIMITS = keyed(
    ["nofile", "nproc", "core", "memlock", "NOFILE", "a-b"],
    ["1024", "'65535'", "-1", "0", "'0'", "${N}", "1.0", "many", "null",
     fields(soft="1", hard="2", required=("soft", "hard")), fields(soft="'1'", hard="-1", required=("soft", "hard"))],
)
EXTRA_HOSTS = one(
    keyed(["a", "b"], ["1.2.3.4", "'::1'", "host-gateway", "'[::1]'", "''", "null", some(["1.2.3.4", "1.2.3.5"])]),
    some(["a:1.2.3.4", "a=1.2.3.4", "b=::1", "'b:[::1]'", "a:host-gateway", "'a:::1'", "b", "'a='", "a=nowhere", "b=1.2.3.4"]),
)
FILE_USE = some(
    ["one", "two", "gone",
     fields(source=one("one", "two"), target=one("/t", "t", "''"), uid=one("'0'", "0", "'103'"), gid="'1'",
            mode=one("0440", "'0440'", "288", "'440'", "0o440", "'8'", "444", "0x1ff", "''"), required=("source",))]
)
HOOKS = some([fields(command=COMMAND, user=one("root", "0", "'0'"), privileged=FLAGS, working_dir="/w", environment=pairs(), required=("command",))])
GPU = some([fields(
    capabilities=some(["gpu", "[gpu]", "compute"]), count=one("all", "1", "'2'", "-1", "0", "'all'", "some", "1.0"),
    device_ids=some(["'0'", "'1'", "0"]), driver=one("nvidia", "''"), options=pairs(), required=("capabilities",))])
THROTTLE = some([fields(path=one("/dev/sda", "/dev/sdb"), rate=one("1024", "'12mb'", "1m", "'1024'", "0"), required=("path", "rate"))])
LABELS = pairs(keys=("com.a", "b", "c.d-e"))
MOUNT_TARGETS = one("/data", "/data/", "/x", "./rel", "/a/../b", "${NOPE:-/d}")
MOUNT_TEXT = scrambled(["data", "/a", ":", ":", "ro", "rw", ",", "z", "./", "../", "~", "/", "C:", "\\", ".", "nocopy", "x", "cached", "", "rslave", "$A", "\t", " "], 7)
MOUNTS = some(
    [MOUNT_TEXT, MOUNT_TEXT, MOUNT_TEXT, MOUNT_TEXT, MOUNT_TEXT, "/data", "data:/data", "other:/data:ro", "./a:/x", "../b:/x:rw", "/abs:/data:ro,z", "~/h:/x", "v:/data", "data:/x:nocopy",
     "./a:/data:rslave", "C:\\\\a:/x", "'c:\\a:d:\\b'", "a", "ab", "''", "data:", "'data::ro'", "a:b:c:d", ".:/x", "'data:/x:rox'",
     "data:/y:z", "./a/../b:/y/", "${NOPE:-./z}:/z", "/x", "data:/x:cached,ro", "gone:/gone", "/abs/:/abs/:Z", "'..:/up'", "'~:/x'", "'./a b:/x'",
     fields(type=one("volume", "bind", "tmpfs", "npipe", "cluster", "image", "wrong"),
            source=one("data", "other", "./a", "/abs", "~/h", "''", "../b/", "alpine"), target=MOUNT_TARGETS, read_only=FLAGS,
            consistency=one("cached", "''"),
            bind=fields(propagation=one("rslave", "shared", "''"), create_host_path=FLAGS, selinux=one("z", "Z", "q"),
                        recursive=one("enabled", "readonly", "x")),
            volume=fields(nocopy=FLAGS, subpath="s", labels=LABELS),
            tmpfs=fields(size=one("64m", "1000", "'1000'", "1.5g", "-1", "0", "1.0"), mode=one("0755", "'0755'", "493", "01777", "1.0", "1.5")),
            image=fields(subpath="/p"), required=("type", "target"))]
)
PORT_TEXT = scrambled(["80", "81", "8080", ":", ":", "-", "/", "tcp", "udp", "127.0.0.1", "[::1]", "::1", "0", " ", "65535", "$N", "[", "]", "localhost"], 6)
PORTS = some(
    [PORT_TEXT, PORT_TEXT, PORT_TEXT, PORT_TEXT, PORT_TEXT, PORT_TEXT, "80", "'80'", "8080:80", "'8080:80/udp'", "127.0.0.1:8080:80", "'127.0.0.1::80'", "3000-3002", "'9090-9091:8080-8081'",
     "49100-49102:22", "1-3:80-81", "'[::1]:80:80'", "'::1:80:80'", "0:80", "'80/TCP'", "80/sctp", "80/xyz", "70000", "'0'", "0", "''",
     "' 80'", "'80 '", "8080:", "':80'", "a:80", "300.0.0.1:80:80", "80.0", "8080", "22:22", "20:22", "10:20:30", "'80-79'", "-80", "'+80'",
     "${N}:80", "'${PORT:-8080}:80'", "localhost:80:80", "'[::]:80-81:80-81/udp'", "'127.0.0.1:8080-8081:80-81'", "0.0.0.0:1:1", "08:80",
     "'8080:80/tcp/udp'", "'8080:80/'", "1e3", "0x50", "'0x50'", "'8080:80-80'", "1.2.3.4:80", "'[::1]::80'", "'[::1]:80'",
     fields(target=one("80", "'80'", "0", "70000", "-1", "80.0", "'80-81'", "null", "${N}"),
            published=one("8080", "'8080'", "'8000-8010'", "0", "''", "'x'", "'1-'", "8080.0", "'70000'", "080"),
            host_ip=one("127.0.0.1", "'::1'", "'[::1]'", "''", "0.0.0.0", "x"), protocol=one("tcp", "udp", "UDP", "''", "xyz"),
            mode=one("host", "ingress", "''", "x"), name="n", app_protocol=one("http", "''"), required=("target",))]
)
ENV_FILES = ["a.env", "b.env", "gone.env", "./a.env", "sub/c.env"]
DEPENDENCY = fields(
    condition=one("service_started", "service_healthy", "service_completed_successfully", "wrong", "''"),
    restart=FLAGS, required_=one("true", "false", "'false'", "no"), required=("condition",))
WATCH = fields(watch=some([fields(
    path=one(".", "./a", "/abs", "../b", "''"), action=one("sync", "rebuild", "restart", "sync+restart", "sync+exec", "x"),
    target=one("/t", "''"), ignore=words("a", "b/"), include=words("c"), exec=fields(command=COMMAND, required=("command",)),
    initial_sync=one("true", "'true'"), required=("path", "action"))]))
UPDATE = fields(parallelism=WHOLE, delay=DURATIONS, failure_action=one("pause", "x", "''"), monitor=DURATIONS, max_failure_ratio=REAL,
                order=one("start-first", "stop-first", "x"))
RESOURCES = fields(
    limits=fields(cpus=one(*REAL, "'0.5'"), memory=SIZES, pids=WHOLE),
    reservations=fields(cpus=REAL, memory=SIZES, devices=GPU, generic_resources=some([fields(
        discrete_resource_spec=fields(kind="g", value=one("1", "'1'", "1.5")))])))
BUILD = one(
    ".", "./dir", "../up", "/abs", "https://github.com/a/b.git", "git@github.com:a/b.git#main:sub", "github.com/a/b", "~/h", "''", "null", "5",
    "ssh://git@h/x", "docker-image://a", "service:db", "a/b.git",
    fields(
        context=one(".", "./dir", "../up", "/abs/", "https://x/y.git", "''", "${NOPE:-d}", "~/h", "github.com/a/b", "service:db", "oci-layout://x"),
        dockerfile=one("D", "./D", "../D", "/abs/D", "''"), dockerfile_inline=one("FROM x", "''", '"FROM $$x"'), args=pairs(), ssh=one(
            "[default]", "[a=./k]", "[a=/k, default]", "{default: ''}", "{a: ./k}", "default", "[]"), labels=LABELS,
        cache_from=some(["a", "b"]), cache_to=some(["a"]), no_cache=FLAGS, additional_contexts=one(
            keyed(["a", "b"], [".", "./x", "https://h/x", "service:db", "docker-image://x", "target:y", "/abs", "~/h", "''"]),
            some(["a=.", "b=./x", "a=https://h/x", "b=service:db", "a"])),
        network=one("host", "none", "x", "''"), provenance=one("true", "'mode=max'", "false", "'false'", "null", "1"), sbom=one("true", "'x'", "false"),
        pull=FLAGS, target=one("t", "''"), shm_size=SIZES, extra_hosts=EXTRA_HOSTS, isolation="hyperv", privileged=FLAGS, secrets=FILE_USE,
        tags=some(["a:1", "b", "a:1"]), ulimits=ULIMITS, platforms=some(["linux/amd64", "linux/arm64", "linux/amd64"]), entitlements=some(["x"]),
        x_a="1"),
)
NETWORKS = one(
    some(["default", "front", "back", "gone"]),
    keyed(["default", "front", "back"], ["null", "{}", fields(
        aliases=some(["a", "b", "a"]), ipv4_address=one("10.0.0.2", "x", "''"), ipv6_address="'::2'", link_local_ips=some(["1.2.3.4"]),
        mac_address="'02:00:00:00:00:01'", interface_name="e0", driver_opts=keyed(["k"], ["1", "v", "true", "1.5"]), priority=one("1", "1.5", "'1'", "1000", "-1", "1.0"),
        gw_priority=one("1", "2.0"))]))

SERVICE = {
    "annotations": LABELS,
    "attach": FLAGS,
    "blkio_config": fields(weight=one("300", "'300'", "0", "x", "1.0"), weight_device=some([fields(path="/dev/sda", weight=one("1", "'1'"))]),
                           device_read_bps=THROTTLE, device_write_iops=THROTTLE, device_read_iops=THROTTLE, device_write_bps=THROTTLE),
    "build": BUILD,
    "cap_add": some(["ALL", "NET_ADMIN", "NET_ADMIN", "5"]),
    "cap_drop": some(["ALL", "CHOWN"]),
    "cgroup": one("host", "private", "service:db", "x"),
    "cgroup_parent": one("m", "''"),
    "command": COMMAND,
    "configs": FILE_USE,
    "container_name": one("cname", "c", "other_1", "'-x'", "a b", "${A}", "''", "'12'", "12"),
    "cpu_count": WHOLE, "cpu_percent": REAL + ["101", "-1", "50.5"], "cpu_period": WHOLE + DURATIONS, "cpu_quota": WHOLE,
    "cpu_rt_period": one("'1400us'", "95000", "'95000'", "1ms"), "cpu_rt_runtime": one("'400ms'", "1000"), "cpu_shares": WHOLE, "cpus": REAL,
    "cpuset": one("0,1", "0-3", "0", "'0'"),
    "credential_spec": fields(config="one", file="./x", registry="r"),
    "depends_on": one(some(NAMES + ["gone"]), keyed(NAMES + ["gone"], DEPENDENCY)),
    "deploy": one("null", "{}", fields(
        mode=one("global", "replicated", "x"), endpoint_mode="vip", replicas=WHOLE, labels=LABELS, update_config=UPDATE, rollback_config=UPDATE,
        resources=RESOURCES, restart_policy=fields(condition=one("none", "on-failure", "any", "x", "''"), delay=DURATIONS, max_attempts=WHOLE, window=DURATIONS),
        placement=fields(constraints=some(["a==b", "c"]), preferences=some([fields(spread="s")]), max_replicas_per_node=WHOLE))),
    "develop": one("null", "{}", WATCH),
    "device_cgroup_rules": some(["'c 1:3 mr'", "'x'", "'a *:* rwm'"]),
    "devices": some(["/dev/a", "/dev/a:/dev/b", "/dev/a:/dev/b:r", "a:b:c:d", "''", "vendor.com/class=x", "'/dev/a:/dev/b:'", "'/dev/c::rw'",
                     fields(source="/dev/a", target=one("/dev/b", "/dev/c"), permissions=one("r", "''"), required=("source",))]),
    "dns": words("8.8.8.8", "1.1.1.1", "8.8.8.8", "5"), "dns_opt": some(["a", "b"]), "dns_search": words("x.y", "z"), "domainname": one("d", "''"),
    "entrypoint": COMMAND,
    "env_file": words(*ENV_FILES, fields(path=one(*ENV_FILES), required_=FLAGS, format=one("raw", "x", "''"), required=("path",))),
    "environment": pairs(keys=("A", "B", "NOPE", "N")),
    "expose": some(["80", "'80'", "3000-3002", "'80/udp'", "80.5", "'x'", "''", "1e3", "022"]),
    "extends": one("web", "db", "cache", "gone", fields(
        service=one("web", "db", "cache", "base"), file=one("base.yml", "sub/more.yml", "./base.yml", "gone.yml", "compose.yml"), required=("service",))),
    "external_links": some(["a", "a:b"]), "extra_hosts": EXTRA_HOSTS, "gpus": one("all", "none", "1", GPU),
    "group_add": some(["a", "5", "'5'", "1.0"]),
    "healthcheck": one("null", "{}", fields(
        disable=FLAGS, test=one("curl -f x", "''", "NONE", "null", "5", some(["CMD", "CMD-SHELL", "a", "NONE"]), "[CMD, a, 'b c']", "[NONE]", "[CMD-SHELL, a && b]", "[NONE, x]"),
        interval=DURATIONS, timeout=DURATIONS, retries=WHOLE, start_period=DURATIONS, start_interval=DURATIONS, x_a="1")),
    "hostname": one("h", "''", "a_b", "5", "a.b", "-h"), "init": FLAGS, "ipc": one("host", "shareable", "service:db", "container:x", "'service:'", "''"),
    "isolation": one("hyperv", "''"), "label_file": words("labels.txt", "a.env", "gone.txt"), "labels": LABELS,
    "links": some(["db", "db:x", "cache:y", "gone", "'db:'"]),
    "logging": one("null", "{}", fields(driver=one("json-file", "syslog", "''"), options=keyed(["max-size", "max-file"], ["10m", "3", "'3'", "null", "1.5", "true", "''"]))),
    "mac_address": one("'02:42:ac:11:65:43'", "x"), "mem_limit": SIZES, "mem_reservation": SIZES, "mem_swappiness": WHOLE, "memswap_limit": SIZES,
    "models": one(some(["llm", "gone"]), keyed(["llm"], ["null", fields(endpoint_var="E", model_var="M")])),
    "network_mode": one("host", "none", "bridge", "service:db", "'service:gone'", "container:x", "''", "'service:'", "service:web", "x"),
    "networks": NETWORKS, "oom_kill_disable": FLAGS, "oom_score_adj": WHOLE + ["-1000", "1001", "'500'"],
    "pid": one("host", "service:db", "null", "''", "container:x"), "pids_limit": WHOLE, "platform": one("linux/amd64", "linux/arm64", "x", "''"),
    "ports": PORTS, "post_start": HOOKS, "pre_stop": HOOKS, "privileged": FLAGS, "profiles": some(["p", "q", "p", "''", "1"]),
    "provider": fields(type="t", options=keyed(["a", "b"], ["1", "x", "true", some(["1", "y"]), "1.5", "null"]), required=("type",)),
    "pull_policy": one("always", "never", "missing", "if_not_present", "build", "refresh", "daily", "weekly", "every_12h", "every_1d2h", "every_", "x", "''"),
    "pull_refresh_after": one("1h", "x"), "read_only": FLAGS,
    "restart": one("no", "always", "unless-stopped", "on-failure:3", "'no'", "x", "''", "on-failure:x", "null", "false"),
    "runtime": one("runc", "''"), "scale": WHOLE, "secrets": FILE_USE, "security_opt": some(["a=b", "no-new-privileges:true", "a=b", "seccomp:x.json"]),
    "shm_size": SIZES, "stdin_open": FLAGS, "stop_grace_period": DURATIONS, "stop_signal": one("SIGTERM", "9", "'9'", "''"),
    "storage_opt": keyed(["size"], ["1G", "5", "null"]),
    "sysctls": pairs(keys=("net.a", "b")), "tmpfs": words("/t", "/t:size=1m", "/u", "/t", "''", "/data", "a"), "tty": FLAGS, "ulimits": ULIMITS,
    "use_api_socket": one("true", "false", "'true'"), "user": one("root", "0", "'1000:1000'", "1000:1000", "${N}", "''"), "userns_mode": one("host", "''"),
    "uts": one("host", "''", "service:db"), "volumes": MOUNTS, "volumes_from": some(["db", "db:ro", "container:x", "container:x:ro", "gone", "cache:rw", "db:x"]),
    "working_dir": one("/w", "''", "w"), "x-a": one("1", "${A}", "{a: ${A}}"), "unknown": one("1"),
}

EXTERNAL = one("true", "false", "'true'", "yes", "{name: old}", "{}", "null", "''")
TOP = {
    "networks": keyed(["default", "front", "back", "Bad Name"], ["null", "{}", fields(
        name=one("n", "${A}", "''"), driver=one("bridge", "overlay", "host", "''"), driver_opts=keyed(["k", "l"], ["1", "v", "true", "null", "1.5", "'1'"]), external=EXTERNAL,
        internal=FLAGS, attachable=FLAGS, enable_ipv4=FLAGS, enable_ipv6=FLAGS, labels=LABELS, x_a="1",
        ipam=one("null", "{}", fields(driver=one("default", "''"), options=keyed(["o"], ["v", "1"]), config=some([fields(
            subnet=one("10.0.0.0/24", "x", "'fd00::/64'"), gateway=one("10.0.0.1", "x"), ip_range=one("10.0.0.0/25", "x"), aux_addresses=keyed(["h"], ["10.0.0.9", "''"]))]))))]),
    "volumes": keyed(["data", "other"], ["null", "{}", fields(
        name=one("v", "${A}", "''", "5"), driver=one("local", "''", "x"), driver_opts=keyed(["type", "o", "device"], ["none", "bind", "./d", "nfs", "'rw,bind'", "~/h", "/abs", "5", "true"]),
        external=EXTERNAL, labels=LABELS, x_a="1")]),
    "configs": keyed(["one", "two"], [fields(
        file=one("./c", "/abs", "../c", "~/c", "''"), content=one("text", "'$$x ${A}'", "''"), environment=one("A", "NOPE", "''"), external=EXTERNAL, name=one("n", "''"),
        labels=LABELS, template_driver="golang"), "{file: ./c}", "{content: x}", "{environment: A}"]),
    "secrets": keyed(["one", "two"], [fields(
        file=one("./s", "/abs", "../s"), environment=one("A", "NOPE"), external=EXTERNAL, name="n", driver=one("d", "''"), driver_opts=keyed(["o"], ["v", "1"]),
        labels=LABELS, template_driver="golang"), "{file: ./s}", "{environment: A}", "null"]),
    "models": keyed(["llm"], [fields(model=one("ai/x", "''"), name="n", context_size=one("1", "1.5", "'1'"), runtime_flags=some(["a"]), required=("model",))]),
    "name": one("proj", "${A}", "'Bad Name'", "''", "5", "null", "${NOPE:-p}"),
    "version": one("'3'", "3", "3.8", "'2.4'", "''", "null"),
    "x-a": one("1", "${A}", "{a: [1, ${N}]}", "null"),
    "unknown": one("{}"),
}

_LINE = ["B", "C", "A", "=", "=", "'", '"', "$A", "${", "}", ":-", "#", " ", "\\", "n", "$", "export ", ":", "x", "\t", "\n", "$$", "\\n", "\\$", "a b", "${NOPE:-d}", "[", ".", "-", "`"]


def env_line(r):
    """A line of an env file."""
    if r.random() < 0.5:
        return r.choice(ENV_LINES)
    start = r.choice(["B=", "B=", "C=", ""])
    return start + "".join(r.choice(_LINE) for _ in range(r.randint(1, 6)))


#: Texts with variables.
INTERPOLATED = scrambled(["$A", "${A}", "${", "}", ":-", "-", ":+", "+", ":?", "?", "NOPE", "A", "$", "$$", "{", " ", "x", "1", "_", "${NOPE:-", "${A:+", "e", ":", "/"], 8)

ENV_LINES = [
    "B=1", "B='two words'", 'B="a b"', "B=x # note", "B=x#y", "B='a # b' # c", "export B=1", "export  B = 2", "B = 1", "B: yaml", "B", "A", "NOPE", "B=", "B=''",
    'B="a\\nb\\t\\"c\\""', "B='a\\nb'", "B=$A", "B=${A}", "B='$A'", 'B="$A \\$A"', "B=${NOPE:-d}", "B=${NOPE}", "B=$$A", 'B="two', 'lines"', "B='two", "lines'", "# note", "",
    "  B=1", "\tB=1", "B.c=1", "B-c=1", "1B=1", "B c=1", "=1", "B{=1", "B=a\\nb", "B=\\$A", "B=a'b'c", "B='a'b", 'B="a"b', "B='a' b", "B=é", "é=1", "B=a=b", "B==", "export B",
    "export", "exportB=1", "B=${A:?e}", "B=${NOPE:?e}", "B=${", "B=$", "B=a $", "B=1 ", "B= 1", "B=`x`", "B=$(x)", 'B="\\\\"', "B='\\''", "B=\\", 'B="a\\', "B[0]=1", "C=$B", 'B=""', "B=#x", "B= #x",
    "B='x'#y", "\ufeffB=1", "B=1\r", "C=3", "D='${A}'", "N=7", "K_1=${B}", "com.a=1", "B=a:b", "B:x", "B:=x", "B=\t1\t", "B=\u00a0x", "B=null", "B=true", "B=\\t", 'B="\\x41"', 'B="\\u0041"', 'B="\\a"',
]
