"""The real processes, started for tests: gateway, Rasa and actions on free ports, over a database of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import delete

from meantime.db import Base, Database
from meantime.feeds.apply import apply
from meantime.feeds.demo import write_demo
from meantime.feeds.faults import Fault
from meantime.feeds.read_csv import read_folder
from meantime.feeds.rows import read_rows
from meantime.serving import QUIET_RASA
from meantime.settings import ROOT
from meantime.shop.calendar import today
from meantime.shop.tables import AuditEntry, Order
from meantime.training import RASA
from tests.ports import free_port

STARTS_WITHIN_SECONDS = 180
GATEWAY, RASA_SERVER, ACTIONS = "gateway", "rasa", "actions"


def fresh_shop(database: Database) -> None:
    """Put the demo shop back as it was at first, in one transaction, whatever was done in it. Conversations and
    the record stay."""
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder), today())
        feed = read_rows(read_folder(Path(folder), faults), faults)
    ours = {mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__module__ == Order.__module__}
    with database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table in ours - {AuditEntry.__table__}:
                session.execute(delete(table))
        apply(session, feed, faults)


@dataclass
class World:
    """Meantime as a shop runs it. A process that is killed is started again on its port."""

    database_url: str
    model: Path
    logs: Path
    env: dict[str, str] = field(default_factory=dict)
    gateway_port: int = field(default_factory=free_port)
    rasa_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    def commands(self) -> dict[str, list[str]]:
        return {
            ACTIONS: [sys.executable, "-m", "actions"],
            RASA_SERVER: [
                *(str(RASA), "-W", "ignore", "-m", "components", "run", "--quiet", "-i", "127.0.0.1"),
                *("-p", str(self.rasa_port), "-m", str(self.model)),
                *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
            ],
            GATEWAY: [sys.executable, "-m", "meantime.cli", "gateway"],
        }

    def start(self, *names: str) -> None:
        """Start the named processes, or all, without waiting for them."""
        env = {
            **os.environ,
            **QUIET_RASA,
            "DATABASE_URL": self.database_url,
            "PORT": str(self.gateway_port),
            "RASA_PORT": str(self.rasa_port),
            "ACTIONS_PORT": str(self.actions_port),
            "ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}/webhook",
            "PYTHONUNBUFFERED": "1",
            **self.env,
        }
        commands = self.commands()
        for name in names or commands:
            with (self.logs / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(commands[name], cwd=ROOT, env=env, stdout=log, stderr=log)

    def wait_until_ready(self) -> None:
        """Return when the gateway says that everything answers. Raises with the logs when it does not."""
        self._wait(lambda: httpx.get(f"{self.url}/readyz", timeout=2).is_success, "ready")

    def wait_for_actions(self) -> None:
        url = f"http://127.0.0.1:{self.actions_port}/health"
        self._wait(lambda: httpx.get(url, timeout=2).is_success, "actions")

    def kill(self, name: str) -> None:
        """kill -9, as a crash or a full memory would."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def log(self) -> str:
        return "\n".join(f"== {f.name}\n{f.read_text(errors='replace')}" for f in sorted(self.logs.glob("*.log")))

    def _wait(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            died = [name for name, process in self.processes.items() if process.poll() is not None]
            if died:
                raise RuntimeError(f"{died} ended by itself:\n{self.log()}")
            try:
                if is_so():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"not {what} within {STARTS_WITHIN_SECONDS} s:\n{self.log()}")
