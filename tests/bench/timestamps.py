"""Instants as the API writes them."""

from datetime import datetime


def seconds(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 instant in UTC."""
    # The parser takes three or six digits of a second, the API writes as many as there are.
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(whole + "+00:00").timestamp() + float(f"0.{fraction or 0}")
