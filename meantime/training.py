"""Training the assistant: only when what it is trained on has changed, and in the environment Rasa lives in."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from meantime.settings import ROOT

RASA = ROOT / ".venv-rasa" / "bin" / "python"
MODELS = ROOT / "models"
LINES_SHOWN = 25


class TrainingFailed(Exception):
    """Rasa could not train; the message holds the end of what it said."""


def model_file() -> Path:
    """Return where the model for the present training data is, or will be."""
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return MODELS / f"meantime-{digest.hexdigest()[:16]}.tar.gz"


def train() -> Path:
    """Train the model if there is none for the present data, and return its file. Raises TrainingFailed."""
    model = model_file()
    if model.exists():
        return model
    if not RASA.exists():
        raise TrainingFailed("Rasa is not installed yet. Run: make setup")
    done = subprocess.run(  # noqa: S603  our own command, nothing of a user's in it
        [
            str(RASA), "-W", "ignore", "-m", "components", "train", "--quiet", "--out", str(MODELS),
            "--fixed-model-name", model.name.removesuffix(".tar.gz"),
        ],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode or not model.exists():
        tail = "\n".join(done.stdout.splitlines()[-LINES_SHOWN:])
        raise TrainingFailed(f"Rasa could not train the assistant. The end of what it said:\n{tail}")
    return model


def _sources() -> Iterator[Path]:
    yield from (ROOT / "config.yml", ROOT / "domain.yml", ROOT / "requirements" / "rasa.txt")
    yield from sorted((ROOT / "data").glob("*.yml"))
    yield from sorted((ROOT / "components").glob("*.py"))
