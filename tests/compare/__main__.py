"""Runs docker compose and this project's loader on random projects, and shows where they disagree.

    cd tests && python3 -m compare --reference PATH --ours PATH [--count N] [--seed N] [--jobs N]

Each disagreement is reduced to a minimal example and shown once per kind. The exit code is 1 if there are any.
"""

import argparse
import collections
import multiprocessing
import random
import sys

from . import cases
from .known import known
from .programs import Programs
from .project import make


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--reference", required=True, help="docker-compose v2.40.3")
    arguments.add_argument("--ours", required=True, help="the example compose-config")
    arguments.add_argument("--count", type=int, default=1000, help="projects to try")
    arguments.add_argument("--seed", type=int, default=1, help="number of the first project")
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--about", help="only projects about this attribute")
    arguments.add_argument("--all", action="store_true", help="also show intentional deviations")
    arguments.add_argument("--cases", help="compare the test cases of this folder instead of random projects")
    given = arguments.parse_args()
    if given.cases:
        return written(given)
    numbers = range(given.seed, given.seed + given.count)
    groups = collections.defaultdict(list)
    with multiprocessing.Pool(given.jobs, _start, (given,)) as pool:
        for number, kind in pool.imap_unordered(_try, numbers, chunksize=16):
            if kind:
                groups[kind].append(number)
        shown = pool.map(_shrink, [numbers[0] for numbers in groups.values()], chunksize=1)
    unexpected = 0
    for (kind, members), (small, detail) in sorted(zip(groups.items(), shown), key=lambda group: -len(group[0][1])):
        why = known(detail, small)
        if why and not given.all:
            continue
        unexpected += 1
        print(f"\n=== {len(members)}x {kind}{f' ({why})' if why else ''}   e.g. --seed {members[0]} --count 1")
        print(f"{small}\n{detail.detail}")
    print(f"\n{given.count} projects, {sum(map(len, groups.values()))} disagreements of {len(groups)} kinds, {unexpected} shown")
    return 1 if unexpected else 0


def written(given):
    """Runs the comparison on the handwritten cases."""
    programs, found = Programs(given.reference, given.ours), 0
    for case in cases.read(given.cases):
        disagreement = programs.disagreement(case)
        if disagreement and (given.all or not known(disagreement, case)):
            found += 1
            print(f"\n=== {case}: {disagreement.kind}\n{disagreement.detail}")
    programs.close()
    print(f"{found} cases where the two disagree")
    return 1 if found else 0


def _start(given):
    global programs, about
    programs, about = Programs(given.reference, given.ours), given.about


def _project(number):
    r = random.Random(number)
    return make(r, about=about)


def _try(number):
    found = programs.disagreement(_project(number))
    return number, found and found.kind


def _shrink(number):
    """Reduces a project while it still shows the same kind of disagreement."""
    project = _project(number)
    found = programs.disagreement(project)
    tries = 400
    progress = True
    while progress and tries > 0:
        progress = False
        for other in project.smaller():
            tries -= 1
            again = programs.disagreement(other)
            if again and again.kind == found.kind:
                project, found, progress = other, again, True
                break
            if tries <= 0:
                break
    return project, found


sys.exit(main())
