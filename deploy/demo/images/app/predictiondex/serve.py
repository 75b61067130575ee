"""The API's process: waits for the database, then serves.

Separate from the application, because uvicorn imports that again in its reloader process.
"""

import logging
import os

import uvicorn

from predictiondex.database import wait_for_db

# Outside the guard: the reloading process imports this module too, and logs the same way.
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")

if __name__ == "__main__":
    wait_for_db(timeout=60).close()
    uvicorn.run(
        "predictiondex.api:app",
        host="0.0.0.0",
        port=8000,
        log_config=None,
        reload=os.environ.get("DEV_MODE", "false").lower() == "true",
    )
