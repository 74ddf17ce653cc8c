"""What a customer's browser sees of it: how heavy the chat is, how soon it can be used, how soon a reply is shown.

Beside it, in the same browser and run: the same page without a chat, and a ready-made chat of npm's that stands on
the page as one element too (deep-chat). A reply is held against the same turn over a bare socket: what the page adds.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.figures import Percentiles
from benchmarks.turns import ORDER, POSTCODE, STATUS, TURNS_A_CONVERSATION, identify, timed
from meantime.db import Database
from meantime.feeds.commands import import_demo
from meantime.migrate import upgrade
from meantime.settings import ROOT
from meantime.shop.calendar import today
from meantime.shop_pages import WIDGET
from meantime.training import train
from tests.e2e.browsing import DESKTOP, box, chromium, log, open_chat, say
from tests.e2e.chat import Chat
from tests.e2e.stage import BODY, ShopServer
from tests.e2e.world import World

PEER = "deep-chat"
RUNS = 50
OURS_USABLE = "document.querySelector('meantime-chat')?.shadowRoot?.querySelector('.launcher')"
PEER_USABLE = "document.querySelector('deep-chat')?.shadowRoot?.querySelector('#text-input')"
NOTICE = """(() => {
  const look = () => { if (%s) window.usable = performance.now(); else requestAnimationFrame(look); };
  look();
})()"""
REPLY = """([words, answer]) => new Promise((shown) => {
  const root = document.querySelector('meantime-chat').shadowRoot;
  const box = root.querySelector('textarea');
  const before = root.querySelectorAll('[data-author=bot]').length;
  const watch = new MutationObserver(() => {
    const replies = root.querySelectorAll('[data-author=bot]');
    if (replies.length === before || !replies[replies.length - 1].textContent.includes(answer)) return;
    watch.disconnect();
    requestAnimationFrame(() => shown(performance.now() - start));
  });
  watch.observe(root, {subtree: true, childList: true, characterData: true});
  box.value = words;
  box.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));
  const start = performance.now();
  box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, composed: true, cancelable: true}));
})"""


@dataclass(frozen=True)
class PageMeasured:
    """``peer`` figures are None where npm could not give one."""

    widget_bytes: int
    peer_bytes: int | None
    usable: Percentiles
    peer_usable: Percentiles | None
    load_without: Percentiles
    load_with: Percentiles
    reply_shown: Percentiles
    reply_on_the_wire: Percentiles


def measure_page(model: Path, folder: Path, runs: int = RUNS) -> PageMeasured:
    """Measure ``runs`` page loads of each kind, and as many turns typed into the page."""
    folder.mkdir()
    peer = peer_script(folder)
    shop = ShopServer()
    shop.server.start()
    try:
        with chromium() as browser:
            ours = [opened(browser, shop.page(), OURS_USABLE) for _ in range(runs)]
            bare = [opened(browser, shop.page(script="data:text/javascript,"), "true") for _ in range(runs)]
            theirs = peer_times(browser, peer, runs) if peer else None
            shown, wire = replies(browser, model, folder, runs)
    finally:
        shop.server.stop()
    return PageMeasured(
        widget_bytes=len(gzip.compress(WIDGET.read_bytes(), 9)),
        peer_bytes=len(gzip.compress(peer.read_bytes(), 9)) if peer else None,
        usable=Percentiles.of([usable for usable, _ in ours]),
        peer_usable=Percentiles.of(theirs) if theirs else None,
        load_without=Percentiles.of([load for _, load in bare]),
        load_with=Percentiles.of([load for _, load in ours]),
        reply_shown=Percentiles.of(shown),
        reply_on_the_wire=Percentiles.of(wire),
    )


def show_page(measured: PageMeasured) -> None:
    print("\nThe page")
    print(f"  widget.js, both elements       {measured.widget_bytes} bytes gzipped")
    print(f"  script asked for -> launcher   {measured.usable}")
    print(f"  typed -> reply shown           {measured.reply_shown}")
    print(f"  the same turn on a socket      {measured.reply_on_the_wire}")
    print(f"  page loaded, without the chat  {measured.load_without}")
    print(f"  page loaded, with the chat     {measured.load_with}")
    if measured.peer_bytes is None or measured.peer_usable is None:
        print(f"  NOT MEASURED: npm could not give {PEER}, so there is no peer")
    else:
        print(f"  {PEER}: {measured.peer_bytes} bytes; its box usable after")
        print(f"                                 {measured.peer_usable}")
        print(f"  ratio to {PEER}: bytes {measured.widget_bytes / measured.peer_bytes:.2f}, ", end="")
        print(f"usable p50 {measured.usable.p50 / measured.peer_usable.p50:.2f}")
    print(f"  ratio shown to socket, p50     {measured.reply_shown.p50 / measured.reply_on_the_wire.p50:.2f}")


def opened(browser: Browser, address: str, usable: str, script: str = "widget.js") -> tuple[float, float]:
    """Return the seconds from the script being asked for until it can be used, and until the page was loaded; nothing
    is in any cache."""
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    page.add_init_script(NOTICE % usable)
    page.goto(address, wait_until="load")
    page.wait_for_function("window.usable !== undefined")
    usable_at, asked_at, loaded_at = page.evaluate(
        """(script) => [usable,
          performance.getEntriesByType('resource').find(({name}) => name.endsWith(script))?.startTime ?? 0,
          performance.getEntriesByType('navigation')[0].loadEventStart]""",
        script,
    )
    context.close()
    return (usable_at - asked_at) / 1000, loaded_at / 1000


def peer_script(folder: Path) -> Path | None:
    """Fetch the peer from npm; None where that cannot be."""
    npm = shutil.which("npm", path=f"{ROOT / '.tools' / 'node' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if npm is None:
        return None
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), PEER]
    environment = {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ['PATH']}"}
    if subprocess.run(command, env=environment, capture_output=True).returncode != 0:
        return None
    script = folder / "node_modules" / PEER / "dist" / "deepChat.bundle.js"
    return script if script.is_file() else None


def peer_times(browser: Browser, script: Path, runs: int) -> list[float]:
    shop = ShopServer(widget=script)
    shop.server.start()
    try:
        body = f"{BODY}<deep-chat></deep-chat>"
        address = shop.page(attributes="type='module'", body=body)
        return [opened(browser, address, PEER_USABLE)[0] for _ in range(runs)]
    finally:
        shop.server.stop()


def replies(browser: Browser, model: Path, folder: Path, runs: int) -> tuple[list[float], list[float]]:
    """Return the seconds to a reply, shown in a page and on a bare socket, of the same turn in the same world."""
    url = f"sqlite:///{folder / 'meantime.db'}"
    upgrade(url)
    database = Database(url)
    import_demo(database, today())
    world = World(url, model, folder)
    world.start()
    try:
        world.wait_until_ready()
        with Chat(world.url) as chat:
            identify(chat)
            timed(chat, TURNS_A_CONVERSATION)
            shown: list[float] = []
            while len(shown) < runs:
                page = browser.new_context(**DESKTOP).new_page()
                page.goto(world.url)
                introduce(page)
                shown += [typed(page) for _ in range(min(TURNS_A_CONVERSATION, runs - len(shown)))]
                page.context.close()
            return shown, timed(chat, runs)
    finally:
        world.stop()
        database.dispose()


def introduce(page: Page) -> None:
    open_chat(page)
    say(page, f"status of order {ORDER}, postcode {POSTCODE}")
    log(page).get_by_text(f"Order {ORDER}:").first.wait_for()
    box(page).wait_for()


def typed(page: Page) -> float:
    return float(page.evaluate(REPLY, list(STATUS))) / 1000


def main() -> None:
    """Measure the page alone, with the model that is there."""
    os.environ.setdefault("SECRET_KEY", "bench-" + "k" * 40)
    os.environ.setdefault("RASA_SHARED_SECRET", "bench-" + "r" * 40)
    with tempfile.TemporaryDirectory() as folder:
        show_page(measure_page(train(), Path(folder) / "page"))


if __name__ == "__main__":
    main()
