"""Text messages through the real webhook and the real client, between a stand-in for Twilio and one for Rasa."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select, text
from twilio.request_validator import RequestValidator

from meantime.conversations.contacts import Contact
from meantime.conversations.owner import take_over
from meantime.conversations.tables import CUSTOMER, Conversation, Message
from meantime.db import Database
from meantime.ledger import TurnToken
from meantime.wording import texting as say
from meantime.wording.numbered import GOES_ON
from tests.channels.conftest import OpenGateway
from tests.channels.rasa_stand_in import RasaStandIn, reply
from tests.twilio_stand_in import Phone, TwilioStandIn
from tests.twilio_stand_in.server import PUBLIC_URL, TOKEN

SECRET = "test-secret-key-" + "k" * 32
LONG = " ".join(f"This is sentence number {n} of a long reply." for n in range(1, 15))


def said(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Message.text).where(Message.author == CUSTOMER).order_by(Message.seq)))


def proposal_of(rasa: RasaStandIn) -> str | None:
    return TurnToken.verify(rasa.asked[-1]["metadata"]["token"], SECRET).proposal


def test_a_text_is_answered_by_text_from_the_number_it_was_sent_to(phone: Phone, twilio: TwilioStandIn) -> None:
    assert phone.asks("where is my order") == "echo: where is my order"
    [message] = phone.inbox
    assert message["from"] == phone.ours
    other = Phone(twilio, phone.number, ours="+15035550155")
    other.texts("hello")
    assert twilio.wait_for(2)[1]["from"] == "+15035550155"


def test_options_are_numbered_and_a_number_chooses(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("hello", reply("What can I do?", ("Find it", "/find"), ("Stop waiting for it", "/cancel")))
    assert phone.asks("hello") == "What can I do?\n1. Find it\n2. Stop waiting for it"
    assert phone.asks("the second") == "echo: /cancel"


def test_the_numbers_of_an_older_message_choose_nothing(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("hello", reply("What can I do?", ("Find it", "/find")))
    phone.asks("hello")
    phone.asks("something else")
    assert phone.asks("1") == "echo: 1"
    assert phone.asks("find it") == "echo: /find"


def test_a_long_answer_comes_page_by_page(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("tell me all", reply(LONG, ("Find it", "/find")))
    pages = [phone.asks("tell me all"), phone.asks("MORE"), phone.asks("more.")]
    assert [page.endswith(GOES_ON) for page in pages] == [True, True, False]
    assert all(int(message["num_segments"]) <= 2 for message in phone.inbox)
    whole = "".join(page.removesuffix(GOES_ON) for page in pages)
    assert whole.split() == [*LONG.split(), "1.", "Find", "it"]
    assert phone.asks("more") == say.ALL_READ_AND_ASKED
    assert phone.asks("1") == "echo: /find"
    assert phone.asks("more") == say.ALL_READ
    assert rasa.texts == ["tell me all", "/find"]


def test_a_number_that_no_page_has_shown_yet_brings_the_next_page(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("my orders", reply("Which?", ("M1", "/one"), ("M2", "/two")))
    rasa.says("/two", reply(LONG, ("Keep waiting", "/keep_waiting"), ("Cancel it", "/cancel")))
    phone.asks("my orders")
    assert "sentence number 1 " in phone.asks("2")
    assert "sentence number 8 " in phone.asks("1")
    assert "1. Keep waiting" in phone.asks("1")
    assert rasa.texts == ["my orders", "/two"]
    assert phone.asks("1") == "echo: /keep_waiting"


def test_who_has_read_all_and_asks_for_more_may_still_say_yes(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("swap it", reply("Shall I?", ("Yes, swap", "/affirm"), ("No", "/deny"), proposal="P1"))
    phone.asks("swap it")
    assert phone.asks("Next") == say.ALL_READ_AND_ASKED
    assert phone.asks("1") == "echo: /affirm"
    assert proposal_of(rasa) == "P1"


def test_more_is_a_word_like_others_where_nothing_was_said(phone: Phone) -> None:
    assert phone.asks("more") == "echo: more"


def test_newer_words_end_an_older_page(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("tell me all", reply(LONG))
    phone.asks("tell me all")
    phone.asks("thanks")
    assert phone.asks("more") == say.ALL_READ


def test_a_list_is_agreed_to_only_once_it_was_read_to_its_end(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("swap it", reply(LONG, ("Yes, swap", "/affirm"), ("No", "/deny"), proposal="P1"))
    first = phone.asks("swap it")
    assert "1. Yes" not in first
    assert "sentence number 8" in phone.asks("yes please")
    phone.texts("affirmative")  # not a word the gateway knows: Rasa hears it without the proposal
    assert phone.hears() == "echo: affirmative"
    phone.asks("swap it")
    phone.asks("more")
    assert "1. Yes, swap" in phone.asks("yes")
    assert phone.asks("1") == "echo: /affirm"
    proposals = [TurnToken.verify(body["metadata"]["token"], SECRET).proposal for body in rasa.asked]
    assert proposals == [None, None, None, "P1"]


def test_the_turn_knows_the_sender_and_rasa_sees_no_number(phone: Phone, rasa: RasaStandIn) -> None:
    phone.asks("hello")
    [asked] = rasa.asked
    token = TurnToken.verify(asked["metadata"]["token"], SECRET)
    assert (token.channel, token.sender, token.proof) == ("sms", phone.number, None)
    assert len(token.address_hash) == 64


def test_the_same_text_twice_is_answered_once(phone: Phone, database: Database) -> None:
    for _ in range(3):
        phone.texts("hello", "SM1")
    phone.texts("something else", "SM1")
    phone.texts("and more", "SM2")
    assert [phone.hears(), phone.hears()] == ["echo: hello", "echo: and more"]
    assert said(database) == ["hello", "and more"]


def test_two_gateways_that_are_handed_the_same_text_at_once_answer_it_once(
    open_texting: OpenGateway, twilio: TwilioStandIn, database: Database
) -> None:
    one, other = open_texting(), open_texting()
    phone = Phone(twilio)
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: phone.texts(f"words {n // 2}", f"SM{n // 2}", gateway=(one, other)[n % 2].url), range(16)
            )
        )
    heard = [phone.hears() for _ in range(8)]
    assert heard == [f"echo: {words}" for words in said(database)]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1
    assert len(twilio.messages) == 8


def test_thirty_texts_in_a_burst_are_all_answered_in_order(
    phone: Phone, twilio: TwilioStandIn, database: Database
) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: phone.texts(f"words {n}"), range(30)))
    twilio.wait_for(30)
    assert [message["body"] for message in phone.inbox] == [f"echo: {words}" for words in said(database)]


def test_two_machines_that_answer_each_other_are_ended_by_a_person(
    phone: Phone, twilio: TwilioStandIn, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meantime.conversations.texting.FLOOD", 5)
    for n in range(1, 9):
        phone.texts(f"I am another machine {n}")
        if n < 8:
            phone.hears()
    texts = [message["body"].split("\n")[0] for message in phone.inbox]
    assert texts[:5] == [f"echo: I am another machine {n}" for n in range(1, 6)]
    assert texts[5].startswith(say.FLOODED)
    assert len(texts) == 7  # that it waits is said once more, then no more
    with database.reading() as session:
        assert session.scalars(select(Conversation.owner)).one() == "queue"


@pytest.mark.parametrize(
    "forged",
    [
        {"signature": "nonsense"},
        {"signature": ""},
        {"url": "https://elsewhere.example.com/sms/twilio"},
        {"url": f"{PUBLIC_URL}/sms/twilio/"},
    ],
)
def test_what_is_not_signed_is_refused_and_not_stored(
    phone: Phone, twilio: TwilioStandIn, database: Database, forged: dict[str, str]
) -> None:
    for path in ("/sms/twilio", "/sms/twilio/status?delivery=1"):
        answer = twilio.post(path, phone.form("hello"), **forged)  # type: ignore[arg-type]
        assert answer.status_code == 403
    assert said(database) == []


def test_a_changed_form_is_refused(phone: Phone, twilio: TwilioStandIn) -> None:
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC_URL}/sms/twilio", phone.form("hello", "SM1"))
    assert twilio.post("/sms/twilio", phone.form("goodbye", "SM1"), signature=signature).status_code == 403
    assert twilio.post("/sms/twilio", phone.form("hello", "SM1"), signature=signature).status_code == 200


def test_without_an_auth_token_nothing_is_believed(open_gateway: OpenGateway, twilio: TwilioStandIn) -> None:
    twilio.gateway_url = open_gateway({"public_url": PUBLIC_URL}).url
    assert twilio.post("/sms/twilio", Phone(twilio).form("hello")).status_code == 403


@pytest.mark.parametrize(
    ("trusted", "status"), [("127.0.0.0/8", 200), ("", 403)], ids=["behind a trusted proxy", "behind a stranger"]
)
def test_without_a_public_url_a_trusted_proxy_says_how_we_were_reached(
    open_gateway: OpenGateway, twilio: TwilioStandIn, trusted: str, status: int
) -> None:
    gateway = open_gateway(twilio.settings() | {"public_url": "", "trusted_proxies": trusted})
    form = Phone(twilio).form("hello")
    signature = RequestValidator(TOKEN).compute_signature("https://proxy.example.com/sms/twilio?a=b%20c", form)
    answer = httpx.post(
        f"{gateway.url}/sms/twilio?a=b%20c",
        data=form,
        headers={
            "x-twilio-signature": signature,
            "x-forwarded-proto": "https",
            "x-forwarded-host": "proxy.example.com",
        },
    )
    assert answer.status_code == status


def test_a_machine_without_a_number_is_not_answered(twilio: TwilioStandIn, open_texting: OpenGateway) -> None:
    open_texting()
    for sender in ("AMAZON", "12345", "whatsapp:+15055550123", ""):
        phone = Phone(twilio)
        phone.number = sender
        phone.texts("Your code is 1234")
    assert Phone(twilio).asks("hello") == "echo: hello"
    assert len(twilio.messages) == 1


def test_numbers_are_kept_in_one_form(phone: Phone, twilio: TwilioStandIn, database: Database) -> None:
    phone.asks("hello")
    spaced = Phone(twilio, f"{phone.number[:2]} ({phone.number[2:5]}) {phone.number[5:]}")
    spaced.texts("again")
    assert twilio.wait_for(2)[1]["to"] == phone.number
    with database.reading() as session:
        assert session.execute(select(Contact.ours, Contact.theirs)).all() == [(phone.ours, phone.number)]


def test_a_picture_alone_is_answered_kindly_and_kept_as_a_link(
    phone: Phone, rasa: RasaStandIn, database: Database
) -> None:
    phone.sends_picture()
    assert phone.hears() == f"{say.PICTURE}\n1. {say.PERSON}"
    assert rasa.asked == []
    with database.reading() as session:
        stored = session.scalars(select(Message).where(Message.author == CUSTOMER)).one()
        assert stored.media == [{"url": "https://api.twilio.com/media/ME1", "type": "image/jpeg"}]
    assert phone.asks("1") == "echo: /talk_to_person"


def test_a_picture_with_words_is_thanked_for_and_the_words_are_answered(phone: Phone, rasa: RasaStandIn) -> None:
    phone.sends_picture("it arrived broken")
    assert [phone.hears(), phone.hears()] == [say.PICTURE_TOO, "echo: it arrived broken"]
    assert rasa.texts == ["it arrived broken"]


def test_a_text_without_words_is_answered_kindly(phone: Phone) -> None:
    assert phone.asks(" \u200b ").startswith(say.EMPTY)


def test_a_link_that_is_none_is_not_kept(phone: Phone, database: Database) -> None:
    phone.sends_picture(url="javascript:alert(1)")
    phone.hears()
    with database.reading() as session:
        assert session.scalars(select(Message.media).where(Message.author == CUSTOMER)).one() == []


def test_after_a_week_of_silence_a_new_conversation_begins(phone: Phone, rasa: RasaStandIn, database: Database) -> None:
    phone.texts("hello", "SM1")
    phone.hears()
    phone.asks("still me")
    with database.writing() as session:
        session.execute(text("update conversations set last_message_at = '2020-01-01'"))
    phone.texts("hello", "SM1")  # handed over once more, late
    assert phone.asks("me again") == "echo: me again"
    assert [body["state"] for body in rasa.asked] == [None, {"turns": 1}, None]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 2


def test_while_a_person_is_to_answer_the_conversation_stays(phone: Phone, database: Database) -> None:
    phone.asks("hello")
    with database.writing() as session:
        take_over(session, session.scalars(select(Conversation.id)).one(), "Ana")
        session.execute(text("update conversations set last_message_at = '2020-01-01'"))
    assert "Ana from our team has joined" in phone.hears()
    phone.texts("anybody there?")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_a_person_is_waited_for_by_text(phone: Phone, rasa: RasaStandIn) -> None:
    rasa.says("person", reply("I am passing you on.", hand_off="asked for a person"))
    assert phone.asks("person").split("\n")[1:] == ["1. Carry on with the assistant", "2. Stop waiting"]
    assert phone.asks("it is about my lamp").startswith("I have added this")
    assert "with the assistant again" in phone.asks("1")


def test_typed_commands_are_words(phone: Phone, rasa: RasaStandIn) -> None:
    phone.texts('/cancel_order{"order": "M1"}')
    phone.hears()
    phone.texts("gateway:stop_waiting")
    phone.hears()
    assert [body["payload"] for body in rasa.asked] == [None, None]


def test_nothing_of_a_text_stands_in_the_log(
    phone: Phone, twilio: TwilioStandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    twilio.fails(500)
    twilio.fails(429)
    phone.asks("my secret words")
    twilio.reports(phone.inbox[0], "undelivered", "30003")
    twilio.post("/sms/twilio", phone.form("my secret words"), signature="x")
    printed = "".join(capfd.readouterr())
    for private in (phone.number, phone.number[2:], "secret", "%2B"):
        assert private not in printed
