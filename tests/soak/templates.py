"""The templates: every way in which an instance ends, each with a network of its own and with a shared one."""

from dataclasses import dataclass

from bench.stack import IMAGE

# The ways, with the lifetime of their templates. `grace` is short everywhere: a key that is on the list must not notice.
LIFETIMES = {
    "unlisted": "{grace: 1s}",
    "stopped": "{grace: 1s, remove-after: 1s}",
    "aged": "{grace: 1s, max-age: 20s}",
    "asked": "{grace: 1s}",
}
# In seconds: no earlier than this after its cause is an instance removed.
MARGINS = {"unlisted": 1.0, "stopped": 1.0, "aged": 20.0, "asked": 0.0}
NETWORKS = ("own", "shared")
PORTS = 60


@dataclass(frozen=True)
class Template:
    """One of them."""

    prefix: str
    way: str
    network: str
    first_port: int

    @property
    def name(self) -> str:
        """Its name, which begins all names of its instances."""
        return f"{self.prefix}-{self.way}-{self.network}"

    def definition(self) -> dict[str, object]:
        """What is saved: a web server with a volume, a port of the host and a file in the folder of its stack."""
        return {"name": self.name, "compose": self.compose_file(), "files": {"site.conf": "E404:/data/index.html\n"}}

    def compose_file(self) -> str:
        """The compose file."""
        lines = [
            "x-core-monitor:",
            "  template:",
            f"    lifetime: {LIFETIMES[self.way]}",
            "    parameters:",
            f"      PORT: {{type: host_port, range: {self.first_port}-{self.first_port + PORTS - 1}}}",
            "services:",
            "  web:",
            f"    image: {IMAGE}",
            "    command:",
            "      - sh",
            "      - -c",
            "      - trap 'exit 0' TERM; echo ${INSTANCE} >/data/index.html; httpd -f -p 8080 -h /data & wait",
            '    ports: ["${PORT}:8080"]',
            '    volumes: ["data:/data", "./site.conf:/etc/httpd.conf:ro"]',
            "    stop_grace_period: 5s",
            # Without one, a launch waits for some seconds to see whether the container stays up.
            "    healthcheck: {test: [CMD, wget, -qO-, 'http://127.0.0.1:8080/'], interval: 1s, timeout: 5s, retries: 10}",
            "volumes:",
            "  data: {}",
        ]
        if self.network == "shared":
            lines += ["networks:", f"  default: {{name: {shared_network(self.prefix)}, external: true}}"]
        return "\n".join([*lines, ""])


def shared_network(prefix: str) -> str:
    """The network that instances share; it is there before them."""
    return f"{prefix}-shared"


def all_templates(prefix: str, first_port: int) -> list[Template]:
    """All of them. They share their ports, so that one takes those that another has just given back."""
    return [Template(prefix, way, network, first_port) for way in LIFETIMES for network in NETWORKS]
