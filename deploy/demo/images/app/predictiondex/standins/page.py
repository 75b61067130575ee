"""The one page layout of the stand-ins, and the JSON they fetch."""

import json
import urllib.request
from html import escape
from typing import Any

from fastapi.responses import HTMLResponse

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc}
.notice{background:#fff3cd;border:1px solid #e0c76b;padding:.5rem 1rem;color:#3d3000}
"""


def page(
    title: str, stands_for: str, body: str, refresh_seconds: int | None = None
) -> HTMLResponse:
    """A whole page; `body` is HTML whose data the caller has escaped."""
    refresh = f'<meta http-equiv="refresh" content="{refresh_seconds}">' if refresh_seconds else ""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{refresh}'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<p class="notice">This is a small stand-in for {escape(stands_for)}, which Debian has no'
        f" package of. The data is real.</p><h1>{escape(title)}</h1>{body}</body></html>"
    )


def table(head: list[str], rows: list[list[Any]]) -> str:
    """An HTML table; every cell is escaped."""
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def fetch_json(address: str, body: dict[str, Any] | None = None) -> Any:
    """GET, or POST when there is a body. Raises OSError or ValueError when it does not work."""
    request = urllib.request.Request(
        address,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)
