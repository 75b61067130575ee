"""Stand-in for the Streamlit interface: choose two creatures, see who the model thinks wins."""

import os
from html import escape
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from predictiondex.standins.page import fetch_json, page, table

API = os.environ.get("API_URL", "http://api:8000")
app = FastAPI(docs_url=None, redoc_url=None)


def selection(name: str, creatures: list[dict[str, Any]], chosen: int) -> str:
    options = "".join(
        f'<option value="{each["id"]}"{" selected" if each["id"] == chosen else ""}>'
        f"{escape(each['name'])} ({escape(each['type_1'])})</option>"
        for each in creatures
    )
    return f'<label>{name} <select name="{name}">{options}</select></label> '


@app.get("/")
def index(first: int = 1, second: int = 30) -> HTMLResponse:
    try:
        creatures = fetch_json(f"{API}/creatures")
        answer = fetch_json(f"{API}/predict", {"first": first, "second": second})
    except (OSError, ValueError) as error:
        body = f"<p>The API at {escape(API)} does not answer: {escape(str(error))}</p>"
        return page("Battle predictor", "Streamlit", body)
    sides = (("first", answer["first_wins"]), ("second", 1 - answer["first_wins"]))
    rows = [[answer[side]["name"], answer[side]["move"], f"{share:.1%}"] for side, share in sides]
    form = selection("first", creatures, first) + selection("second", creatures, second)
    body = f"<form>{form}<button>Predict</button></form>{table(['creature', 'move', 'wins'], rows)}"
    return page("Battle predictor", "Streamlit", body)


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8501, log_level="warning")
