"""Real processes for the tests of what runs inside Rasa: two Rasas and one stand-alone action server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from tests.rasa.processes import (
    HERE,
    RASA,
    ROOT,
    SECRET,
    Processes,
    Server,
    rasa_environment,
    run_failing_rasa,
    run_rasa,
    stop,
    wait_until_ready,
)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest trained model; one is trained when there is none."""
    folder = ROOT / "models"
    if not list(folder.glob("*.tar.gz")):
        folder = tmp_path_factory.mktemp("models")
        subprocess.run([RASA, "train", "--out", folder], cwd=ROOT, env=rasa_environment(), check=True, timeout=600)
    return max(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)


@pytest.fixture(scope="session")
def processes(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    # All start side by side: each needs seconds to import Rasa.
    logs = tmp_path_factory.mktemp("logs")
    actions_port = free_port()
    with (logs / "actions.log").open("wb") as output:
        actions = subprocess.Popen(
            [sys.executable, "-m", "rasa_sdk", "-p", str(actions_port), "--actions", "actions_of_the_test"],
            cwd=HERE,
            env=os.environ | {"SANIC_HOST": "127.0.0.1"},
            stdout=output,
            stderr=output,
        )
    servers = Processes(
        run_rasa(model, logs / "rasa.log", SECRET, actions_port),
        run_rasa(model, logs / "rasa_without_actions.log", SECRET, free_port()),
        run_rasa(model, logs / "rasa_without_secret.log", "too short", actions_port),
        run_failing_rasa(logs / "failing_rasa.log"),
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{actions_port}/health", actions, logs / "actions.log")
        for server in (servers.rasa, servers.rasa_without_actions, servers.failing_rasa):
            wait_until_ready(f"{server.url}/webhooks/gateway/health", server.process, server.log)
        yield servers
    finally:
        for process in (actions, *(server.process for server in vars(servers).values())):
            stop(process)


@pytest.fixture(scope="session")
def rasa(processes: Processes) -> Server:
    return processes.rasa


@pytest.fixture(scope="session")
def rasa_without_actions(processes: Processes) -> Server:
    """Another Rasa, whose action server cannot be reached."""
    return processes.rasa_without_actions


@pytest.fixture(scope="session")
def failing_rasa(processes: Processes) -> Server:
    return processes.failing_rasa


@pytest.fixture(scope="session")
def understand(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """How the model reads each of some texts, without a turn: intent, clauses, policy topic."""
    log = tmp_path_factory.mktemp("logs") / "understanding.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [RASA.parent / "python", HERE / "understanding.py", model],
            cwd=ROOT,
            env=rasa_environment(PYTHONPATH=str(ROOT)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )

    def ask(*texts: str) -> list[dict[str, Any]]:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(texts) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"stopped at once:\n{log.read_text()[-3000:]}"
        return list(json.loads(answer))

    try:
        yield ask
    finally:
        stop(process)
