"""Canned replies: their page, and what the composer picks."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from meantime.db import Database, now
from meantime.desk.canned import OURS, SAMPLE, VARIABLES, advice, filled, sample
from meantime.desk.composer import unfilled
from meantime.desk.tables import CannedReply
from meantime.feeds.commands import import_demo
from meantime.shop.calendar import today
from meantime.shop.lines import views, whole_order
from meantime.shop.tables import AuditEntry, Proof
from meantime.wording.gsm import segments
from meantime.wording.numbered import MOST_SEGMENTS
from meantime.wording.speech import days
from tests.desk.conftest import SignIn
from tests.desk.staff import Desk
from tests.desk.talks import talk

PROBE = '"><script>alert(1)</script>'
WHOLE = "{customer}|{agent}|{shop}|{order}|{item}|{date}"


@pytest.fixture
def lead(sign_in: SignIn) -> Desk:
    return sign_in("Lea", "lead")


def add_reply(lead: Desk, shortcut: str = "hello", title: str = "Say hello", text: str = "Hello {customer}.") -> str:
    """Add a reply and return the path of its page."""
    answer = lead.post("/desk/replies", shortcut=shortcut, title=title, text=text)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def picked(desk: Desk, q: str = "", conversation: str = "") -> list[str]:
    """Return the texts that are offered."""
    page = desk.get("/desk/replies/pick", params={"q": q, "conversation": conversation}).text
    return [html.unescape(text) for text in re.findall(r'data-text="([^"]*)"', page)]


def prove(database: Database, conversation_id: str, hours: float = 1, **what: str) -> None:
    with database.writing() as session:
        expires_at = now() + timedelta(hours=hours)
        session.add(Proof(conversation_id=conversation_id, how="postcode", expires_at=expires_at, **what))


def said_in(database: Database, *said: str, **columns: object) -> str:
    with database.writing() as session:
        return talk(session, *said, agent="Lea", **columns).id


@pytest.fixture
def shop(database: Database) -> None:
    import_demo(database, today())


@pytest.mark.parametrize("reply", OURS, ids=lambda reply: reply[0])
def test_our_own_replies_are_calm_and_short(reply: tuple[str, str, str]) -> None:
    text = reply[2]
    assert advice(text) == []
    assert segments(sample(text)) <= MOST_SEGMENTS


def test_every_variable_has_a_sample() -> None:
    assert set(SAMPLE) == set(VARIABLES)


def test_an_empty_page_begins_with_ours_in_one_click_and_only_once(lead: Desk) -> None:
    assert "Begin with our eight" in lead.get("/desk/replies").text
    for _ in range(2):
        assert lead.post("/desk/replies/begin").status_code == 303
    page = lead.get("/desk/replies").text
    assert page.count("<kbd>/") == len(OURS) + 1  # and the one that says how to find them
    assert "Begin with" not in page


def test_a_reply_is_added_changed_and_deleted_and_the_audit_knows_who(lead: Desk, database: Database) -> None:
    path = add_reply(lead, "/Hello")
    assert lead.post(path, shortcut="hi", title="Say hi", text="Hi {customer}.").status_code == 303
    assert "Hi {customer}." in lead.get("/desk/replies").text
    assert lead.post(f"{path}/delete").status_code == 303
    assert "Hi {customer}." not in lead.get("/desk/replies").text
    assert lead.get(path).status_code == 404
    with database.reading() as session:
        told = select(AuditEntry).where(AuditEntry.subject.startswith("reply:")).order_by(AuditEntry.id)
        entries = [(entry.who, entry.what, entry.before, entry.after) for entry in session.scalars(told)]
    assert entries == [
        ("staff:Lea", "reply_added", None, {"shortcut": "hello"}),
        (
            *("staff:Lea", "reply_changed", {"shortcut": "hello"}),
            {"shortcut": "hi", "title_changed": True, "text_changed": True},
        ),
        ("staff:Lea", "reply_deleted", {"shortcut": "hi"}, None),
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "Hello {name}.", "{name} is not a variable"),
        ("text", "Hello {customer.", "A curly bracket stands alone"),
        ("text", "  \n ", "needs words"),
        ("text", "x" * 2_001, "2000 characters at most"),
        ("text", "Hello\0", "cannot be read"),
        ("title", "", "1 to 100"),
        ("shortcut", "no way", "letters from a to z"),
        ("shortcut", "-", "letters from a to z"),
        ("shortcut", "taken", "“Taken already” already"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_typed_is_lost(
    lead: Desk, database: Database, field: str, value: str, words: str
) -> None:
    add_reply(lead, "taken", "Taken already")
    form = {"shortcut": "hello", "title": "Say hello", "text": "Good to hear from you.", field: value}
    answer = lead.post("/desk/replies", **form)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert words in html.unescape(answer.text)
    assert ("Good to hear from you." in answer.text) == (field != "text")
    with database.reading() as session:
        assert len(session.scalars(select(CannedReply)).all()) == 1


def test_words_that_hurt_are_saved_and_advised_against(lead: Desk) -> None:
    path = add_reply(lead, text="Calm down. It will be here soon, {customer}.")
    page = lead.get(f"{path}?saved=1").text
    assert "The reply is saved." in page
    assert "<q>Calm down</q>" in page
    assert "<q>soon</q>" in page
    assert "2 suggestions" in lead.get("/desk/replies").text


def test_advice_and_length_are_shown_while_it_is_written(lead: Desk) -> None:
    page = lead.post("/desk/replies/check", text=f"Obviously, {{customer}}. {'And so on. ' * 40}").text
    assert "Obviously, Robin." in page
    assert "<q>Obviously</q>" in page
    assert "3 parts" in page
    assert lead.post("/desk/replies/check", text=" ").text.strip() == ""


def test_of_two_who_change_a_reply_the_second_sees_the_firsts_and_may_insist(lead: Desk, sign_in: SignIn) -> None:
    path = add_reply(lead)
    seen = re.search(r'name="seen" value="([^"]+)"', lead.get(path).text)
    assert seen
    other = sign_in("Kim", "lead")
    other.post(path, shortcut="hello", title="Say hello", text="Kim's words.", seen=seen[1])
    late = lead.post(path, shortcut="hello", title="Say hello", text="Lea's words.", seen=seen[1])
    assert late.status_code == 409
    assert "Kim has changed it meanwhile" in late.text
    assert "Kim&#39;s words." in late.text
    newer = re.search(r'name="seen" value="([^"]+)"', late.text)
    assert newer
    again = lead.post(path, shortcut="hello", title="Say hello", text="Lea's words.", seen=newer[1])
    assert again.status_code == 303
    assert "Lea&#39;s words." in lead.get("/desk/replies").text


def test_agents_read_replies_and_leads_alone_keep_them(lead: Desk, sign_in: SignIn) -> None:
    path = add_reply(lead)
    agent, buyer = sign_in("Kim"), sign_in("Bo", "buyer")
    page = agent.get("/desk/replies").text
    assert "Hello {customer}." in page
    assert path not in page
    assert picked(agent) == ["Hello [customer]."]
    assert buyer.get("/desk/replies").status_code == 403
    assert buyer.get("/desk/replies/pick").status_code == 403
    for asked in (path, f"{path}/delete", "/desk/replies", "/desk/replies/begin", "/desk/replies/check"):
        assert agent.post(asked, shortcut="x", title="x", text="x").status_code == 403


def test_the_picker_puts_the_shortcut_that_begins_so_first_then_words_of_the_title(lead: Desk) -> None:
    add_reply(lead, "late-again", "It moved", "1")
    add_reply(lead, "late", "A delay", "2")
    add_reply(lead, "sorry", "It is late and we know", "3")
    add_reply(lead, "too-late", "Shipped already", "4")
    add_reply(lead, "bye", "The end", "5")
    assert picked(lead, "late") == ["2", "1", "4", "3"]
    assert picked(lead, "/LATE-") == ["1"]
    assert picked(lead, "shiped") == ["4"]  # one letter is missing
    assert picked(lead, "zzz") == []
    assert "No reply fits this." in lead.get("/desk/replies/pick?q=zzz").text


def test_the_picker_offers_eight_at_most(lead: Desk) -> None:
    for number in range(10):
        add_reply(lead, f"r{number}", "Some reply", str(number))
    assert len(picked(lead, "r")) == 8


def test_what_a_reply_says_is_text_wherever_it_is_shown(lead: Desk) -> None:
    path = add_reply(lead, "probe", PROBE, f"{PROBE} and more")
    for page in ("/desk/replies", path, "/desk/replies/pick"):
        shown = lead.get(page).text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;" in shown
    assert picked(lead, "probe") == [f"{PROBE} and more"]


@pytest.mark.usefixtures("shop")
def test_a_reply_is_filled_with_the_order_that_was_proven(lead: Desk, database: Database) -> None:
    add_reply(lead, text=WHOLE)
    conversation = said_in(database, "where is m104204?")
    prove(database, conversation, order_number="M104204")
    with database.reading() as session:
        [line, *_] = views(session, whole_order(session, "M104204"))
    assert line.promise
    when = days(line.promise.earliest, line.promise.latest)
    [text] = picked(lead, conversation=conversation)
    assert text.split("|")[:2] == ["Priya", "Lea"]
    assert text.split("|")[3:] == ["M104204", line.name, when]
    assert unfilled(text) == []


@pytest.mark.usefixtures("shop")
def test_a_reply_that_would_not_be_true_comes_last_and_says_why(lead: Desk, database: Database) -> None:
    add_reply(lead, "cancelled", "It is cancelled", "I have cancelled it.")
    add_reply(lead, "date", "The day", "It comes {date}.")
    conversation = said_in(database, "cancel m104204")
    prove(database, conversation, order_number="M104204")
    offered = {"conversation": conversation, "q": ""}
    page = lead.get("/desk/replies/pick", params=offered).text
    assert page.index("/date") < page.index("/cancelled") < page.index("Nothing of this order is cancelled.")
    with database.writing() as session:
        whole_order(session, "M104204").lines[0].cancelled_quantity = 1
    assert "Nothing of this order" not in lead.get("/desk/replies/pick", params=offered).text


@pytest.mark.usefixtures("shop")
def test_what_is_cancelled_and_what_has_no_date_are_named_only_where_it_is_so(lead: Desk, database: Database) -> None:
    add_reply(lead, text="{cancelled}|{undated}")
    dated, undated = said_in(database, "cancel m104204"), said_in(database, "where is it?")
    prove(database, dated, order_number="M104204")
    prove(database, undated, order_number="M104190")
    with database.reading() as session:
        names = [order.lines[0].product.name for order in (whole_order(session, n) for n in ("M104204", "M104190"))]
    assert picked(lead, conversation=dated) == ["[cancelled]|[undated]"]
    assert picked(lead, conversation=undated) == [f"[cancelled]|{names[1]}"]
    with database.writing() as session:
        whole_order(session, "M104204").lines[0].cancelled_quantity = 1
    assert picked(lead, conversation=dated) == [f"{names[0]}|[undated]"]


@pytest.mark.usefixtures("shop")
def test_without_a_proof_no_name_and_nothing_of_an_order_is_filled_in(lead: Desk, database: Database) -> None:
    add_reply(lead, text=WHOLE)
    asked = said_in(database, "where is M104204?", customer_id="C1004")
    over = said_in(database, "where is M104204?")
    prove(database, over, hours=-1, order_number="M104204")
    for conversation in (asked, over, "there-is-none"):
        [text] = picked(lead, conversation=conversation)
        assert text.split("|")[0] == "[customer]"
        assert text.split("|")[3:] == ["[order]", "[item]", "[date]"]


@pytest.mark.usefixtures("shop")
def test_a_date_that_nobody_knows_stays_open_for_the_agent_to_see(lead: Desk, database: Database) -> None:
    add_reply(lead, text=WHOLE)
    conversation = said_in(database, "where is it?")
    prove(database, conversation, order_number="M104190")
    [text] = picked(lead, conversation=conversation)
    assert text.split("|")[3] == "M104190"
    assert unfilled(text) == ["[date]"]


@pytest.mark.usefixtures("shop")
def test_of_several_orders_the_one_named_last_is_meant_and_the_hand_back_says_it_best(
    lead: Desk, database: Database
) -> None:
    add_reply(lead, text="{order}")
    conversation = said_in(database, "M104204 please", "no, I mean M104190")
    unsaid = said_in(database, "where are they?")
    handed_back = said_in(database, "M104204 please", hand_back_order="M104190")
    for each in (conversation, unsaid, handed_back):
        prove(database, each, order_number="M104190")
        prove(database, each, order_number="M104204")
    assert picked(lead, conversation=conversation) == ["M104190"]
    assert picked(lead, conversation=unsaid) == ["[order]"]
    assert picked(lead, conversation=handed_back) == ["M104190"]


@pytest.mark.usefixtures("shop")
def test_a_longer_number_is_another_order(lead: Desk, database: Database) -> None:
    add_reply(lead, text="{order}")
    conversation = said_in(database, "M104190 please, not M1042041 or XM104204")
    for number in ("M104190", "M104204"):
        prove(database, conversation, order_number=number)
    assert picked(lead, conversation=conversation) == ["M104190"]


def test_what_a_customer_is_called_is_never_taken_for_a_variable() -> None:
    assert filled("Hello {customer}, {date}.", {"customer": "{date}"}) == "Hello {date}, [date]."


def test_every_variable_that_is_left_open_is_found_before_a_message_is_sent() -> None:
    for name in VARIABLES:
        assert unfilled(filled(f"It is {{{name}}}.", {})) == [f"[{name}]"]
        assert unfilled(f"It is {{{name}}}.") == [f"{{{name}}}"]
