"""Start and stop the real processes that these tests talk to."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RASA = ROOT / ".venv-rasa" / "bin" / "rasa"
SECRET = "a secret for the tests of Rasa"
READY_WITHIN_SECONDS = 120


@dataclass
class Server:
    """A Rasa that answers turns."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=20)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def ask(self, *, secret: str | None = SECRET, **body: Any) -> httpx.Response:
        headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        return self.client.post("/webhooks/gateway/turn", json=body, headers=headers)

    def turn(self, text: str | None = None, **body: Any) -> dict[str, Any]:
        body = {"message_id": "m1", "text": text, "payload": None, "state": None, "metadata": {}} | body
        answer = self.ask(**body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def rasa_environment(**extra: str) -> dict[str, str]:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    return os.environ | quiet | extra


def run_rasa(model: Path, log: Path, secret: str, actions_port: int) -> Server:
    port = free_port()
    command = [RASA, "run", "-i", "127.0.0.1", "-p", str(port), "-m", model]
    environment = rasa_environment(RASA_SHARED_SECRET=secret, ACTIONS_URL=f"http://127.0.0.1:{actions_port}/webhook")
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    return Server(f"http://127.0.0.1:{port}", process, log)


def run_failing_rasa(log: Path) -> Server:
    port = free_port()
    command = [RASA.parent / "python", HERE / "failing_rasa.py", str(port), SECRET]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=rasa_environment(PYTHONPATH=str(ROOT)), stdout=output, stderr=output
        )
    return Server(f"http://127.0.0.1:{port}", process, log)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"stopped at once:\n{log.read_text()[-3000:]}")
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"not ready after {READY_WITHIN_SECONDS} s:\n{log.read_text()[-3000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Processes:
    """Two Rasas that answer, one that must not even start, and a stand-in that fails at every turn."""

    rasa: Server
    rasa_without_actions: Server
    rasa_without_secret: Server
    failing_rasa: Server
