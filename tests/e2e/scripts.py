"""Conversations written down: what a customer says, what they hear, and how the shop stands afterwards.

A file of tests/scripts is a list of scripts; ``Script`` below is their form, and the models say what each key means.
``{today+3}`` is that day as a customer reads it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import jwt
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meantime.conversations.tables import SMS, Conversation
from meantime.db import Database
from meantime.settings import settings
from meantime.shop.calendar import today
from meantime.shop.lines import views, whole_order
from meantime.shop.money import to_text
from meantime.shop.tables import Change, Guess, StandingWish
from meantime.wording.gsm import in_gsm
from meantime.wording.speech import day
from tests.e2e import chat as talking
from tests.e2e.chat import Chat
from tests.e2e.texting import Texting
from tests.twilio_stand_in import Phone, TwilioStandIn

WEB = "web"
CHANNELS = (WEB, SMS)
_DAY = re.compile(r"\{today(?P<days>[+-]\d+)?\}")
_ORDER_NUMBER = re.compile(r"[A-Z]+\d+")


class BadScript(Exception):
    """A script that is not in the form; the message names file, script and key."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _null(value: Any) -> Any:
    return None if value == "null" else value


Words = Annotated[list[str], BeforeValidator(_as_list)]
OrNull = Annotated[str | None, BeforeValidator(_null)]


class Step(_Form):
    """One thing said or chosen, and what comes of it. What is left out is not checked."""

    says: str | None = None
    chooses: str | None = None
    """The start of an option's title."""
    hears: Words = []
    """Each is part of the reply, or, as /.../, a regular expression that is found in it."""
    hears_not: Words = []
    offers: Words = []
    """Each is the start of an option's title."""
    offers_not: Words = []
    asks: OrNull = None
    owner: Literal["bot", "queue", "agent"] | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Step:
        if (self.says is None) == (self.chooses is None):
            raise ValueError("a turn either says or chooses something")
        return self


class OrderAfter(_Form):
    lines: dict[int, str] | None = None
    """The state of every line."""
    cancelled: dict[int, int] | None = None
    """Units that are cancelled, of every line that has some."""
    replaces: dict[int, int] | None = None
    """Every line that was swapped in → the line it was swapped for."""
    status: str | None = None


class ChangeAfter(_Form):
    """A change as the shop's own system hears of it; what is not given is not checked."""

    kind: str
    order: str
    amount: OrNull = None
    lines: dict[int, int] | None = None
    """Line → units."""


class WishAfter(_Form):
    kind: str
    order: OrNull = None


class ShopAfter(_Form):
    """Beside the keys below: an order's number, with an OrderAfter."""

    orders: dict[str, OrderAfter] = {}
    changes: list[ChangeAfter] = []
    """All there are, in order. A script that names none must have made none."""
    wishes: list[WishAfter] | None = None
    """All there are, in order."""
    summary: Words | None = None
    """Parts of what is kept for the person who takes over."""
    kind: str | None = None
    """Why a person is to answer, as one of ``meantime.wording.reasons``."""
    guesses: int | None = None
    """How often the customer guessed wrong."""

    @model_validator(mode="before")
    @classmethod
    def _orders_by_number(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "orders" in value:
            return value
        orders = {key: value[key] for key in value if isinstance(key, str) and _ORDER_NUMBER.fullmatch(key)}
        return {key: value[key] for key in value if key not in orders} | {"orders": orders}


class Script(_Form):
    script: str
    as_: Annotated[str | None, Field(alias="as")] = None
    """The customer the shop's own sign-in vouches for."""
    from_: Annotated[str | None, Field(alias="from")] = None
    """The number that is texted from: then this is about SMS, and is played over that alone."""
    turns: Annotated[list[Step], Field(min_length=1)]
    shop: ShopAfter = ShopAfter()


def scripts_of(folder: Path) -> Iterator[tuple[str, Script]]:
    """Return each script of the folder's files, with the name of its file. Raises BadScript."""
    for file in sorted(folder.glob("*.yml")):
        try:
            # Nothing but texts: "no" is something to say, and 02139 a postcode.
            content = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)
        except yaml.YAMLError as error:
            raise BadScript(f"{file.name} is not YAML: {error}") from error
        if not isinstance(content, list):
            raise BadScript(f"{file.name} is not a list of scripts")
        for number, raw in enumerate(content, 1):
            yield file.stem, parse(raw, f"{file.name}, script {number}")


def parse(raw: Any, where: str) -> Script:
    """Return the script in ``raw``. Raises BadScript."""
    if isinstance(raw, dict) and isinstance(raw.get("script"), str):
        where = f"{where} ({raw['script']})"
    try:
        return Script.model_validate(_dated(raw))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadScript(f"{where}: {faults}") from error


def _dated(raw: Any) -> Any:
    if isinstance(raw, dict):
        return {key: _dated(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_dated(value) for value in raw]
    if isinstance(raw, str):
        return _DAY.sub(lambda match: day(today() + timedelta(days=int(match["days"] or 0))), raw)
    return raw


def identity_of(customer_id: str) -> str:
    """Return what the shop's own page gives to the widget of a customer who is signed in there."""
    secret = settings().identity_jwt_secret
    assert secret
    return jwt.encode({"sub": customer_id, "exp": time.time() + 3600}, secret.get_secret_value(), "HS256")


@dataclass
class Play:
    """A script being played over one channel. By SMS the reply comes as texts, and an option is its number."""

    chat: Chat | Texting
    told: list[str] = field(default_factory=list)
    """The conversation so far, to be shown when something is not as written."""
    owner: str = "bot"
    offered: list[str] = field(default_factory=list)

    def step(self, step: Step) -> None:
        """Take one turn. Raises AssertionError with the whole conversation."""
        try:
            turn = self._say(step)
        except AssertionError as badly_said:
            self._require(False, str(badly_said))
            raise
        reply = "\n--\n".join(turn.texts) if self.is_by_text else turn.text
        self.offered = list(turn.choices) if turn.messages else self.offered
        self.owner = turn.owner or self.owner
        self.told.append(f"ASSISTANT: {reply}\n           {self.offered} asks {turn.asks}, owner {self.owner}")
        heard = self._as_heard("\n".join(turn.texts) if self.is_by_text else turn.text)
        self._require(turn.errors == [], f"errors {turn.errors}")
        for words in step.hears:
            self._require(self._is_in(words, heard), f"did not hear {words!r}")
        for words in step.hears_not:
            self._require(not self._is_in(words, heard), f"heard {words!r}")
        for start in step.offers:
            self._require(any(title.startswith(start) for title in self.offered), f"was not offered {start!r}")
        for start in step.offers_not:
            self._require(not any(title.startswith(start) for title in self.offered), f"was offered {start!r}")
        if "asks" in step.model_fields_set:
            self._require(turn.asks == step.asks, f"was not asked for {step.asks}")
        if step.owner:
            self._require(self.owner == step.owner, f"the owner is not {step.owner}")

    def _say(self, step: Step) -> talking.Turn:
        self.told.append(f"CUSTOMER: {step.says or f'[{step.chooses}]'}")
        if step.says is not None:
            return self.chat.say(step.says)
        start = step.chooses or ""
        number = next((n for n, title in enumerate(self.offered, 1) if title.startswith(start)), None)
        self._require(number is not None, f"{start!r} is not offered")
        if isinstance(self.chat, Texting):
            return self.chat.say(str(number))
        return self.chat.choose(start)

    @property
    def is_by_text(self) -> bool:
        return isinstance(self.chat, Texting)

    def _as_heard(self, text: str) -> str:
        """Return ``text`` without what differs between the channels: line ends, and characters phones do not have."""
        return " ".join((in_gsm(text) if self.is_by_text else text).split())

    def _is_in(self, words: str, heard: str) -> bool:
        if len(words) > 2 and words.startswith("/") and words.endswith("/"):
            return re.search(words[1:-1], heard) is not None
        return self._as_heard(words) in heard

    def _require(self, is_so: bool, otherwise: str) -> None:
        assert is_so, "\n".join(["", *self.told, f"=> {otherwise}"])


def texting_of(script: Script, url: str, database: Database, twilio: TwilioStandIn) -> Texting:
    """Return the telephone of the script's customer, as nobody has texted from it before."""
    texting = Texting(Phone(twilio, script.from_ or ""), url, database)
    texting.begin_anew()
    if script.as_:
        texting.vouch_for(script.as_)
    return texting


def play(script: Script, url: str, channel: str, database: Database, twilio: TwilioStandIn) -> None:
    """Play ``script``. Raises AssertionError with the whole conversation where something is not as written."""
    if channel == SMS:
        _play(script, texting_of(script, url, database, twilio), database)
        return
    with Chat(url, identity=identity_of(script.as_) if script.as_ else None) as chat:
        _play(script, chat, database)


def _play(script: Script, chat: Chat | Texting, database: Database) -> None:
    acting = Play(chat)
    for step in script.turns:
        acting.step(step)
    with database.reading() as session:
        faults = list(differences(session, script.shop, chat.conversation_id))
    assert not faults, "\n".join(["", *acting.told, *(f"=> {fault}" for fault in faults)])


def differences(session: Session, expected: ShopAfter, conversation_id: str) -> Iterator[str]:
    """Return how the shop differs from what the script says of it."""
    for number, order in expected.orders.items():
        yield from _order_differs(session, number, order)
    changes = [_change(change) for change in session.scalars(select(Change).order_by(Change.id))]
    if not _are_as_given(changes, expected.changes):
        yield f"changes are {changes}"
    if expected.wishes is not None:
        wishes = [
            {"kind": wish.kind, "order": wish.order_number}
            for wish in session.scalars(select(StandingWish).order_by(StandingWish.id))
        ]
        if not _are_as_given(wishes, expected.wishes):
            yield f"wishes are {wishes}"
    conversation = session.get_one(Conversation, conversation_id)
    summary = conversation.summary
    for words in expected.summary or []:
        if words not in summary:
            yield f"{words!r} is not in the summary {summary!r}"
    if expected.kind is not None and conversation.handed_off_kind != expected.kind:
        yield f"the kind of hand-off is {conversation.handed_off_kind!r}"
    if expected.guesses is not None:
        guesses = session.scalar(
            select(func.count()).select_from(Guess).where(Guess.conversation_id == conversation_id)
        )
        if guesses != expected.guesses:
            yield f"there are {guesses} wrong guesses"


def _order_differs(session: Session, number: str, expected: OrderAfter) -> Iterator[str]:
    order = whole_order(session, number)
    found = {
        "lines": {view.line: view.state.value for view in views(session, order)},
        "cancelled": {line.line: line.cancelled_quantity for line in order.lines if line.cancelled_quantity},
        "replaces": {line.line: line.replaces for line in order.lines if line.replaces},
        "status": order.status,
    }
    for name in expected.model_fields_set:
        if found[name] != getattr(expected, name):
            yield f"{name} of {number}: {found[name]}"


def _change(change: Change) -> dict[str, Any]:
    amount = None if change.amount_minor is None else str(to_text(change.amount_minor, change.currency))
    return {
        "kind": change.kind,
        "order": change.order_number,
        "amount": amount,
        "lines": {part["line"]: part["quantity"] for part in change.lines},
    }


def _are_as_given(found: list[dict[str, Any]], expected: Iterable[BaseModel]) -> bool:
    """Whether each of ``found`` has what is expected of it; nothing more may be there, and nothing less."""
    given = [model.model_dump(include=model.model_fields_set) for model in expected]
    return len(found) == len(given) and all(
        {key: row[key] for key in wanted} == wanted for row, wanted in zip(found, given, strict=True)
    )
