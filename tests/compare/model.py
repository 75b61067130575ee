"""Compares normalized models.

`$$` in the reference's output means `$`, since its output is escaped. Null, absent, `{}` and `[]` are equal, except for commands,
where an empty list clears the image's command, and for keys whose presence matters. Order counts only where it has a meaning.
Durations are compared as times, sizes as numbers.
"""

import json
import re

ORDERED = re.compile(r"\.(command|entrypoint|test|dns|dns_search|dns_opt|tags|cache_from|watch|env_file)$")
DURATION = re.compile(r"\.(interval|timeout|start_period|start_interval|stop_grace_period|delay|window|monitor)$")
NUMBER = re.compile(r"(limit|size|memory|reservation)$")
KEPT = re.compile(
    r"\.(environment|args)$|^\.(services|networks|volumes|configs|secrets)$|^\.services\.[^.]+\.(networks|models)$"
)
UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def differences(reference, ours):
    """Paths where they differ, with both values."""
    found = []
    _compare(_normal(reference, "", True), _normal(ours, "", False), "", found)
    return found


def _nanoseconds(text):
    parts = re.findall(r"([0-9.]+)(ns|us|µs|ms|h|m|s)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.lstrip("-"):
        return text
    return sum(round(float(number) * UNITS[unit]) for number, unit in parts)


def _normal(value, path, escaped):
    if isinstance(value, dict):
        entries = {}
        for key, inner in value.items():
            if key.startswith("x-") and path != ".services":
                continue
            inner = _normal(inner, f"{path}.{key}", escaped)
            empty = inner is None or inner == {} or inner == []
            cleared = key in ("command", "entrypoint") and inner == []
            if not empty or cleared or KEPT.search(path):
                entries[key.replace("$$", "$") if escaped else key] = inner
        return entries
    if isinstance(value, list):
        items = [_normal(item, path, escaped) for item in value]
        return items if ORDERED.search(path) else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        value = value.replace("$$", "$") if escaped else value
        return _nanoseconds(value) if DURATION.search(path) else value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and NUMBER.search(path):
        return str(int(value))
    return value


def _compare(left, right, path, found):
    numbers = (int, float)
    alike = type(left) is type(right) or isinstance(left, numbers) and isinstance(right, numbers)
    if alike and isinstance(left, dict):
        for key in sorted(left.keys() | right.keys()):
            if key not in left or key not in right:
                found.append((f"{path}.{key}", left.get(key, "(absent)"), right.get(key, "(absent)")))
            else:
                _compare(left[key], right[key], f"{path}.{key}", found)
    elif not alike or left != right:
        found.append((path, left, right))
