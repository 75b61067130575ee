"""The REST API: creatures and moves from the database, predictions from the model."""

import json
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import psycopg2
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from pydantic import BaseModel

from predictiondex.battle import Creature, Dex, Move, load_dex
from predictiondex.database import Connection, connect, fetch_all
from predictiondex.dataset import Matchup, features_of
from predictiondex.model import METADATA, MODEL, Model

REQUESTS = Counter("api_requests_total", "Number of requests", ["method", "route", "status"])
DURATION = Histogram("api_request_duration_seconds", "Request duration in seconds", ["route"])
PREDICTIONS = Counter("api_predictions_total", "Number of predicted battles", ["winner"])

app = FastAPI(title="PredictionDex demonstration", version="1")


@app.middleware("http")
async def measure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    start = time.monotonic()
    response = await call_next(request)
    # The route's pattern, not the path: one series per route, however many creatures there are.
    route = getattr(request.scope.get("route"), "path", "unmatched")
    REQUESTS.labels(request.method, route, response.status_code).inc()
    DURATION.labels(route).observe(time.monotonic() - start)
    return response


def database() -> Iterator[Connection]:
    try:
        connection = connect()
    except psycopg2.OperationalError as error:
        raise HTTPException(503, "the database does not respond") from error
    try:
        yield connection
    finally:
        connection.close()


@lru_cache(maxsize=1)
def model_of(modified: int) -> Model:
    return Model.load(MODEL)


def model() -> Model:
    """The model on disk, read again when the file has changed."""
    try:
        return model_of(MODEL.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise HTTPException(503, f"there is no model at {MODEL}") from error


@app.get("/")
def index() -> dict[str, str]:
    return {"name": app.title, "documentation": "/docs"}


@app.get("/health")
def health(
    connection: Connection = Depends(database), loaded: Model = Depends(model)
) -> dict[str, Any]:
    """200 when the database answers with creatures and the model can be read."""
    creatures = fetch_all(connection, "SELECT count(*) AS count FROM creatures")[0]["count"]
    return {"status": "healthy", "creatures": creatures, "features": len(loaded.weights)}


# Both names, since the original application uses the second one.
@app.get("/creatures")
@app.get("/pokemon")
def list_creatures(
    type: str | None = None, connection: Connection = Depends(database)
) -> list[dict[str, Any]]:
    return fetch_all(
        connection,
        "SELECT * FROM creatures WHERE %s IS NULL OR %s IN (type_1, type_2) ORDER BY id",
        (type, type),
    )


@app.get("/creatures/{creature_id}")
@app.get("/pokemon/{creature_id}")
def get_creature(creature_id: int, connection: Connection = Depends(database)) -> dict[str, Any]:
    found = fetch_all(connection, "SELECT * FROM creatures WHERE id = %s", (creature_id,))
    if not found:
        raise HTTPException(404, f"there is no creature {creature_id}")
    moves = fetch_all(
        connection,
        "SELECT moves.* FROM moves JOIN movesets ON move_id = moves.id"
        " WHERE creature_id = %s ORDER BY moves.id",
        (creature_id,),
    )
    return {**found[0], "moves": moves}


@app.get("/moves")
def list_moves(connection: Connection = Depends(database)) -> list[dict[str, Any]]:
    return fetch_all(connection, "SELECT * FROM moves ORDER BY id")


class Battle(BaseModel):
    """Two creatures by id. A side without a move uses its best one against the other."""

    first: int
    second: int
    first_move: int | None = None
    second_move: int | None = None


def creature(dex: Dex, creature_id: int) -> Creature:
    if creature_id not in dex.creatures:
        raise HTTPException(404, f"there is no creature {creature_id}")
    return dex.creatures[creature_id]


def move(dex: Dex, attacker: Creature, defender: Creature, move_id: int | None) -> Move:
    if move_id is None:
        return dex.best_move(attacker, defender)
    if move_id not in attacker.move_ids:
        raise HTTPException(422, f"{attacker.name} does not know move {move_id}")
    return dex.moves[move_id]


@app.post("/predict")
def predict(
    battle: Battle, connection: Connection = Depends(database), loaded: Model = Depends(model)
) -> dict[str, Any]:
    dex = load_dex(connection)
    first, second = creature(dex, battle.first), creature(dex, battle.second)
    matchup = Matchup(
        first,
        second,
        move(dex, first, second, battle.first_move),
        move(dex, second, first, battle.second_move),
    )
    probability = float(loaded.first_wins(np.array([features_of(dex, matchup)]))[0])
    winner = "first" if probability > 0.5 else "second"
    PREDICTIONS.labels(winner).inc()
    return {
        "first": {"id": first.id, "name": first.name, "move": matchup.first_move.name},
        "second": {"id": second.id, "name": second.name, "move": matchup.second_move.name},
        "winner": winner,
        "first_wins": probability,
    }


@app.get("/model")
def get_model() -> dict[str, Any]:
    """How the model was trained, and how well it does on held-out battles."""
    if not METADATA.exists():
        raise HTTPException(503, f"there is no model at {MODEL}")
    return json.loads(METADATA.read_text(encoding="utf-8"))


@app.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
