"""A real mail server for tests: takes mail over TLS or without, asks for a password, and refuses as it is told."""

from __future__ import annotations

import asyncio
import logging
import ssl
import subprocess
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port

logging.getLogger("mail.log").propagate = False  # aiosmtpd notes every line that is said
USER, PASSWORD = "shop@example.com", "p@ss/word:1"
URL_USER, URL_PASSWORD = "shop%40example.com", "p%40ss%2Fword%3A1"
TAKEN = "250 taken"
DROP = "drop"
"""Instead of an answer to the mail: it is kept, and the connection is cut."""
ARRIVES_WITHIN = 20.0


class Certificate:
    """A certificate of this test's own for this machine, and what trusts it."""

    def __init__(self, folder: Path) -> None:
        self.file, self._key = folder / "certificate.pem", folder / "key.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-keyout", str(self._key), "-out", str(self.file), "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            ],
            check=True,
            capture_output=True,
        )

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self._key)
        return context


class MailServerStandIn:
    """Takes everything, unless ``to_recipient`` or ``to_mail`` hold other answers: the first is given first."""

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self.host, self.port = host, free_port()
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.was_tls: list[bool] = []
        self.to_recipient: list[str] = []
        self.to_mail: list[str] = []
        self._arrived = threading.Condition()
        self._is_up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(tls, options), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(ARRIVES_WITHIN), "the mail server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ARRIVES_WITHIN)

    def _serve(self, tls: ssl.SSLContext | None, options: dict[str, Any]) -> None:
        # aiosmtpd's own controller would first connect to itself, which a server nobody trusts cannot do.
        loop = self._loop
        asyncio.set_event_loop(loop)
        smtp = partial(SMTP, self, loop=loop, hostname="mail.test", **{"enable_SMTPUTF8": True, **options})
        server = loop.run_until_complete(loop.create_server(smtp, self.host, self.port, ssl=tls))
        self._is_up.set()
        loop.run_forever()
        server.close()
        loop.run_until_complete(loop.shutdown_asyncgens())
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()

    def wait_for(self, count: int) -> list[EmailMessage]:
        """Return the mails once there are that many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.mails) >= count, ARRIVES_WITHIN), self.mails
            return self.mails

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.to_recipient.pop(0) if self.to_recipient else TAKEN
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.to_mail.pop(0) if self.to_mail else TAKEN
        if answer in (TAKEN, DROP):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.SMTPUTF8)
            with self._arrived:
                self.raw.append(envelope.content)
                self.was_tls.append(session.ssl is not None)
                self.mails.append(mail)
                self._arrived.notify_all()
        if answer == DROP:
            assert server.transport
            server.transport.abort()
        return answer


def password_required(certificate: Certificate, *, from_the_start: bool = False) -> dict[str, Any]:
    """Return what makes a server ask for USER and PASSWORD, under TLS that is asked for or there from the start."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    context = certificate.server_context()
    tls = {"tls": context} if from_the_start else {"tls_context": context, "require_starttls": True}
    return {"authenticator": check, "auth_required": True, "auth_require_tls": not from_the_start, **tls}
