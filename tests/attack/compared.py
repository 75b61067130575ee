"""Whether an answer about something of somebody else differs from one about nothing."""

import re
from itertools import zip_longest

from .asking import Answer, Headers
from .findings import Attempts
from .operations import Operation
from .world import World

# What differs between any two answers, as the server closes a connection whose body it has not read yet.
CHANGING = ("connection", "date", "x-request-id")
# How lists are asked for what they have of one stack.
FILTERS = ("stack_id", "name", "text", "template", "actor", "resource")


def compare(world: World, attempts: Attempts, who: Headers, absent: dict[str, str], called: str) -> None:
    """Every operation that names something, once with something of the foreign stack and once with nothing."""
    for operation in world.operations:
        if "{" in operation.path and not operation.is_open:
            for method in {operation.method, "HEAD" if operation.method == "GET" else operation.method}:
                _compare_one(world, attempts, who, operation, absent, called, method)
        elif operation.permission is not None and operation.method == "GET":
            _compare_filters(world, attempts, who, operation, absent, called)


def _compare_one(
    world: World,
    attempts: Attempts,
    who: Headers,
    operation: Operation,
    absent: dict[str, str],
    called: str,
    method: str,
) -> None:
    foreign = world.send_operation(who, operation, world.foreign, method=method)
    nothing = world.send_operation(who, operation, absent, method=method)
    attempted = f"{called}: {method} {operation.target(world.foreign)} and {operation.target(absent)}"
    attempts.judge(difference(world, foreign, nothing, absent, attempted), str(foreign.status))


def _compare_filters(
    world: World, attempts: Attempts, who: Headers, operation: Operation, absent: dict[str, str], called: str
) -> None:
    for name in (name for name in FILTERS if name in operation.takes):
        key = "stacks/{id}" if name == "stack_id" else "{name}"
        queries = [f"{name}={places[key]}" for places in (world.foreign, absent)]
        foreign, nothing = (world.send_operation(who, operation, world.foreign, query) for query in queries)
        attempted = f"{called}: GET {operation.path}?{queries[0]} and {queries[1]}"
        attempts.judge(difference(world, foreign, nothing, absent, attempted), str(foreign.status))


def difference(world: World, foreign: Answer, nothing: Answer, absent: dict[str, str], attempted: str) -> str | None:
    """What tells one answer from the other, apart from what the request said itself."""
    first, second = (_plain(answer, places) for answer, places in ((foreign, world.foreign), (nothing, absent)))
    if first == second:
        return None
    if first[0] != second[0]:
        return f"{attempted} differ: {foreign.status} {foreign.code} and {nothing.status} {nothing.code}"
    lines = ((answer[1] + answer[2].splitlines()) for answer in (first, second))
    told = next((f"`{one}` and `{other}`" for one, other in zip_longest(*lines) if one != other), "")
    return f"{attempted} differ, both {foreign.status} {foreign.code}: {told}"


def _plain(answer: Answer, places: dict[str, str]) -> tuple[int, list[str], str]:
    named = sorted({value for value in places.values() if len(value) > 10}, key=len, reverse=True)
    text = answer.body.decode(errors="replace")
    # The server writes them in any order.
    headers = sorted(f"{name}: {value}" for name, value in answer.headers if name.lower() not in CHANGING)
    for value in named:
        text = text.replace(value, "*")
        headers = [header.replace(value, "*") for header in headers]
    # Moments of lists and of answers about the present.
    return answer.status, headers, re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "now", text)
