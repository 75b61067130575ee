"""Stand-in for a Grafana dashboard: what Prometheus scraped, drawn on the server."""

import os
import time
from html import escape
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from predictiondex.standins.page import fetch_json, page, table

PROMETHEUS = os.environ.get("PROMETHEUS_URL", "http://prometheus:9090")
MINUTES = 15
PANELS = (
    ("API requests per second", "sum(rate(api_requests_total[1m]))"),
    (
        "API seconds per request",
        "sum(rate(api_request_duration_seconds_sum[1m]))"
        " / sum(rate(api_request_duration_seconds_count[1m]))",
    ),
    ("Predictions so far", "sum(api_predictions_total)"),
    ("CPU usage", '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[1m]))'),
    ("Memory available, GiB", "node_memory_MemAvailable_bytes / 2^30"),
)
app = FastAPI(docs_url=None, redoc_url=None)


def query(path: str, **parameters: str | float) -> list[dict[str, Any]]:
    answer = fetch_json(f"{PROMETHEUS}/api/v1/{path}?{urlencode(parameters)}")
    result: list[dict[str, Any]] = answer["data"]["result"]
    return result


def curve(values: list[float], width: int = 600, height: int = 80) -> str:
    low, high = min(values), max(values)
    step = width / max(len(values) - 1, 1)
    points = " ".join(
        f"{index * step:.1f},{height - (value - low) / ((high - low) or 1) * height:.1f}"
        for index, value in enumerate(values)
    )
    return (
        f'<svg viewBox="-2 -2 {width + 4} {height + 4}" width="100%" height="{height}"'
        f' preserveAspectRatio="none"><polyline points="{points}" fill="none" stroke="#0969da"'
        ' stroke-width="2" vector-effect="non-scaling-stroke"/></svg>'
    )


def panel(title: str, expression: str) -> str:
    now = time.time()
    series = query("query_range", query=expression, start=now - MINUTES * 60, end=now, step=15)
    # A rate over too few samples is NaN, which is no point of a curve.
    values = [float(value) for _, value in series[0]["values"] if value != "NaN"] if series else []
    drawn = f"<p>{values[-1]:.3f}</p>{curve(values)}" if values else "<p>no data yet</p>"
    return f"<section><h2>{escape(title)}</h2>{drawn}</section>"


@app.get("/api/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/")
def dashboard() -> HTMLResponse:
    try:
        up = query("query", query="up")
        panels = "".join(panel(title, expression) for title, expression in PANELS)
    except (OSError, ValueError, KeyError) as error:
        body = f"<p>Prometheus at {escape(PROMETHEUS)} does not answer: {escape(str(error))}</p>"
        return page("Monitoring", "Grafana", body, refresh_seconds=5)
    rows = [
        [
            each["metric"]["job"],
            each["metric"]["instance"],
            "up" if each["value"][1] == "1" else "down",
        ]
        for each in up
    ]
    targets = table(["job", "target", "state"], rows)
    return page("Monitoring", "Grafana", targets + panels, refresh_seconds=15)


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=3000, log_level="warning")
