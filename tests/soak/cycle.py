"""One instance from its launch to the moment when nothing of it is left."""

import http.client
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.timestamps import seconds

from .api import Answer, Api
from .errors import SoakError
from .ledger import Ledger
from .owner import Owner
from .ports import Instance, Ports
from .templates import MARGINS, Template

# How long anything may take: the queue may be long, and its programs are killed all the time.
LIMIT = 300.0
# The port is published before the web server in the container listens.
FIRST_ANSWER = 20.0
POLL = 0.3
# Clocks are read in two programs, and stored in milliseconds.
TOLERANCE = 0.25


@dataclass
class World:
    """What all cycles share."""

    api: Api
    owner: Owner
    ports: Ports
    ledger: Ledger


class Cycle:
    """An instance of a template, by its key."""

    def __init__(self, world: World, template: Template, key: str, seed: int) -> None:
        self._world = world
        self._template = template
        self._key = key
        self._random = random.Random(seed)
        self._path = f"/templates/{template.name}/instances/{key}"
        self._stack = ""
        self._created = 0.0
        # When its reason to be removed began; nothing before.
        self._due_from = 0.0

    def run(self) -> None:
        """All of it. Whatever is wrong becomes a fault."""
        try:
            if self.launch():
                self._idle()
                self.end()
            self.is_gone()
        except SoakError as error:
            self._world.ledger.fault(f"{self._template.name}/{self._key}: {error}")
        self._world.ledger.count("cycles")

    def launch(self) -> bool:
        """Until it serves. Not so if its age has ended it before."""
        self._world.owner.wants(self._template.name, self._key)
        launched = self._world.api.ask("PUT", self._path, {}, (200, 201)).body["instance"]
        self._stack, self._created = launched["stack_id"], seconds(launched["created_at"])
        self._takes(launched)
        if self._template.way == "aged":
            self._due_from = self._created
        instance = self._until("serves", lambda answer: answer.status == 404 or answer.body["phase"] in ("serving", "failed", "removing"))
        if instance.status == 404 or instance.body["phase"] == "removing":
            if self._template.way != "aged":
                raise SoakError(f"it is being removed before it served: {self._state(instance)}")
            self._world.ledger.count("too old before they served")
            return False
        if instance.body["phase"] == "failed":
            raise SoakError(f"its launch failed: {instance.body['last_command']}")
        self._takes(instance.body)
        return self._answers(instance.body["ports"]["PORT"])

    def _answers(self, port: int) -> bool:
        """Whether it has answered one request itself, and nobody else at its port."""
        deadline = time.monotonic() + FIRST_ANSWER
        while True:
            said = asked(port)
            if said == self._key:
                self._world.ledger.count("instances that served")
                return True
            now = self._look()
            if now.status == 404 or now.body["phase"] == "removing":
                if self._template.way == "aged":
                    self._world.ledger.count("too old before they served")
                    return False
                raise SoakError(f"it is being removed before it answered: {self._state(now)}")
            port = now.body["ports"]["PORT"]
            if time.monotonic() > deadline:
                raise SoakError(f"its port {port} says {said!r} while it is {self._state(now)}")
            time.sleep(POLL)

    def _takes(self, instance: dict[str, Any]) -> None:
        """Its port is its own."""
        mine = (self._template.name, self._key)
        port = instance["ports"]["PORT"]
        other = self._world.ports.given(port, mine, self._still_has)
        if other is not None:
            raise SoakError(f"its port {port} is also that of {'/'.join(other)}")

    def _still_has(self, other: Instance, port: int) -> bool:
        answer = self._world.api.ask("GET", f"/templates/{other[0]}/instances/{other[1]}", expected=(200, 404))
        return answer.status == 200 and answer.body["ports"].get("PORT") == port

    def _idle(self) -> None:
        time.sleep(self._random.uniform(0, 2))

    def end(self) -> None:
        """Gives it the reason to be removed."""
        way, api = self._template.way, self._world.api
        if way == "aged":
            return
        self._due_from = time.time()
        if way == "unlisted":
            self._world.owner.drops(self._template.name, self._key)
        elif way == "stopped":
            # Sent again, it may find that the server has removed it meanwhile.
            api.ask("POST", f"{self._path}/stop", expected=(200, 202, 404))
        else:
            api.ask("DELETE", self._path, expected=(200, 202, 404))

    def is_gone(self) -> None:
        """Until nothing of it is left; and it was removed once, for the right reason, and not too soon."""
        self._until("is gone", lambda answer: answer.status == 404)
        gone_at = time.time()
        self._world.ports.free((self._template.name, self._key))
        self._world.owner.drops(self._template.name, self._key)
        removals = self._world.api.pages(f"/commands?stack_id={self._stack}&kind=DELETE")
        done = [one for one in removals if one["status"] == "DONE"]
        if len(done) != 1 or len(removals) != 1:
            raise SoakError(f"it has {[one['status'] for one in removals]} as removals, not one that is done")
        begun, by = seconds(done[0]["timestamps"]["created_at"]), done[0]["principal"]["name"]
        earliest = self._due_from + MARGINS[self._template.way]
        if not self._due_from or begun < earliest - TOLERANCE:
            raise SoakError(f"it was removed {earliest - begun:.1f} s too soon (from {self._due_from:.2f}): {done[0]}")
        if (by == "server") == (self._template.way == "asked"):
            raise SoakError(f"it was removed by {done[0]['principal']}")
        self._world.ledger.count(f"removed: {self._template.way}")
        self._world.ledger.peak("seconds until gone", gone_at - earliest)

    def _until(self, what: str, reached: Callable[[Answer], bool]) -> Answer:
        deadline = time.monotonic() + LIMIT
        while not reached(answer := self._look()):
            if time.monotonic() > deadline:
                raise SoakError(f"not within {LIMIT:.0f} s it {what}; it is {self._state(answer)}")
            time.sleep(POLL)
        return answer

    def _look(self) -> Answer:
        return self._world.api.ask("GET", self._path, expected=(200, 404))

    @staticmethod
    def _state(answer: Answer) -> str:
        if answer.status == 404:
            return "not there"
        body = answer.body
        return f"{body['phase']}, port {body['ports']}, unlisted since {body['unlisted_since']}, last command {body['last_command']}"


class Keeper(Cycle):
    """An instance that is on the list all the time and must not notice anything."""

    def settle(self) -> None:
        """Launches it, as it is to stay."""
        if not self.launch():
            raise SoakError(f"{self._template.name}/{self._key} did not serve")

    def check(self) -> None:
        """It still is what it was."""
        answer = self._look()
        if answer.status == 404 or answer.body["phase"] != "serving" or answer.body["stack_id"] != self._stack:
            raise SoakError(f"{self._template.name}/{self._key} is on the list and not due, but {self._state(answer)}")
        if removals := self._world.api.pages(f"/commands?stack_id={self._stack}&kind=DELETE"):
            raise SoakError(f"{self._template.name}/{self._key} is on the list and not due, but was removed: {removals}")

    def remove(self) -> None:
        """Ends it by hand."""
        self._world.api.ask("DELETE", self._path, expected=(200, 202, 404))
        self._until("is gone", lambda answer: answer.status == 404)


def asked(port: int) -> str:
    """What the web server at a port says first."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace").strip()
        return text if answer.status == 200 else f"{answer.status} {text}"
    except (OSError, http.client.HTTPException) as error:
        return repr(error)
    finally:
        connection.close()
