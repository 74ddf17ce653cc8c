"""Handing a mail to a real mail server: TLS, passwords, refusals, and a connection that breaks."""

from __future__ import annotations

import shutil
import socket
from email.message import EmailMessage

import pytest

from meantime.channels.sender import MaybeAccepted, NeverAccepted, TryLater
from meantime.channels.smtp import MailServer
from tests.mail_server import (
    DROP,
    URL_PASSWORD,
    URL_USER,
    Certificate,
    MailServerStandIn,
    password_required,
)

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="NOT COVERED: openssl is missing")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """As if an authority that everybody knows had made the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    return certificate


def mail(to: str = "ann@example.com") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "shop@example.com", to, "<1@example.com>"
    mail.set_content("Hello")
    return mail


def url_of(server: MailServerStandIn, scheme: str = "smtp", who: str = f"{URL_USER}:{URL_PASSWORD}@") -> str:
    return f"{scheme}://{who}{server.host}:{server.port}"


def test_mail_goes_out_over_starttls_with_a_password(trusted: Certificate) -> None:
    with MailServerStandIn(**password_required(trusted)) as server:
        MailServer.of(url_of(server)).send(mail())
        assert server.mails[0]["To"] == "ann@example.com"
        assert server.was_tls == [True]


def test_mail_goes_out_over_tls_from_the_start(trusted: Certificate) -> None:
    with MailServerStandIn(**password_required(trusted, from_the_start=True)) as server:
        MailServer.of(url_of(server, "smtps")).send(mail())
        assert len(server.mails) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_no_mail_goes_to_a_server_that_nobody_vouches_for(certificate: Certificate, scheme: str) -> None:
    with MailServerStandIn(**password_required(certificate, from_the_start=scheme == "smtps")) as server:
        with pytest.raises(TryLater, match="SSLCertVerification"):
            MailServer.of(url_of(server, scheme)).send(mail())
        assert server.mails == []


def test_in_the_clear_only_to_this_machine() -> None:
    with MailServerStandIn() as server:
        MailServer.of(url_of(server, who="")).send(mail())
        assert server.was_tls == [False]
    with MailServerStandIn("0.0.0.0") as server:
        by_its_name = f"smtp://{socket.gethostname()}:{server.port}"  # which might be anywhere
        with pytest.raises(TryLater, match="NotSupportedError"):
            MailServer.of(by_its_name).send(mail())
        assert server.mails == []


def test_a_wrong_password_is_no_fault_of_the_mail(trusted: Certificate) -> None:
    with MailServerStandIn(**password_required(trusted)) as server:
        with pytest.raises(TryLater, match="AuthenticationError"):
            MailServer.of(url_of(server, who=f"{URL_USER}:wrong@")).send(mail())
        assert server.mails == []


@pytest.mark.parametrize("where", ["to_recipient", "to_mail"])
def test_what_is_refused_for_now_is_taken_the_next_time(where: str) -> None:
    with MailServerStandIn() as server:
        setattr(server, where, ["451 later"])
        out = MailServer.of(url_of(server, who=""))
        with pytest.raises(TryLater, match="451"):
            out.send(mail())
        out.send(mail())
        assert len(server.mails) == 1


@pytest.mark.parametrize("where", ["to_recipient", "to_mail"])
def test_what_is_refused_for_good_is_told_with_its_code(where: str) -> None:
    with MailServerStandIn() as server:
        setattr(server, where, ["550 no such mailbox"])
        with pytest.raises(NeverAccepted) as refused:
            MailServer.of(url_of(server, who="")).send(mail())
        assert refused.value.code == "550"


def test_a_connection_that_breaks_after_the_mail_leaves_it_to_be_tried_again() -> None:
    with MailServerStandIn() as server:
        server.to_mail = [DROP]
        with pytest.raises(MaybeAccepted):
            MailServer.of(url_of(server, who="")).send(mail())
        assert len(server.mails) == 1


def test_a_server_that_is_not_there_may_be_there_later() -> None:
    with MailServerStandIn() as server:
        gone = url_of(server, who="")
    with pytest.raises(TryLater, match="ConnectionRefused"):
        MailServer.of(gone).send(mail())


def test_an_international_mailbox_needs_a_server_that_knows_of_them() -> None:
    with MailServerStandIn() as server:
        MailServer.of(url_of(server, who="")).send(mail("änne@example.com"))
        assert server.mails[0]["To"] == "änne@example.com"
    with MailServerStandIn(enable_SMTPUTF8=False) as server:
        with pytest.raises(NeverAccepted) as refused:
            MailServer.of(url_of(server, who="")).send(mail("änne@example.com"))
        assert refused.value.code == "smtputf8"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 587, "", "", False)),
        ("smtps://u:p@mail.example.com", ("mail.example.com", 465, "u", "p", True)),
        ("smtp://a%40b:c%3Ad@[::1]:25/", ("::1", 25, "a@b", "c:d", False)),
    ],
)
def test_the_address_of_the_server_is_read(url: str, expected: tuple[str, int, str, str, bool]) -> None:
    assert MailServer.of(url) == MailServer(*expected)
