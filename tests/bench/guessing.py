"""Guesses passwords at a steady rate and prints how they were answered: a process of its own beside the one that measures."""

import argparse
import http.client
import json
import sys
import threading
import time
from collections import Counter

CONNECTIONS = 8


def main() -> int:
    """Runs for the given time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--name", required=True, help="a user who exists; every other guess is about nobody")
    parser.add_argument("--rate", type=float, required=True, help="guesses a second, over all connections")
    parser.add_argument(
        "--network", type=int, required=True, help="each connection comes from an address of its own in 127.0.NETWORK.0"
    )
    parser.add_argument("--seconds", type=float, required=True)
    given = parser.parse_args()
    counts: list[Counter[str]] = [Counter() for _ in range(CONNECTIONS)]
    began = time.monotonic()
    guessers = [
        threading.Thread(target=_guess, args=(given, number, began, counts[number])) for number in range(CONNECTIONS)
    ]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    answers = sum(counts, Counter[str]())
    print(json.dumps({"answers": answers, "seconds": time.monotonic() - began}))
    return 0


def _guess(given: argparse.Namespace, number: int, began: float, answers: Counter[str]) -> None:
    # What one address may guess is limited, so a storm has many.
    source = (f"127.0.{given.network}.{number + 1}", 0)
    connection = http.client.HTTPConnection("127.0.0.1", given.port, timeout=60, source_address=source)
    interval = CONNECTIONS / given.rate
    for turn in range(int(given.seconds / interval)):
        # A guess that is late is made at once, so that slow answers do not lower the rate.
        time.sleep(max(began + (turn + number / CONNECTIONS) * interval - time.monotonic(), 0.0))
        name = given.name if turn % 2 == 0 else f"nobody-{number}-{turn}"
        body = json.dumps({"name": name, "password": f"guess {number} {turn}"})
        try:
            connection.request("POST", "/api/v1/session/password", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            answers[str(answer.status)] += 1
        except (OSError, http.client.HTTPException):
            answers["none"] += 1
            connection.close()
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
