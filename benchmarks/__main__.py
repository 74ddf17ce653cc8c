"""Measure this assistant beside Rasa's default recipe (DIET, TED), trained on the same data, in the same run."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks import sms
from benchmarks.availability import measure_availability, show_availability
from benchmarks.desk import measure_desk, show_desk
from benchmarks.page import measure_page, show_page
from benchmarks.turns import Measured, measure
from meantime.serving import QUIET_RASA
from meantime.settings import ROOT
from meantime.training import RASA

OURS = "meantime"
RESULTS = ROOT / "results" / "bench.json"


def train(config: Path, out: Path) -> tuple[Path, float]:
    """Return the trained model and the seconds it took, from nothing."""
    start = time.perf_counter()
    subprocess.run(
        [str(RASA), "-m", "rasa", "train", "--quiet", "--force", "--config", str(config), "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, **QUIET_RASA},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - start
    return next(out.glob("*.tar.gz")), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--without-peer", action="store_true", help="skip the slow training of the default recipe")
    options = parser.parse_args()
    os.environ.setdefault("SECRET_KEY", "bench-" + "k" * 40)
    os.environ.setdefault("RASA_SHARED_SECRET", "bench-" + "r" * 40)
    recipes = {OURS: ROOT / "config.yml"}
    if not options.without_peer:
        recipes["default recipe"] = ROOT / "benchmarks" / "default_recipe.yml"
    figures: dict[str, tuple[float, Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, config in recipes.items():
            print(f"Training: {name} ...", flush=True)
            model, seconds = train(config, Path(folder) / f"model-{name}")
            print(f"Measuring: {name} ...", flush=True)
            figures[name] = (seconds, measure(model, Path(folder) / f"run-{name}", options.turns))
            if name == OURS:
                print("Measuring: text messages ...", flush=True)
                texts = sms.measure(model, Path(folder) / "run-texts")
                print("Measuring: the page ...", flush=True)
                page = measure_page(model, Path(folder) / "page")
        print("Measuring: /availability ...", flush=True)
        pages = measure_availability(Path(folder) / "availability")
        print("Measuring: the desk ...", flush=True)
        desk = measure_desk(Path(folder) / "desk")
    for name, (seconds, measured) in figures.items():
        show(name, seconds, measured)
    if "default recipe" in figures:
        ours, peer = figures["meantime"][1], figures["default recipe"][1]
        print("\nRatios, ours to the default recipe's")
        print(f"  status turn, p50, 1 conversation    {ours.alone.p50 / peer.alone.p50:.2f}")
        print(f"  status turn, p50, 10 conversations  {ours.ten.p50 / peer.ten.p50:.2f}")
        print(f"  swap turn, p50, 1 conversation      {ours.swap.p50 / peer.swap.p50:.2f}")
        print(f"  turns a second                      {ours.turns_a_second / peer.turns_a_second:.2f}")
        print(f"  training                            {figures['meantime'][0] / figures['default recipe'][0]:.2f}")
    show_texts(texts)
    show_availability(pages)
    show_page(page)
    show_desk(desk)
    results = {n: {"training_seconds": s, **dataclasses.asdict(m)} for n, (s, m) in figures.items()}
    others = {"text messages": dataclasses.asdict(texts), "availability": dataclasses.asdict(pages)}
    others |= {"page": dataclasses.asdict(page), "desk": dataclasses.asdict(desk)}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**results, **others}, indent=2))
    print(f"\nAll figures: {RESULTS.relative_to(ROOT)}")


def show_texts(texts: sms.Texts) -> None:
    print(f"\nText messages, {sms.TEXTS_A_SECOND} a second")
    print(f"  webhook answered               {texts.webhook}")
    print(f"  the same gateway's /healthz    {texts.healthz}")
    print(f"  ratio, p50                     {texts.webhook.p50 / texts.healthz.p50:.1f}")
    print(f"  texts answered                 {texts.answered}")
    print(f"  segments a reply               mean {texts.segments_mean}, most {texts.segments_max}")
    print(f"  replies over two segments      {texts.over_two} of {texts.texts}")


def show(name: str, seconds: float, measured: Measured) -> None:
    print(f"\n{name}")
    print(f"  status turn, 1 conversation    {measured.alone}")
    print(f"  status turn, 10 conversations  {measured.ten}")
    parts(measured.parts_ms)
    print(f"  swap turn, 1 conversation      {measured.swap}")
    parts(measured.swap_parts_ms)
    print(f"  turns a second of one Rasa     {measured.turns_a_second}")
    print(f"  training                       {seconds:.0f} s")
    print(f"  resident memory                {measured.memory_mb} MB")


def parts(parts_ms: dict[str, float]) -> None:
    for part, ms in parts_ms.items():
        print(f"    {part:32} {ms:7.2f} ms")


if __name__ == "__main__":
    main()
