"""Random projects: compose files that refer to each other, env files, and command line options."""

import copy
from dataclasses import dataclass, field

from . import language, tree
from .tree import Tagged


@dataclass
class Project:
    """The files of a folder. `documents` are compose files, `lines` all others."""

    compose: list
    documents: dict
    lines: dict = field(default_factory=dict)
    profiles: list = field(default_factory=list)
    name: str | None = "p"

    def files(self):
        """Text of every file by path."""
        texts = {path: tree.text(documents) for path, documents in self.documents.items()}
        return texts | {path: "\n".join(lines) + ("\n" if lines else "") for path, lines in self.lines.items()}

    def smaller(self):
        """All projects with one part of this one removed."""
        for path in self.compose[1:]:
            yield self._with(compose=[other for other in self.compose if other != path])
        for path in list(self.documents):
            if path not in self.compose:
                yield self._with(documents={other: docs for other, docs in self.documents.items() if other != path})
        for path in list(self.lines):
            yield self._with(lines={other: lines for other, lines in self.lines.items() if other != path})
        if self.profiles:
            yield self._with(profiles=self.profiles[1:])
        if self.name is None:
            yield self._with(name="p")
        for path, documents in self.documents.items():
            for other in tree.smaller(documents):
                yield self._with(documents=self.documents | {path: other})
        for path, lines in self.lines.items():
            for index in range(len(lines)):
                yield self._with(lines=self.lines | {path: lines[:index] + lines[index + 1 :]})

    def _with(self, **changes):
        return Project(**(vars(self) | changes))

    def __str__(self):
        parts = [f"#- {path}\n{text}" for path, text in sorted(self.files().items())]
        how = " ".join(f"-f {path}" for path in self.compose) + "".join(f" --profile {name}" for name in self.profiles)
        return f"# {how}{'' if self.name else ' (no project name)'}\n" + "".join(parts)


def make(r, about=None):
    """A project from the language, about one attribute or a few."""
    subjects = r.sample(sorted(language.SERVICE), 1 if r.random() < 0.5 else r.randint(2, 5))
    if about:
        subjects = [about]
    project = Project(["compose.yml"], {"compose.yml": [_document(r, subjects)]})
    project.lines[".env"] = ["A=from-env", "N=3", "T=5s", "FLAG=true"] + _odd_lines(r, 0.15)
    if r.random() < 0.35:
        over = _document(r, subjects, overlay=True)
        if r.random() < 0.5:
            project.documents["compose.yml"].append(over)
        else:
            path = r.choice(["override.yml", "sub/override.yml"])
            project.documents[path] = [over]
            project.compose.append(path)
    if r.random() < 0.15:
        project.profiles = r.choice([["p"], ["q"], ["p", "q"], ["*"]])
    if r.random() < 0.03:
        project.name = None
    if r.random() < 0.12:
        _include(r, project, subjects)
    if r.random() < 0.2 or "extends" in subjects:
        _extend(r, project, subjects)
    for path in ("a.env", "b.env", "sub/c.env", "labels.txt"):
        if path in str(project.documents):
            project.lines[path] = ["A=file", "B=1"] + _odd_lines(r, 0.6)
    if r.random() < 0.15:
        _anchor(r, project.documents["compose.yml"][0])
    if r.random() < 0.35:
        share = r.choice([0.05, 0.2])
        project.documents = {
            path: [tree.leaves(document, lambda leaf: _odd_leaf(r, leaf, share, project)) for document in documents]
            for path, documents in project.documents.items()
        }
    return project


def _odd_lines(r, share):
    return [language.env_line(r) for _ in range(r.randint(1, 3))] if r.random() < share else []


def _document(r, subjects, overlay=False):
    """A document whose services are about some attributes."""
    document = {"services": {}}
    names = r.sample(language.NAMES, r.choice([1, 1, 1, 2, 3]))
    if not overlay:
        # Referenced objects usually exist.
        names = list(dict.fromkeys(names + (["db"] if r.random() < 0.6 else [])))
    for name in names:
        document["services"][name] = _service(r, subjects if r.random() < 0.8 else [], overlay)
    wanted = " ".join(subjects)
    for section, make_section in language.TOP.items():
        likely = {"networks": "network", "volumes": "volume", "configs": "config", "secrets": "secret", "models": "models"}
        share = 0.7 if section in likely and likely[section] in wanted else 0.06
        if r.random() < (share if section not in ("unknown", "version") else 0.01):
            value = make_section(r)
            document[section] = value if value or r.random() < 0.3 else {}
    if "network" in wanted and "networks" not in document and r.random() < 0.8:
        document["networks"] = {"front": "null", "back": "{}"}
    if "volumes" in wanted and "volumes" not in document and r.random() < 0.8:
        document["volumes"] = {"data": "null", "other": "null"}
    for section in ("configs", "secrets"):
        if (section in wanted or "build" in wanted) and section not in document and r.random() < 0.7:
            document[section] = {"one": "{file: ./f}", "two": "{environment: A}"}
    return document


def _service(r, subjects, overlay):
    service = {} if overlay and r.random() < 0.7 else {"image": r.choice(["demo", "demo:1", "a.b/c:1@sha256:" + "0" * 64, "${A}:x"])}
    for attribute in subjects:
        value = language.draw(r, language.SERVICE[attribute])
        if overlay and r.random() < 0.15:
            value = Tagged(r.choice(["!reset", "!override"]), value)
        service[attribute] = value
    if overlay and r.random() < 0.1:
        service[r.choice(sorted(language.SERVICE))] = Tagged("!reset", "null")
    return service or {"image": "demo"}


def _extend(r, project, subjects):
    """A base in the same or another file, and a service that extends it."""
    path = r.choice([None, None, "base.yml", "sub/more.yml"])
    base = _service(r, subjects, overlay=False)
    target = {"service": "base"}
    if path:
        target["file"] = path
        document = _document(r, subjects)
        document["services"]["base"] = base
        if r.random() < 0.3:
            document["services"]["base"]["extends"] = r.choice(["web", "db"])
        project.documents[path] = [document]
    services = project.documents["compose.yml"][0]["services"]
    name = r.choice(sorted(services))
    if isinstance(services[name], dict):
        services[name]["extends"] = target if path or r.random() < 0.5 else "base"
        if not path:
            services["base"] = base
        if "image" in services[name] and r.random() < 0.5:
            del services[name]["image"]


def _include(r, project, subjects):
    path = r.choice(["inc.yml", "sub/inc.yml", "sub/deep/inc.yml"])
    inner = _document(r, subjects)
    inner["services"] = {f"in{index}": service for index, service in enumerate(inner["services"].values())}
    if r.random() < 0.2:
        inner["services"]["web"] = {"image": "other"}
    project.documents[path] = [inner]
    long = {"path": path}
    if r.random() < 0.3:
        long["env_file"] = r.choice(["inc.env", "[inc.env, a.env]", "sub/.env", "/dev/null"])
        project.lines["inc.env"] = ["A=inc-env", "N=5"] + _odd_lines(r, 0.3)
        project.lines.setdefault("a.env", ["A=second"])
    if r.random() < 0.3:
        long["project_directory"] = r.choice([".", "sub", "other", "./sub/"])
    if r.random() < 0.2:
        project.documents["sub/over.yml"] = [{"services": {"in0": _service(r, subjects, overlay=True)}}]
        long["path"] = [path, "sub/over.yml"]
    project.documents["compose.yml"][0]["include"] = [path if len(long) == 1 and r.random() < 0.7 else long]
    if r.random() < 0.5:
        project.lines["sub/.env"] = ["A=sub-env", "N=9"]


def _anchor(r, document):
    """An anchor on one node, used at another."""
    services = [service for service in document["services"].values() if isinstance(service, dict) and service]
    if not services:
        return
    key = r.choice(sorted(services[0]))
    first = copy.deepcopy(services[0][key])
    if r.random() < 0.5:
        # A block of attributes shared by several services.
        document_first = {"x-block": Tagged("&a", {key: first, "restart": "always"})}
        rest = dict(document)
        document.clear()
        document.update(document_first | rest)
        for service in services:
            if r.random() < 0.8:
                service["<<"] = r.choice(["*a", "[*a]", "[*a, *a]", "*a", "null", "x"]) if r.random() < 0.3 else "*a"
    else:
        services[0][key] = Tagged("&a", first)
        for service in services[1:]:
            service[key] = {"<<": "*a", "B": "2"} if isinstance(first, dict) and r.random() < 0.5 else "*a"


def _odd_leaf(r, leaf, share, project):
    if not leaf or leaf[0] in "*[{&!" or r.random() > share:
        return leaf
    plain = leaf.strip("'\"")
    choice = r.random()
    if choice < 0.35 and "'" not in plain and '"' not in plain and "$" not in plain:
        name = f"V{len(project.lines['.env'])}"
        project.lines[".env"].append(f"{name}={plain}")
        return r.choice([f"${{{name}}}", f"${name}", f"${{{name}:-x}}", f"'${{{name}}}'"])
    if choice < 0.45 and "$" not in plain and "'" not in plain and "}" not in plain and ": " not in plain and "#" not in plain:
        return f"${{NOPE:-{plain}}}"
    if choice < 0.6:
        return f"'{plain}'" if "'" not in plain else leaf
    if choice < 0.75:
        return language.INTERPOLATED(r)
    return r.choice(language.ODD)
