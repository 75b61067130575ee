"""Records a training run at the tracking server, over the REST interface of MLflow."""

import json
import logging
import time
import urllib.error
import urllib.request
from typing import Any

LOG = logging.getLogger(__name__)
API = "/api/2.0/mlflow"


class Tracking:
    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            self.address + API + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def experiment(self, name: str) -> str:
        """Id of the experiment, made when it is not there."""
        try:
            return self.call("/experiments/create", {"name": name})["experiment_id"]
        except urllib.error.HTTPError as error:
            if error.code != 400:
                raise
        found = self.call("/experiments/search", {"filter": f"name = '{name}'", "max_results": 1})
        return found["experiments"][0]["experiment_id"]

    def record(
        self, experiment: str, name: str, parameters: dict[str, Any], metrics: dict[str, float]
    ) -> str:
        """Id of a finished run with these parameters and metrics."""
        now = int(time.time() * 1000)
        run = self.call(
            "/runs/create",
            {"experiment_id": self.experiment(experiment), "run_name": name, "start_time": now},
        )["run"]["info"]["run_id"]
        self.call(
            "/runs/log-batch",
            {
                "run_id": run,
                "params": [{"key": key, "value": str(value)} for key, value in parameters.items()],
                "metrics": [
                    {"key": key, "value": value, "timestamp": now, "step": 0}
                    for key, value in metrics.items()
                ],
            },
        )
        self.call("/runs/update", {"run_id": run, "status": "FINISHED", "end_time": now})
        return run


def record_run(
    address: str, experiment: str, name: str, parameters: dict[str, Any], metrics: dict[str, float]
) -> None:
    """Records the run if the server responds in time; the model is kept in any case.

    The training does not depend on the tracking server, which may still be starting.
    """
    deadline = time.monotonic() + 20
    while True:
        try:
            LOG.info("run %s", Tracking(address).record(experiment, name, parameters, metrics))
            return
        except (OSError, KeyError, ValueError) as error:
            if time.monotonic() >= deadline:
                LOG.warning("run not recorded at %s: %s", address, error)
                return
            time.sleep(1)
