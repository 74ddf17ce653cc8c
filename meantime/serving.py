"""Starting the processes of one machine: gateway, Rasa and actions, all on loopback, all ended together."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path

import httpx
from honcho.environ import parse_procfile
from honcho.manager import Manager
from rich.console import Console

from meantime.settings import ROOT, Settings

READY_WITHIN_SECONDS = 120
POLL_SECONDS = 0.3


class CannotServe(Exception):
    """Something that has to be put right first; the message says what."""


def serve(settings: Settings, model: Path) -> int:
    """Run the processes of the Procfile until one ends or the terminal says stop. Return the exit status."""
    ports = {"PORT": settings.port, "RASA_PORT": settings.rasa_port, "ACTIONS_PORT": settings.actions_port}
    for name, port in ports.items():
        if not _is_free(port):
            raise CannotServe(
                f"Port {port} is in use. Stop the program that uses it, or choose another port: "
                f"{name}={port + 10} make run"
            )
    manager = Manager()
    env = child_environment(settings, model)
    for name, command in parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes.items():
        # exec: the process itself gets the signals, not a shell in between.
        manager.add_process(name, f"exec {command}", env=env, cwd=str(ROOT))
    threading.Thread(target=_say_when_ready, args=(settings,), daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


def child_environment(settings: Settings, model: Path) -> dict[str, str]:
    """Return the environment the processes are started with. Rasa reads no `.env`, so it is given here."""
    # Absolute: the processes run in another folder than the one the file may have been named from.
    policy = {"POLICY_FILE": str(settings.policy_file.resolve())} if settings.policy_file else {}
    return {
        **os.environ,
        **policy,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "RASA_SHARED_SECRET": settings.rasa_shared_secret.get_secret_value(),
        "PORT": str(settings.port),
        "RASA_PORT": str(settings.rasa_port),
        "ACTIONS_PORT": str(settings.actions_port),
        "ACTIONS_URL": f"{settings.actions}/webhook",
        "MODEL": str(model),
        "SANIC_HOST": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
        **QUIET_RASA,
    }


QUIET_RASA = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    # One turn is too small to be worth several threads of arithmetic.
    "OMP_NUM_THREADS": "1",
}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _say_when_ready(settings: Settings) -> None:
    console = Console(file=sys.stderr)
    base = f"http://127.0.0.1:{settings.port}"
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{base}/readyz", timeout=2).is_success:
                console.print(
                    f"\n[bold green]Ready.[/] The shop with its chat: {base}\nThe desk of its staff: {base}/desk\n"
                    "Stop with Ctrl-C.\n"
                )
                return
        except httpx.HTTPError:
            pass
        time.sleep(POLL_SECONDS)
    console.print("[bold red]Not ready yet.[/] `.venv/bin/meantime doctor` says what is missing.")
