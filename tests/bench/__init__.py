"""Benchmarks of Core Monitor against the bare engine and docker compose, in one run."""
