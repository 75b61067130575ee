"""Timestamps of the API."""

from datetime import datetime


def seconds(text: str) -> float:
    """Converts an RFC 3339 timestamp in UTC to seconds since the epoch."""
    # The parser requires three or six fractional digits, but the API writes any number.
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(whole + "+00:00").timestamp() + float(f"0.{fraction or 0}")
