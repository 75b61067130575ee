"""The stack that sleeps: one page that counts its visits in PostgreSQL."""

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from predictiondex.database import connect, fetch_all, wait_for_db

STYLE = """
body{font:18px/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}
:root{color-scheme:light dark}
strong{font-size:3rem;display:block}
"""
TABLE = "CREATE TABLE IF NOT EXISTS visits (at timestamptz NOT NULL DEFAULT now())"
COUNT = """
SELECT count(*) AS visits,
       to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'HH24:MI:SS') AS started,
       to_char(now() AT TIME ZONE 'UTC', 'HH24:MI:SS') AS now
FROM visits
"""
app = FastAPI(docs_url=None, redoc_url=None)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ready"}


@app.get("/")
def index() -> HTMLResponse:
    connection = connect()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("INSERT INTO visits DEFAULT VALUES")
        found = fetch_all(connection, COUNT)[0]
    finally:
        connection.close()
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        # Without it, a browser asks for /favicon.ico.
        '<link rel="icon" href="data:,">'
        f"<title>Visits</title><style>{STYLE}</style></head><body><h1>This page was asleep</h1>"
        f"<p>Visits so far, counted in PostgreSQL: <strong>{found['visits']}</strong></p>"
        f"<p>The database started at {found['started']} UTC; it is now {found['now']}. Two minutes "
        "after the last request, this page and its database go to sleep again, and the next "
        "request wakes both.</p></body></html>"
    )


def main() -> None:
    connection = wait_for_db(timeout=60)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(TABLE)
    finally:
        connection.close()
    uvicorn.run(app, host="0.0.0.0", port=8000, log_level="warning")


if __name__ == "__main__":
    main()
