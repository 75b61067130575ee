"""Logistic regression by mini-batch gradient descent, kept as JSON."""

import json
import os
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from predictiondex.dataset import Dataset

MODELS = Path(os.environ.get("MODELS_DIR", "/models"))
MODEL = MODELS / "battle_winner_model_v2.json"
METADATA = MODELS / "battle_winner_model_v2.metadata.json"


@dataclass(frozen=True)
class HyperParameters:
    learning_rate: float = 0.3
    l2: float = 1e-4
    epochs: int = 20
    momentum: float = 0.9
    batch_size: int = 512


def fast_grid() -> list[HyperParameters]:
    """8 combinations."""
    return [
        HyperParameters(learning_rate, l2, epochs)
        for learning_rate, l2, epochs in product((0.1, 0.3), (0.0, 1e-3), (10, 20))
    ]


def extended_grid() -> list[HyperParameters]:
    """243 combinations."""
    axes = product(
        (0.05, 0.1, 0.3), (0.0, 1e-4, 1e-2), (5, 10, 20), (0.0, 0.5, 0.9), (256, 512, 1024)
    )
    return [HyperParameters(*values) for values in axes]


@dataclass(frozen=True)
class Model:
    weights: list[float]
    bias: float
    means: list[float]
    scales: list[float]

    def first_wins(self, features: np.ndarray) -> np.ndarray:
        """Probability that the first side wins, per row."""
        standard = (features - np.array(self.means)) / np.array(self.scales)
        return sigmoid(standard @ np.array(self.weights) + self.bias)

    def save(self, path: Path) -> None:
        write_json(path, asdict(self))

    @staticmethod
    def load(path: Path) -> "Model":
        return Model(**json.loads(path.read_text(encoding="utf-8")))


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))


def train(dataset: Dataset, chosen: HyperParameters, random: np.random.Generator) -> Model:
    means = dataset.features.mean(axis=0)
    scales = dataset.features.std(axis=0)
    scales[scales == 0] = 1.0
    inputs = np.column_stack([(dataset.features - means) / scales, np.ones(len(dataset.features))])
    targets = dataset.first_won.astype(float)
    weights = np.zeros(inputs.shape[1])
    velocity = np.zeros_like(weights)
    for _ in range(chosen.epochs):
        order = random.permutation(len(inputs))
        for start in range(0, len(order), chosen.batch_size):
            rows = order[start : start + chosen.batch_size]
            error = sigmoid(inputs[rows] @ weights) - targets[rows]
            gradient = inputs[rows].T @ error / len(rows)
            gradient[:-1] += chosen.l2 * weights[:-1]
            velocity = chosen.momentum * velocity - chosen.learning_rate * gradient
            weights += velocity
    return Model(weights[:-1].tolist(), float(weights[-1]), means.tolist(), scales.tolist())


def evaluate(model: Model, dataset: Dataset) -> dict[str, float]:
    predicted = model.first_wins(dataset.features)
    certain = np.clip(predicted, 1e-9, 1 - 1e-9)
    loss = -np.where(dataset.first_won, np.log(certain), np.log(1 - certain)).mean()
    accuracy = ((predicted > 0.5) == dataset.first_won).mean()
    return {"accuracy": float(accuracy), "log_loss": float(loss)}


def write_json(path: Path, value: Any) -> None:
    """Replaces the file atomically, so that a reader never sees a partial model."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    os.replace(draft, path)
