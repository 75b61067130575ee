"""Stand-in for the MLflow tracking server: the few calls of its REST interface that the training
job makes, kept in an SQLite file on the volume, and a page with the runs."""

import os
import sqlite3
import time
import uuid
from collections.abc import Iterator
from typing import Any

import uvicorn
from fastapi import Body, Depends, FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from predictiondex.standins.page import page, table

DATABASE = os.environ.get("MLFLOW_DATABASE", "/mlflow/mlflow.db")
API = "/api/2.0/mlflow"
SCHEMA = """
CREATE TABLE IF NOT EXISTS experiments (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY,
    experiment_id INTEGER NOT NULL REFERENCES experiments,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    started_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS run_values (
    run_id TEXT NOT NULL REFERENCES runs,
    kind TEXT NOT NULL CHECK (kind IN ('param', 'metric')),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run_id, kind, key)
);
"""
app = FastAPI(docs_url=None, redoc_url=None)


def store() -> Iterator[sqlite3.Connection]:
    # Dependencies and handlers run in different threads of the pool, one after the other.
    connection = sqlite3.connect(DATABASE, check_same_thread=False, timeout=5)
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def refusal(code: str, message: str) -> JSONResponse:
    return JSONResponse({"error_code": code, "message": message}, status_code=400)


@app.exception_handler(sqlite3.IntegrityError)
def integrity(_request: Any, error: sqlite3.IntegrityError) -> JSONResponse:
    return refusal("INVALID_PARAMETER_VALUE", str(error))


@app.get("/health", response_class=PlainTextResponse)
def health(stored: sqlite3.Connection = Depends(store)) -> str:
    stored.execute("SELECT count(*) FROM runs").fetchone()
    return "OK"


@app.post(f"{API}/experiments/create")
def create_experiment(
    name: str = Body(embed=True), stored: sqlite3.Connection = Depends(store)
) -> Any:
    row = stored.execute(
        "INSERT INTO experiments (name) VALUES (?) ON CONFLICT DO NOTHING RETURNING id", (name,)
    ).fetchone()
    if row is None:
        return refusal("RESOURCE_ALREADY_EXISTS", f"Experiment '{name}' already exists.")
    return {"experiment_id": str(row[0])}


@app.post(f"{API}/experiments/search")
def search_experiments(
    filter: str = Body("", embed=True), stored: sqlite3.Connection = Depends(store)
) -> dict[str, Any]:
    """Understands `name = '...'` and the empty filter."""
    wanted = filter.partition("=")[2].strip().strip("'")
    rows = stored.execute("SELECT id, name FROM experiments WHERE ?1 IN ('', name)", (wanted,))
    return {"experiments": [{"experiment_id": str(key), "name": name} for key, name in rows]}


@app.post(f"{API}/runs/create")
def create_run(
    experiment_id: str = Body(),
    run_name: str = Body("run"),
    start_time: int | None = Body(None),
    stored: sqlite3.Connection = Depends(store),
) -> dict[str, Any]:
    run = uuid.uuid4().hex
    started = start_time or int(time.time() * 1000)
    stored.execute(
        "INSERT INTO runs VALUES (?, ?, ?, 'RUNNING', ?)", (run, experiment_id, run_name, started)
    )
    return {"run": {"info": {"run_id": run, "run_name": run_name, "status": "RUNNING"}}}


@app.post(f"{API}/runs/log-batch")
def log_batch(
    run_id: str = Body(),
    params: list[dict[str, Any]] = Body([]),
    metrics: list[dict[str, Any]] = Body([]),
    stored: sqlite3.Connection = Depends(store),
) -> dict[str, Any]:
    stored.executemany(
        "INSERT OR REPLACE INTO run_values VALUES (?, ?, ?, ?)",
        [(run_id, "param", each["key"], each["value"]) for each in params]
        + [(run_id, "metric", each["key"], str(each["value"])) for each in metrics],
    )
    return {}


@app.post(f"{API}/runs/update")
def update_run(
    run_id: str = Body(), status: str = Body(), stored: sqlite3.Connection = Depends(store)
) -> dict[str, Any]:
    stored.execute("UPDATE runs SET status = ? WHERE id = ?", (status, run_id))
    return {"run_info": {"run_id": run_id, "status": status}}


@app.get("/")
def index(stored: sqlite3.Connection = Depends(store)) -> HTMLResponse:
    runs = stored.execute(
        "SELECT runs.id, experiments.name, runs.name, status,"
        " datetime(started_ms / 1000, 'unixepoch')"
        " FROM runs JOIN experiments ON experiments.id = experiment_id ORDER BY started_ms DESC"
    ).fetchall()
    rows = []
    for run, *cells in runs:
        values = stored.execute(
            "SELECT key, value FROM run_values WHERE run_id = ? ORDER BY kind, key", (run,)
        )
        rows.append([*cells, ", ".join(f"{key}={value}" for key, value in values)])
    head = ["experiment", "run", "status", "started (UTC)", "metrics and parameters"]
    return page("Training runs", "MLflow", table(head, rows))


if __name__ == "__main__":
    with sqlite3.connect(DATABASE) as first:
        first.executescript(SCHEMA)
    uvicorn.run(app, host="0.0.0.0", port=5000, log_level="warning")
