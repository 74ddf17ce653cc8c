"""Every command of the README is run here (`make test` is what runs this), and what goes wrong is said in words."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from meantime import training
from meantime.settings import ROOT
from tests.desk.staff import Desk
from tests.e2e.chat import Chat
from tests.e2e.world import World
from tests.ports import free_port

COMMANDS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
READY_WITHIN_SECONDS = 120


def run(command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def log_in_printed_in(output: str) -> dict[str, str]:
    """Return the name and the password of the desk's first account, as they are printed once."""
    found = re.search(r"^  name +(?P<name>\S+)\n  password +(?P<password>\S+)$", output, re.MULTILINE)
    assert found, output
    return found.groupdict()


def test_the_readme_shows_these_commands_and_no_others() -> None:
    assert [c.strip() for c in COMMANDS] == [
        "make run",
        "make test",
        '.venv/bin/meantime staff add "Ben Ode" --role agent',
        ".venv/bin/meantime demo --to my-shop",
        ".venv/bin/meantime import my-shop",
        ".venv/bin/meantime keys add warehouse --scope read",
        ".venv/bin/meantime export-customer C1014 --to walt.json",
        ".venv/bin/meantime erase-customer C1014",
    ]


def test_make_run_serves_the_demo_shop_and_ctrl_c_ends_everything(tmp_path: Path) -> None:
    ports = {name: free_port() for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}
    env = {**os.environ, **{n: str(p) for n, p in ports.items()}, "DATABASE_URL": f"sqlite:///{tmp_path / 'run.db'}"}
    url = f"http://127.0.0.1:{ports['PORT']}"
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(
            COMMANDS[0], shell=True, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while True:
            try:
                if httpx.get(f"{url}/readyz", timeout=2).is_success:
                    break
            except httpx.HTTPError:
                pass
            assert running.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.2)
        assert "Harbor Desk Lamp" in httpx.get(url).text
        with Chat(url) as chat:
            assert "Harbor Desk Lamp" in chat.say("where is M104204, 78704").text
            chat.say("I want to talk to a person")
        desk = Desk.at(url, **log_in_printed_in((tmp_path / "log").read_text()))
        queue = desk.get("/desk/queue")
        assert queue.status_code == 200
        assert f"/desk/conversations/{chat.conversation_id}" in queue.text
    finally:
        os.killpg(running.pid, signal.SIGINT)  # what a terminal does on Ctrl-C
        running.wait(timeout=30)
    assert not any(is_listening(port) for port in ports.values())


def test_an_account_opens_the_desk(world: World) -> None:
    made = run(COMMANDS[2], {"DATABASE_URL": world.database_url})
    assert made.returncode == 0, made.stderr
    with httpx.Client(base_url=world.url, follow_redirects=True) as browser:
        token = re.findall(r'name="form_token" value="(\w+)"', browser.get("/desk").text)[0]
        for cookie in browser.cookies.jar:
            cookie.secure = False  # PUBLIC_URL is https here, as in a real shop; a test has no web server before it
        words = {"name": "Ben Ode", "password": made.stdout.strip(), "form_token": token}
        entered = browser.post("/desk/sign-in", data=words, follow_redirects=False)
        for cookie in browser.cookies.jar:
            cookie.secure = False
        inside = browser.get("/desk")
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
    assert inside.url.path == "/desk/password"
    assert "Choose your own password" in inside.text


def test_a_key_reads_orders_and_changes(world: World) -> None:
    made = run(COMMANDS[5], {"DATABASE_URL": world.database_url})
    assert made.returncode == 0, made.stderr
    header = {"Authorization": f"Bearer {made.stdout.strip()}"}
    order = httpx.get(f"{world.url}/api/v1/orders/M104112", headers=header).json()
    assert [line["state"] for line in order["lines"]] == ["delivered"]
    assert httpx.get(f"{world.url}/api/v1/changes?after=0", headers=header).is_success
    assert httpx.get(f"{world.url}/api/v1/orders/M104112").status_code == 401


def test_the_folder_to_start_from_can_be_imported_again_and_again(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path / 'import.db'}"}
    written, imported = (c.replace("my-shop", str(tmp_path / "my-shop")) for c in COMMANDS[3:5])
    assert run(written, env).returncode == 0
    first, second = run(imported, env), run(imported, env)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "20 orders" in first.stderr
    assert run(written, env).returncode == 1  # nothing is written over


def test_a_customer_is_told_what_is_kept_of_them_and_then_erased(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path / 'privacy.db'}"}
    assert run(".venv/bin/meantime demo", env).returncode == 0
    export, erase = COMMANDS[6].replace("walt.json", str(tmp_path / "walt.json")), COMMANDS[7]
    told = run(export, env)
    assert (told.returncode, told.stdout) == (0, "")
    assert json.loads((tmp_path / "walt.json").read_text())["customer"]["name"] == "Walt Brandt"
    assert run(f"{erase.strip()} </dev/null", env).returncode == 1  # it asks
    done = run(f"echo y | {erase}", env)
    assert done.returncode == 0, done.stderr
    printed = run(export.split(" --to")[0], env)
    assert json.loads(printed.stdout)["customer"]["name"] == ""


def test_a_port_in_use_is_said_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(".venv/bin/meantime serve", {"PORT": str(taken.getsockname()[1])})
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert "PORT=" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("SHOP_TIMEZONE", "Mars/Olympus", "is not a time zone"),
        ("POLICY_FILE", "/nowhere.yml", "cannot be read"),
        ("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none", "does not answer"),
    ],
)
def test_a_wrong_setting_is_said_by_name(name: str, value: str, words: str) -> None:
    done = run(".venv/bin/meantime demo", {name: value})
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_training_says_what_rasa_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("config.yml", "domain.yml", "data", "components", "requirements"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "domain.yml").write_text("version: '3.1'\nintents: [a\n")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    monkeypatch.setattr(training, "MODELS", tmp_path / "models")
    with pytest.raises(training.TrainingFailed, match="could not train"):
        training.train()
