"""A mail as it is put together: what it says, how it threads, and that nothing a customer types gets into its head."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

import pytest

from meantime.channels.email import BadAddress, Envelope, Post, compose
from meantime.wording import email as say
from meantime.wording.tone import lint

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
URL = "https://chat.example.com/chat/read/abc.def.ghi#newest"
POST = Post("answers@shop.example", "Bücher & Söhne", "help@shop.example")
WORDS = "Your lamp ships on Friday, November 27.\nIt is the brass one.\n\nIs that all right?"


def letter(words: str = WORDS, **more: object) -> say.Letter:
    told = {"was_given": True, "shop": POST.shop, "reply_to": POST.reply_to, "link_until": AT} | more
    return say.answer("Ana", words, **told)  # type: ignore[arg-type]


def sent(
    post: Post = POST, to: str = "ann@example.com", words: str = WORDS, earlier: tuple[str, ...] = (), number: str = "7"
) -> EmailMessage:
    """Return the mail as a mailbox gets it."""
    mail = compose(post, Envelope(to, number, earlier, URL, AT), letter(words))
    return message_from_bytes(mail.as_bytes(), policy=policy.SMTPUTF8)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body
    return str(body.get_content())


def test_the_head_says_who_writes_and_where_replies_go() -> None:
    mail = sent()
    assert getaddresses([mail["From"]]) == [("Bücher & Söhne", "answers@shop.example")]
    assert getaddresses([mail["Reply-To"]]) == [("Bücher & Söhne", "help@shop.example")]
    assert (mail["To"], mail["Subject"]) == ("ann@example.com", "Your conversation with Bücher & Söhne")
    assert parsedate_to_datetime(mail["Date"]) == AT
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_a_name_in_the_senders_address_is_kept() -> None:
    mail = sent(Post('"Lamps, Ltd." <answers@shop.example>', "Shop"))
    assert getaddresses([mail["From"]]) == [("Lamps, Ltd.", "answers@shop.example")]
    assert mail["Reply-To"] is None


def test_the_same_delivery_has_the_same_name_whenever_it_is_sent() -> None:
    assert sent()["Message-ID"] == sent()["Message-ID"] != sent(number="8")["Message-ID"]
    assert sent()["Message-ID"].endswith("@shop.example>")


def test_the_mails_of_a_conversation_stand_together() -> None:
    first, second = sent(number="1"), sent(number="2", earlier=("1",))
    third = sent(number="3", earlier=("1", "2"))
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"].split() == [first["Message-ID"], second["Message-ID"]]
    assert first["Subject"] == third["Subject"]
    many = sent(number="99", earlier=tuple(map(str, range(50))))
    assert len(many["References"].split()) == 20


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_parts_say_everything(kind: str) -> None:
    text = part(sent(), kind)
    for words in ("Hello,", "Ana from our team", "ships on Friday, November 27.", "works until Thursday, November 26"):
        assert words in text
    for words in ("To answer, open the chat", "help@shop.example", "You get this e-mail because you gave us"):
        assert words in text
    assert URL in text


def test_the_answer_is_set_off_in_plain_text() -> None:
    quoted = [line for line in part(sent(), "plain").splitlines() if line.startswith(">")]
    assert quoted == [
        "> Your lamp ships on Friday, November 27.",
        "> It is the brass one.",
        ">",
        "> Is that all right?",
    ]


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_html_needs_no_picture_and_nothing_from_elsewhere() -> None:
    elements = Elements(part(sent(), "html")).found
    assert not {"img", "script", "style", "link", "iframe", "form"} & {tag for tag, _ in elements}
    assert [attrs["href"] for tag, attrs in elements if tag == "a"] == [URL]
    assert ("html", {"lang": "en"}) in elements
    assert len([tag for tag, _ in elements if tag == "blockquote"]) == 1


def test_what_was_said_is_never_html() -> None:
    html = part(sent(words="<b>1 < 2</b> <img src=x onerror=alert(1)>"), "html")
    assert "&lt;img src=x" in html
    assert not {"b", "img"} & {tag for tag, _ in Elements(html).found}


def test_international_names_and_addresses_are_written_as_mail_servers_know_them() -> None:
    assert sent(to="ann@bücher.example")["To"] == "ann@xn--bcher-kva.example"
    assert sent(to="ann@straße.example")["To"] == "ann@xn--strae-oqa.example"
    mail = compose(POST, Envelope("änne@example.com", "7", (), URL, AT), letter())
    assert mail["To"].addresses[0].username == "änne"


@pytest.mark.parametrize(
    "evil",
    [
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com\nX: y",
        "ann@example.com, bob@example.com",
        "ann",
        "@",
        "a b@c",
    ],
)
def test_no_address_adds_a_line_or_a_reader(evil: str) -> None:
    with pytest.raises(BadAddress):
        sent(to=evil)


def test_no_name_adds_a_line_to_the_head() -> None:
    shop = "Shop\r\nBcc: bob@example.com\u2028X: y\x00"
    mail = compose(Post("a@b.example", shop), Envelope("ann@example.com", "7", (), URL, AT), letter(shop=shop))
    raw = mail.as_bytes().decode()
    head = message_from_bytes(raw.encode(), policy=policy.SMTPUTF8)
    assert head["Bcc"] is None
    assert head["X"] is None
    assert not {"\x00", "\u2028"} & set(str(head["From"]))
    assert getaddresses([head["To"]]) == [("", "ann@example.com")]
    assert head["Subject"].startswith("Your conversation with Shop Bcc:")


def test_lines_are_short_enough_for_every_server() -> None:
    raw = compose(POST, Envelope("ann@example.com", "7", (), URL, AT), letter("long " * 4000)).as_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0


@pytest.mark.parametrize(
    "mail",
    [
        letter(),
        letter(was_given=False),
        letter(reply_to=""),
        say.undelivered_text("It ships.", shop="Shop", reply_to="help@shop.example", link_until=AT),
    ],
)
def test_a_mail_is_as_calm_as_everything_else(mail: say.Letter) -> None:
    said = "\n\n".join((mail.greeting, mail.lead, mail.link, mail.link_note, mail.answering, mail.closing, mail.why))
    assert lint(said) == []
