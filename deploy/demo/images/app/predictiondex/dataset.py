"""Battle data sets: features of a matchup and the outcome of the battle."""

from dataclasses import dataclass
from itertools import islice, permutations, product

import numpy as np

from predictiondex.battle import Creature, Dex, Move, Sides, first_wins

SCENARIOS = ("best_move", "random_move", "all_combinations")
FEATURES = (
    "log_hits_ratio",
    "is_faster",
    "hp_difference",
    "attack_difference",
    "defense_difference",
    "speed_difference",
    "accuracy_difference",
    "power_difference",
)


@dataclass(frozen=True)
class Matchup:
    first: Creature
    second: Creature
    first_move: Move
    second_move: Move


@dataclass(frozen=True)
class Dataset:
    features: np.ndarray
    first_won: np.ndarray
    pairs: np.ndarray
    """The pair of creatures regardless of order, so that rows of one pair stay together."""


def features_of(dex: Dex, matchup: Matchup) -> list[float]:
    first, second = matchup.first, matchup.second
    # Expected hits that each needs to win; the ratio decides most battles.
    first_hits = second.hp / dex.damage(first, second, matchup.first_move)
    second_hits = first.hp / dex.damage(second, first, matchup.second_move)
    first_hits *= 100 / matchup.first_move.accuracy
    second_hits *= 100 / matchup.second_move.accuracy
    return [
        float(np.log(second_hits / first_hits)),
        float(np.sign(first.speed - second.speed)),
        first.hp - second.hp,
        (first.attack + first.sp_attack) - (second.attack + second.sp_attack),
        (first.defense + first.sp_defense) - (second.defense + second.sp_defense),
        first.speed - second.speed,
        matchup.first_move.accuracy - matchup.second_move.accuracy,
        matchup.first_move.power - matchup.second_move.power,
    ]


def matchups(
    dex: Dex, scenario: str, random_samples: int, max_combinations: int, random: np.random.Generator
) -> list[Matchup]:
    """Every ordered pair of creatures, with the moves that the scenario lets them use."""
    found = []
    for first, second in permutations(dex.creatures.values(), 2):
        if scenario == "best_move":
            moves = [(dex.best_move(first, second), dex.best_move(second, first))]
        elif scenario == "random_move":
            moves = [
                tuple(dex.moves[random.choice(side.move_ids)] for side in (first, second))
                for _ in range(random_samples)
            ]
        else:
            combinations = product(first.move_ids, second.move_ids)
            moves = [
                (dex.moves[one], dex.moves[other])
                for one, other in islice(combinations, max_combinations)
            ]
        found.extend(Matchup(first, second, one, other) for one, other in moves)
    return found


def sides_of(dex: Dex, met: list[Matchup]) -> tuple[Sides, Sides]:
    def side(rows: list[tuple[Creature, Creature, Move]]) -> Sides:
        return Sides(
            hp=np.array([own.hp for own, _, _ in rows]),
            damage=np.array([dex.damage(own, other, move) for own, other, move in rows]),
            accuracy=np.array([move.accuracy for _, _, move in rows]),
            speed=np.array([own.speed for own, _, _ in rows]),
        )

    return (
        side([(m.first, m.second, m.first_move) for m in met]),
        side([(m.second, m.first, m.second_move) for m in met]),
    )


def generate(
    dex: Dex,
    scenarios: tuple[str, ...],
    random_samples: int,
    max_combinations: int,
    random: np.random.Generator,
) -> Dataset:
    met = [
        matchup
        for scenario in scenarios
        for matchup in matchups(dex, scenario, random_samples, max_combinations, random)
    ]
    first, second = sides_of(dex, met)
    return Dataset(
        features=np.array([features_of(dex, matchup) for matchup in met]),
        first_won=first_wins(first, second, random),
        pairs=np.array([sorted((m.first.id, m.second.id)) for m in met]),
    )


def split(
    dataset: Dataset, held_out: float, random: np.random.Generator
) -> tuple[Dataset, Dataset]:
    """Splits into a training and a held-out part with no pair in both, so that the test does not reward memorising."""
    pairs, pair_of_row = np.unique(dataset.pairs, axis=0, return_inverse=True)
    is_held_out = (random.random(len(pairs)) < held_out)[pair_of_row.reshape(-1)]

    def part(rows: np.ndarray) -> Dataset:
        return Dataset(dataset.features[rows], dataset.first_won[rows], dataset.pairs[rows])

    return part(~is_held_out), part(is_held_out)
