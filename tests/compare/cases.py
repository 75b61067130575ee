"""The test cases of the loader as projects, so that the reference can be run on them."""

import pathlib
import re

#: Folders of features that the reference lacks or implements differently.
OTHERS = {"deviations", "lint", "limits"}


class Case:
    """A file of `crates/compose/tests/cases`."""

    def __init__(self, path):
        self.path, self.compose, self.profiles, self.name = path, ["compose.yml"], [], "case"
        self.texts, target, variables = {"compose.yml": ""}, "compose.yml", []
        for line in path.read_text().splitlines(keepends=True):
            if line.startswith("#! "):
                for setting in line[3:].split():
                    key, value = setting.split("=", 1)
                    if key == "name":
                        self.name = value
                    elif key == "profile":
                        self.profiles.append(value)
                    elif key.isupper() or re.match("[A-Z]", key):
                        variables.append(setting)
            if line.startswith("#- "):
                target = line[3:].strip()
                self.texts[target] = ""
            else:
                self.texts[target] += line
        if variables:
            # Given variables override `.env`, and the last line of a file wins.
            self.texts[".env"] = self.texts.get(".env", "") + "\n" + "".join(f"{line}\n" for line in variables)

    def files(self):
        return self.texts

    def __str__(self):
        return str(self.path)


def read(folder):
    """All cases of the folder that the reference can run."""
    paths = sorted(pathlib.Path(folder).glob("**/*.yml"))
    return [Case(path) for path in paths if path.relative_to(folder).parts[0] not in OTHERS]
