"""The ETL job: loads the CSV files of the image into PostgreSQL, then exits with 0.

It uses one transaction, so that readers see either the old rows or the new ones, and running it
again changes nothing.
"""

import csv
import logging
import os
from pathlib import Path

import psycopg2.extras
from psycopg2 import sql

from predictiondex.database import Connection, wait_for_db

LOG = logging.getLogger("etl")
DATA = Path(os.environ.get("DATA_DIR", "/app/data"))
SCHEMA = Path(__file__).with_name("schema.sql")

# In the order of their foreign keys: table, file.
TABLES = (
    ("type_effectiveness", "types.csv"),
    ("creatures", "creatures.csv"),
    ("moves", "moves.csv"),
    ("movesets", "movesets.csv"),
)


def load_table(connection: Connection, table: str, path: Path) -> int:
    """Inserts every row of the file; an empty field is NULL. The header names the columns."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        columns = next(reader)
        rows = [[field or None for field in row] for row in reader]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES %s").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor:
        psycopg2.extras.execute_values(cursor, statement, rows)
    return len(rows)


def run_etl(connection: Connection) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA.read_text(encoding="utf-8"))
        cursor.execute("TRUNCATE " + ", ".join(table for table, _ in TABLES))
        for table, file in TABLES:
            LOG.info("%s: %d rows", table, load_table(connection, table, DATA / file))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    run_etl(wait_for_db(timeout=60))
    LOG.info("done")
