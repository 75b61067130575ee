"""The written cases of the loader as projects, so that the reference is asked about them too."""

import pathlib
import re

#: Folders whose subject the reference does not have, or has otherwise.
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
            # What is given wins over `.env`, and the last line of a file over those before it.
            self.texts[".env"] = self.texts.get(".env", "") + "\n" + "".join(f"{line}\n" for line in variables)

    def files(self):
        return self.texts

    def __str__(self):
        return str(self.path)


def read(folder):
    """Every case of the folder that the reference can be asked about."""
    paths = sorted(pathlib.Path(folder).glob("**/*.yml"))
    return [Case(path) for path in paths if path.relative_to(folder).parts[0] not in OTHERS]
