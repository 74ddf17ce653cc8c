"""A conversation as it goes on, at real servers: both sides see each other write, and staff see each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from meantime.conversations.tables import AGENT, CUSTOMER, Conversation
from meantime.db import Database
from meantime.desk import talk as clicks
from meantime.desk.presence import LOOKING, NOTING
from meantime.desk.tables import Viewer
from meantime.feeds.commands import import_demo
from meantime.shop.calendar import today
from meantime.shop.tables import OrderLine
from tests.channels.conftest import OpenGateway
from tests.channels.servers import ThreadedServer
from tests.desk.staff import Desk, Event, add, until
from tests.desk.talks import say, talk
from tests.e2e.chat import Chat

pytestmark = pytest.mark.services

CALM = "I have looked it up for you. Your lamp should reach you on Friday."

SignInAt = Callable[[str], Desk]


@pytest.fixture
def gateway(open_gateway: OpenGateway) -> ThreadedServer:
    return open_gateway()


@pytest.fixture
def at_desk(gateway: ThreadedServer, database: Database) -> SignInAt:
    def sign_in(name: str) -> Desk:
        add(database, name)
        return Desk.at(gateway.url, name)

    return sign_in


@pytest.fixture
def chat(gateway: ThreadedServer) -> Iterator[Chat]:
    with Chat(gateway.url) as chat:
        yield chat


@contextmanager
def looking(desk: Desk, conversation: str, after: int = 0) -> Iterator[Iterator[Event]]:
    with desk.events(f"/desk/conversations/{conversation}/live?after={after}") as events:
        yield events


def write(gateway: ThreadedServer, work: Callable[..., object], *given: object) -> None:
    """Do what a click does, at the gateway."""
    with gateway.app.state.database.writing() as session:
        work(session, *given)


def until_frame(chat: Chat, kind: str, **what: str) -> dict[str, object]:
    while True:
        frame = chat.receive()
        if frame["type"] == kind and what.items() <= frame.items():
            return frame


def test_what_is_said_and_who_has_it_is_shown_without_a_reload(
    gateway: ThreadedServer, at_desk: SignInAt, chat: Chat
) -> None:
    ana = at_desk("Ana")
    with looking(ana, chat.conversation_id) as events:
        until(events, "head", "With the assistant")
        write(gateway, clicks.take_over, chat.conversation_id, "Ben")
        until(events, "head", "Ben answers")
        chat.say("Is anybody there?")
        assert until(events, "log", "Is anybody there?").count("Is anybody there?") == 1


def test_what_was_missed_while_the_connection_was_gone_comes_once(
    gateway: ThreadedServer, at_desk: SignInAt, database: Database
) -> None:
    ana = at_desk("Ana")
    with database.writing() as session:
        conversation = talk(session, "first;", agent="Ana").id
    with looking(ana, conversation) as events:
        until(events, "log", "first;")
    gateway.stop()
    with database.writing() as session:
        say(session, session.get_one(Conversation, conversation), "second;")
        clicks.add_note(session, conversation, "Ben", "third;")
    gateway.start()
    with looking(ana, conversation) as events:
        shown = until(events, "log", "third;")
    assert [shown.count(word) for word in ("first;", "second;", "third;")] == [1, 1, 1]


def test_a_page_that_shows_the_newest_gets_nothing_older(at_desk: SignInAt, database: Database) -> None:
    ana = at_desk("Ana")
    with database.writing() as session:
        conversation = talk(session, "first;", "second;", agent="Ana").id
    with looking(ana, conversation, after=1) as events:
        assert "first;" not in until(events, "log", "second;")


def test_the_customer_sees_an_answer_being_written_but_no_note(
    gateway: ThreadedServer, at_desk: SignInAt, chat: Chat
) -> None:
    ana = at_desk("Ana")
    write(gateway, clicks.take_over, chat.conversation_id, "Ana")
    until_frame(chat, "owner", owner="agent")
    path = f"/desk/conversations/{chat.conversation_id}/typing"
    assert ana.post(path, mode="note").status_code == 204
    assert ana.post(path, mode="reply").status_code == 204
    write(gateway, clicks.answer, chat.conversation_id, "Ana", CALM, "k1")
    seen = []
    while (frame := chat.receive())["type"] != "message":
        seen.append((frame["type"], frame.get("name")))
    assert seen == [("typing", "Ana")]


def test_who_does_not_have_it_is_never_shown_to_the_customer(
    gateway: ThreadedServer, at_desk: SignInAt, chat: Chat
) -> None:
    ana = at_desk("Ana")
    write(gateway, clicks.take_over, chat.conversation_id, "Ben")
    until_frame(chat, "owner", owner="agent")
    ana.post(f"/desk/conversations/{chat.conversation_id}/typing", mode="reply")
    with looking(ana, chat.conversation_id) as events:
        until(events, "log", "")
        write(gateway, clicks.answer, chat.conversation_id, "Ben", CALM, "k1")
        while (frame := chat.receive())["type"] != "message":
            assert frame["type"] != "typing"


def test_staff_see_the_customer_write(gateway: ThreadedServer, at_desk: SignInAt, chat: Chat) -> None:
    ana = at_desk("Ana")
    write(gateway, clicks.take_over, chat.conversation_id, "Ana")
    until_frame(chat, "owner", owner="agent")
    with looking(ana, chat.conversation_id) as events:
        until(events, "log", "")
        chat.send({"type": "typing"})
        until(events, "typing", "The customer is writing")


@pytest.mark.parametrize(("author", "words"), [(AGENT, "Ben is answering"), (NOTING, "Ben is writing a note")])
def test_staff_see_each_other_write_and_not_themselves(
    gateway: ThreadedServer, at_desk: SignInAt, database: Database, author: str, words: str
) -> None:
    ana = at_desk("Ana")
    with database.writing() as session:
        conversation = talk(session, "hello", agent="Ben").id
    with looking(ana, conversation) as events:
        until(events, "log", "")
        hub = gateway.app.state.desk.hub
        gateway.call(lambda: hub.types(conversation, author, "Ana"))
        gateway.call(lambda: hub.types(conversation, author, "Ben"))
        shown = until(events, "typing", words)
        assert "Ana" not in shown


def test_who_else_looks_is_told_and_forgotten_when_they_leave(at_desk: SignInAt, database: Database) -> None:
    ana, ben = at_desk("Ana"), at_desk("Ben")
    with database.writing() as session:
        conversation = talk(session, "hello", waits=1).id
    with looking(ana, conversation) as events:
        until(events, "log", "")
        with looking(ben, conversation) as others:
            until(events, "presence", "Ben")
            assert "Ana" in until(others, "presence", "Ana")
        for name, html in events:
            if name == "presence" and "Ben" not in html:
                break
    with database.reading() as session:
        assert "Ben" not in session.scalars(select(Viewer.name)).all()


def test_looking_on_takes_no_place_of_a_customers(gateway: ThreadedServer, at_desk: SignInAt, chat: Chat) -> None:
    ana = at_desk("Ana")
    with looking(ana, chat.conversation_id) as events:
        until(events, "log", "")
        hub = gateway.app.state.desk.hub
        assert gateway.call(lambda: hub.how_many_read(chat.conversation_id)) == 1


def test_two_who_write_at_once_are_both_heard_of(gateway: ThreadedServer) -> None:
    hub = gateway.app.state.desk.hub
    heard: list[str] = []

    def both() -> None:
        with hub.listening("c1", (NOTING, LOOKING, CUSTOMER)) as listener:
            for name in ("Ana", "Ben", "Ana"):
                hub.types("c1", NOTING, name)
                heard.extend(listener.typing.values())
                listener.typing.clear()

    hub._typing_every = 60
    gateway.call(both)
    assert heard == ["Ana", "Ben"]


def test_the_suggested_replies_are_asked_for_anew_when_the_order_changes(
    at_desk: SignInAt, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meantime.desk.live.CHECKED_EVERY", 0.05)
    import_demo(database, today())
    ana = at_desk("Ana")
    with database.writing() as session:
        conversation = talk(session, "Where is M104171?", agent="Ana").id
    with looking(ana, conversation) as events:
        before = until(events, "order", "")
        with database.writing() as session:  # by the shop's feed: nothing happens in the conversation
            for line in session.scalars(select(OrderLine).where(OrderLine.order_number == "M104171")):
                line.cancelled_quantity = line.quantity
        assert until(events, "order", "") != before


def test_the_page_ends_with_the_sign_in(
    gateway: ThreadedServer, at_desk: SignInAt, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meantime.desk.live.CHECKED_EVERY", 0.05)
    ana = at_desk("Ana")
    with database.writing() as session:
        conversation = talk(session, "hello", waits=1).id
    with looking(ana, conversation) as events:
        until(events, "log", "")
        Desk.post(ana, "/desk/sign-out")
        for _ in events:
            pass  # it ends by itself
