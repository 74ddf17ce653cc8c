"""How long turns take, and how they end. A benchmark reads our own share from ``gateway`` and Rasa's from ``rasa``."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_BUCKETS = (
    0.001, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
)  # fmt: skip

stage_seconds = Histogram(
    "meantime_turn_stage_seconds",
    "Time a turn spends: store (storing and claiming), rasa (asking), keep (committing the answer), "
    "gateway (all but rasa), total.",
    ["stage"],
    buckets=_BUCKETS,
)
turns = Counter("meantime_turns_total", "Turns by how they ended.", ["outcome"])
waiting_told = Counter("meantime_waiting_told_total", "Times customers were told that an answer takes longer.")
told_late = Counter("meantime_told_late_total", "Customers told that no person has answered in time.")
refused = Counter("meantime_words_refused_total", "Words of customers that were not taken.", ["code"])
asks_running = Gauge("meantime_asks_running", "Messages Rasa is being asked about now.")
sockets_open = Gauge("meantime_sockets_open", "Website sockets that are open.")
deliveries = Counter("meantime_deliveries_total", "Tries to send a text message or an e-mail, by outcome.", ["outcome"])
texts = Counter("meantime_texts_total", "Text messages handed over by the network, by what came of them.", ["outcome"])
