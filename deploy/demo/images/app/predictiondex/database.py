"""The PostgreSQL connection, configured by the POSTGRES_* variables of the stack."""

import logging
import os
import time
from collections.abc import Sequence
from typing import Any

import psycopg2
import psycopg2.extensions
import psycopg2.extras

LOG = logging.getLogger(__name__)
Connection = psycopg2.extensions.connection
Row = dict[str, Any]


def connect() -> Connection:
    return psycopg2.connect(
        host=os.environ.get("POSTGRES_HOST", "db"),
        port=int(os.environ.get("POSTGRES_PORT", "5432")),
        user=os.environ["POSTGRES_USER"],
        password=os.environ["POSTGRES_PASSWORD"],
        dbname=os.environ["POSTGRES_DB"],
        connect_timeout=5,
    )


def wait_for_db(timeout: float = 60.0) -> Connection:
    """Connects, retrying for `timeout` seconds before raising the last error."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            return connect()
        except psycopg2.OperationalError as error:
            if time.monotonic() >= deadline:
                raise
            LOG.info("database not ready: %s", str(error).strip())
            time.sleep(1)


def fetch_all(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
        cursor.execute(sql, parameters)
        return [dict(row) for row in cursor.fetchall()]
