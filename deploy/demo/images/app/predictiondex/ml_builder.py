"""The machine learning job: simulates battles from the database and trains a model on them.

ML_MODE               all | dataset | train | evaluate
    ML_SCENARIO_TYPE      best_move | random_move | all_combinations | all
    ML_TUNE_HYPERPARAMS   true: search the grid ML_GRID_TYPE (fast: 8, extended: 243 combinations)
    ML_SKIP_IF_EXISTS     true: exit at once if the model exists
    ML_NUM_RANDOM_SAMPLES battles per pair in the scenario random_move
    ML_MAX_COMBINATIONS   battles per pair in the scenario all_combinations
"""

import logging
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np

from predictiondex.battle import load_dex
from predictiondex.database import wait_for_db
from predictiondex.dataset import FEATURES, SCENARIOS, Dataset, generate, split
from predictiondex.model import (
    METADATA,
    MODEL,
    MODELS,
    HyperParameters,
    Model,
    evaluate,
    extended_grid,
    fast_grid,
    train,
    write_json,
)
from predictiondex.tracking import record_run

LOG = logging.getLogger("ml_builder")
DATASET = MODELS / "battle_dataset_v2.npz"
SEED = 20260126
HELD_OUT = 0.2
TUNING_ROWS = 8_000


def flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in ("1", "true", "yes", "on")


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = os.environ.get(name, default)
    if value not in allowed:
        sys.exit(f"{name}={value!r} is not one of {', '.join(allowed)}")
    return value


def build_dataset() -> Dataset:
    dex = load_dex(wait_for_db(timeout=60))
    scenario = choice("ML_SCENARIO_TYPE", (*SCENARIOS, "all"), "all")
    dataset = generate(
        dex,
        SCENARIOS if scenario == "all" else (scenario,),
        random_samples=int(os.environ.get("ML_NUM_RANDOM_SAMPLES", "5")),
        max_combinations=int(os.environ.get("ML_MAX_COMBINATIONS", "20")),
        random=np.random.default_rng(SEED),
    )
    LOG.info("%d battles of %d creatures (%s)", len(dataset.pairs), len(dex.creatures), scenario)
    np.savez_compressed(DATASET, **asdict(dataset))
    return dataset


def read_dataset() -> Dataset:
    if not DATASET.exists():
        sys.exit(f"{DATASET} is missing: run with ML_MODE=dataset or ML_MODE=all first")
    with np.load(DATASET) as stored:
        return Dataset(stored["features"], stored["first_won"], stored["pairs"])


def tune(dataset: Dataset, random: np.random.Generator) -> HyperParameters:
    """The best of the grid on a validation part of a sample; the held-out part is never seen."""
    grid_type = choice("ML_GRID_TYPE", ("fast", "extended"), "fast")
    grid = fast_grid() if grid_type == "fast" else extended_grid()
    rows = random.permutation(len(dataset.pairs))[:TUNING_ROWS]
    sample = Dataset(dataset.features[rows], dataset.first_won[rows], dataset.pairs[rows])
    fitting, validation = split(sample, 0.25, random)
    losses = [evaluate(train(fitting, each, random), validation)["log_loss"] for each in grid]
    best = int(np.argmin(losses))
    LOG.info("grid %s: %d combinations, best log loss %.4f", grid_type, len(grid), losses[best])
    return grid[best]


def build_model(dataset: Dataset) -> None:
    random = np.random.default_rng(SEED)
    training, held_out = split(dataset, HELD_OUT, random)
    chosen = tune(training, random) if flag("ML_TUNE_HYPERPARAMS", True) else HyperParameters()
    model = train(training, chosen, random)
    metrics = evaluate(model, held_out)
    LOG.info("held-out accuracy %.4f on %d battles", metrics["accuracy"], len(held_out.pairs))
    metadata = {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "algorithm": "logistic regression",
        "features": list(FEATURES),
        "hyper_parameters": asdict(chosen),
        "training_rows": len(training.pairs),
        "held_out_rows": len(held_out.pairs),
        "held_out": metrics,
    }
    # The metadata is written first, so that it exists whenever the model does.
    write_json(METADATA, metadata)
    model.save(MODEL)
    if address := os.environ.get("MLFLOW_TRACKING_URI"):
        record_run(address, "battle_winner", "battle_winner_model_v2", asdict(chosen), metrics)


def main() -> None:
    mode = choice("ML_MODE", ("all", "dataset", "train", "evaluate"), "all")
    if mode in ("all", "train") and flag("ML_SKIP_IF_EXISTS", True) and MODEL.exists():
        LOG.info("%s exists: nothing to do (ML_SKIP_IF_EXISTS)", MODEL)
        return
    if mode == "evaluate":
        _, held_out = split(read_dataset(), HELD_OUT, np.random.default_rng(SEED))
        LOG.info("held-out: %s", evaluate(Model.load(MODEL), held_out))
        return
    dataset = read_dataset() if mode == "train" else build_dataset()
    if mode != "dataset":
        build_model(dataset)
    LOG.info("done")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    main()
