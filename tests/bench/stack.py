"""The benchmark stack: a number of idle services on one network."""

from dataclasses import dataclass

IMAGE = "test/busybox:1"


@dataclass(frozen=True)
class Stack:
    """A name, which is also the compose project, and the number of services."""

    name: str
    size: int

    @property
    def services(self) -> list[str]:
        """Names of the services."""
        return [f"s{number:02}" for number in range(1, self.size + 1)]

    def compose_file(self) -> str:
        """The compose file, the same for Core Monitor and for docker compose."""
        lines = [f"name: {self.name}", "services:"]
        for service in self.services:
            lines += [
                f"  {service}:",
                f"    image: {IMAGE}",
                '    command: ["idle"]',
                "    stop_grace_period: 1s",
                "    networks: [bench]",
            ]
        return "\n".join([*lines, "networks:", "  bench: {}", ""])
