"""Runs both programs on a project."""

import json
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

from . import model

#: The reference has no limits of its own.
MEMORY = 2 << 30
SECONDS = 20


@dataclass
class Answer:
    """A model, or an error message."""

    model: dict | None
    said: str
    crashed: bool = False


@dataclass
class Disagreement:
    """A difference between two answers; `kind` is used for grouping."""

    kind: str
    detail: str


class Programs:
    """The reference and this project's example, run in a separate folder."""

    def __init__(self, reference, ours):
        self.reference, self.ours = reference, ours
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="compose-compare-"))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def disagreement(self, project):
        """Returns the disagreement about a project, if any."""
        here = self.folder / "project"
        shutil.rmtree(here, ignore_errors=True)
        for path, text in project.files().items():
            file = here / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        files = [word for path in project.compose for word in ("-f", path)]
        profiles = [word for name in project.profiles for word in ("--profile", name)]
        name = ["-p", project.name] if project.name else []
        theirs = self._run([self.reference, *files, *profiles, *name, "config", "--format", "json"], here)
        name = ["--project-name", project.name] if project.name else []
        ours = self._run([self.ours, *files, *profiles, *name, "--home", "/home/user", "--format", "json"], here)
        return _compare(theirs, ours)

    def _run(self, command, here):
        try:
            done = subprocess.run(
                command, cwd=here, capture_output=True, env={"PATH": "/usr/bin:/bin", "HOME": "/home/user"},
                timeout=SECONDS, preexec_fn=_limit, check=False,
            )
        except subprocess.TimeoutExpired:
            return Answer(None, "takes too long", crashed=True)
        said = done.stderr.decode(errors="replace").strip().replace(str(here), "")
        if done.returncode != 0:
            crashed = done.returncode < 0 or "panic:" in said or "panicked" in said
            return Answer(None, said or f"exit {done.returncode}", crashed)
        try:
            return Answer(json.loads(done.stdout), said)
        except ValueError:
            return Answer(None, "prints no JSON", crashed=True)


def _limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _compare(theirs, ours):
    if ours.crashed:
        return Disagreement("crash of ours", ours.said[-2000:])
    if theirs.crashed:
        return Disagreement("crash of the reference", theirs.said[:300])
    if theirs.model is None and ours.model is None:
        return None
    if theirs.model is None:
        return Disagreement("wrongly accepted: " + _kind(_last(theirs.said)), theirs.said)
    if ours.model is None:
        return Disagreement("wrongly rejected: " + _kind(_errors(ours.said)), ours.said)
    found = model.differences(theirs.model, ours.model)
    if not found:
        return None
    kinds = sorted({_kind(path) for path, _, _ in found})
    lines = [f"{path}: {json.dumps(left)} != {json.dumps(right)}" for path, left, right in found]
    return Disagreement("differs: " + " ".join(kinds[:3]), "\n".join(lines))


def _last(text):
    lines = [line for line in text.splitlines() if line.strip() and "level=warning" not in line]
    return lines[-1] if lines else text


def _errors(text):
    return next((line for line in text.splitlines() if line.startswith("error")), text)


def _kind(text):
    """The text without parts that vary from case to case."""
    text = re.sub(r"(services|networks|volumes|configs|secrets)\.[a-zA-Z_0-9 -]+", r"\1.NAME", text)
    text = re.sub(r"(\.(environment|labels|annotations|args|sysctls|options|driver_opts))\.\S+", r"\1.KEY", text)
    text = re.sub(r'"[^"]*"', '"..."', text)
    text = re.sub(r"`[^`]*`", "`...`", text)
    text = re.sub(r"\d+", "N", text)
    return text[:160]
