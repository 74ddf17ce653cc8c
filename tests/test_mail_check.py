"""What `meantime doctor` finds about sending e-mail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from meantime.mail_check import mail_troubles
from meantime.settings import Settings
from meantime.shop.policy import Contact
from meantime.shop.week import read_week
from tests.mail_server import MailServerStandIn

OFFICE = read_week({"mon-fri": {"from": "9:00", "to": "17:00"}})


@pytest.fixture
def server() -> Iterator[MailServerStandIn]:
    with MailServerStandIn() as server:
        yield server


def settings(**names: str) -> Settings:
    return Settings(_env_file=None, **{"public_url": "https://chat.example.com"} | names)


def troubles(contact: Contact | None = None, **names: str) -> list[str]:
    return list(mail_troubles(settings(**names), contact or Contact()))


def test_without_e_mail_there_is_no_trouble_with_it() -> None:
    assert troubles() == []


def test_a_server_that_answers_is_none(server: MailServerStandIn) -> None:
    assert troubles(smtp_url=f"smtp://127.0.0.1:{server.port}", mail_from="a@shop.example") == []


@pytest.mark.parametrize(
    ("names", "contact", "words"),
    [
        ({"smtp_url": "smtp://127.0.0.1"}, None, "MAIL_FROM is not"),
        ({"mail_from": "a@shop.example"}, None, "SMTP_URL is not"),
        ({}, Contact(opening=OFFICE), "nothing is set up to send it"),
        ({}, Contact(email="at the desk"), "not an e-mail address"),
        ({"smtp_url": "smtp://127.0.0.1:1", "mail_from": "a@shop.example"}, None, "127.0.0.1:1 does not answer"),
    ],
)
def test_each_trouble_is_said_with_what_to_do(names: dict[str, str], contact: Contact | None, words: str) -> None:
    [said] = troubles(contact, **names)
    assert words in said


def test_links_need_an_address_that_customers_can_reach(server: MailServerStandIn) -> None:
    here = {"smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "a@shop.example", "public_url": ""}
    assert "PUBLIC_URL is not set" in troubles(**here)[0]


def test_a_server_that_lets_nobody_sign_in_is_said_without_the_password(server: MailServerStandIn) -> None:
    [said] = troubles(smtp_url=f"smtp://u:secret@127.0.0.1:{server.port}", mail_from="a@shop.example")
    assert "no way to sign in" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_url", "https://mail.example.com"),
        ("smtp_url", "smtp://"),
        ("smtp_url", "smtp://user:geheim@mail.example.com:port"),
        ("smtp_url", "smtp://mail.example.com/inbox"),
        ("mail_from", "Shop"),
        ("mail_from", "a@b.example, c@d.example"),
        ("mail_from", "Shop <a@b.example>\r\nBcc: c@d.example"),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match="must") as refused:
        settings(**{name: value})
    assert "geheim" not in str(refused.value)
