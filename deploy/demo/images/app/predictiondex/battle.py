"""Creatures, expected damage, and simulation of many battles at once."""

from dataclasses import dataclass

import numpy as np

from predictiondex.database import Connection, fetch_all

MAX_TURNS = 60
DAMAGE_SCALE = 0.25
SAME_TYPE_BONUS = 1.5


@dataclass(frozen=True)
class Creature:
    id: int
    name: str
    types: tuple[str, ...]
    hp: int
    attack: int
    defense: int
    sp_attack: int
    sp_defense: int
    speed: int
    move_ids: tuple[int, ...]


@dataclass(frozen=True)
class Move:
    id: int
    name: str
    type: str | None
    category: str
    power: int
    accuracy: int


@dataclass(frozen=True)
class Dex:
    """Everything that the ETL loaded."""

    creatures: dict[int, Creature]
    moves: dict[int, Move]
    multipliers: dict[tuple[str, str], float]

    def damage(self, attacker: Creature, defender: Creature, move: Move) -> float:
        """Expected damage of one hit, before luck."""
        if move.category == "physical":
            ratio = attacker.attack / defender.defense
        else:
            ratio = attacker.sp_attack / defender.sp_defense
        factor = SAME_TYPE_BONUS if move.type in attacker.types else 1.0
        for defending in defender.types:
            factor *= self.multipliers.get((move.type or "", defending), 1.0)
        return DAMAGE_SCALE * move.power * ratio * factor

    def best_move(self, attacker: Creature, defender: Creature) -> Move:
        """The move with the most damage per turn, misses included."""
        return max(
            (self.moves[move_id] for move_id in attacker.move_ids),
            key=lambda move: self.damage(attacker, defender, move) * move.accuracy,
        )


def load_dex(connection: Connection) -> Dex:
    movesets: dict[int, list[int]] = {}
    for row in fetch_all(connection, "SELECT creature_id, move_id FROM movesets ORDER BY 1, 2"):
        movesets.setdefault(row["creature_id"], []).append(row["move_id"])
    creatures = {}
    for row in fetch_all(connection, "SELECT * FROM creatures ORDER BY id"):
        types = tuple(kind for kind in (row.pop("type_1"), row.pop("type_2")) if kind)
        creatures[row["id"]] = Creature(
            types=types, move_ids=tuple(movesets.get(row["id"], ())), **row
        )
    moves = {row["id"]: Move(**row) for row in fetch_all(connection, "SELECT * FROM moves")}
    multipliers = {
        (row["attacking"], row["defending"]): row["multiplier"]
        for row in fetch_all(connection, "SELECT * FROM type_effectiveness")
    }
    return Dex(creatures, moves, multipliers)


@dataclass(frozen=True)
class Sides:
    """One side of many battles, an array entry per battle."""

    hp: np.ndarray
    damage: np.ndarray
    accuracy: np.ndarray
    speed: np.ndarray


def first_wins(first: Sides, second: Sides, random: np.random.Generator) -> np.ndarray:
    """Plays every battle to its end; true where the first side wins.

    The faster one strikes first each turn (equal speed: a coin, once per battle). A hit varies
    between 85 % and 100 %, and may miss. After MAX_TURNS the larger share of health wins.
    """
    first_hp, second_hp = first.hp.astype(float), second.hp.astype(float)
    coin = random.random(len(first_hp)) < 0.5
    first_leads = np.where(first.speed == second.speed, coin, first.speed > second.speed)
    for _ in range(MAX_TURNS):
        standing = (first_hp > 0) & (second_hp > 0)
        if not standing.any():
            break
        to_second, to_first = (
            side.damage
            * random.uniform(0.85, 1.0, len(first_hp))
            * (random.uniform(0, 100, len(first_hp)) < side.accuracy)
            for side in (first, second)
        )
        second_falls = second_hp <= to_second
        first_falls = first_hp <= to_first
        # A creature defeated by the first strike does not strike back in that turn.
        second_hp -= to_second * (standing & (first_leads | ~first_falls))
        first_hp -= to_first * (standing & (~first_leads | ~second_falls))
    return first_hp / first.hp > second_hp / second.hp
