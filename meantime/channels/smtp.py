"""Handing a mail to the shop's mail server, over TLS, and telling what came of it.

In the clear only to this very machine. A certificate that does not check out is a server that is not there: the mail
waits and is tried again.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from urllib.parse import unquote, urlsplit

from meantime.channels.sender import MaybeAccepted, NeverAccepted, SendingFailed, TryLater

SUBMISSION, SUBMISSIONS = 587, 465
TIMEOUT_SECONDS = 10.0
"""For each step of the talk with the server."""
CODE_LENGTH = 20
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that SMTP_URL names."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls: bool = False
    """Whether the connection begins with TLS (smtps); otherwise it is asked for (STARTTLS)."""

    @classmethod
    def of(cls, url: str) -> MailServer:
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        port = parts.port or (SUBMISSIONS if is_tls else SUBMISSION)
        return cls(parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), is_tls)

    def send(self, mail: EmailMessage) -> None:
        """Return once the server has taken the mail. Raises SendingFailed."""
        try:
            smtp = self._connect()
        except (OSError, SMTPException) as error:
            raise TryLater(_name(error)) from error
        try:
            smtp.send_message(mail)
        except SMTPRecipientsRefused as error:
            [(code, _)] = error.recipients.values()
            raise _refusal(code) from error
        except (SMTPSenderRefused, SMTPDataError) as error:
            raise _refusal(error.smtp_code) from error
        except SMTPNotSupportedError as error:
            raise NeverAccepted("smtputf8") from error
        except (OSError, SMTPException) as error:
            raise MaybeAccepted(_name(error)) from error
        finally:
            # The mail has been taken or not: how the server says goodbye changes nothing in that.
            with suppress(OSError, SMTPException):
                smtp.quit()
            smtp.close()

    def greet(self) -> None:
        """Connect and sign in, to see whether that works. Raises OSError and smtplib's SMTPException."""
        smtp = self._connect()
        with suppress(OSError, SMTPException):
            smtp.quit()
        smtp.close()

    def _connect(self) -> SMTP:
        context = ssl.create_default_context()
        if self.is_tls:
            smtp: SMTP = SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            smtp = SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if not self.is_tls:
                self._secure(smtp, context)
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _secure(self, smtp: SMTP, context: ssl.SSLContext) -> None:
        smtp.ehlo()
        # A mail server of this machine seldom has a certificate for it, and nobody listens in between.
        if self._is_here and not (self.user and smtp.has_extn("starttls")):
            return
        smtp.starttls(context=context)  # raises where the server offers none
        smtp.ehlo()

    @property
    def _is_here(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def _refusal(code: int) -> SendingFailed:
    return NeverAccepted(str(code)) if code >= PERMANENT else TryLater(str(code))


def _name(error: Exception) -> str:
    """Of an error what may be logged and stored: its text may hold an address."""
    return type(error).__name__.removeprefix("SMTP")[:CODE_LENGTH]
