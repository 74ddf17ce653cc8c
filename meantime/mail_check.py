"""What is wrong with sending e-mail, in words that say what to do. A part of `meantime doctor`."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from smtplib import SMTPAuthenticationError, SMTPException, SMTPNotSupportedError

from meantime.channels.smtp import MailServer
from meantime.conversations.given import mail_address
from meantime.settings import Settings
from meantime.shop.policy import Contact


def mail_troubles(settings: Settings, contact: Contact) -> Iterator[str]:
    """Yield one sentence for each trouble."""
    if settings.smtp_url is not None and not settings.mail_from:
        yield "SMTP_URL is set and MAIL_FROM is not, so no e-mail goes out. Name the address that answers come from."
    if settings.smtp_url is None and settings.mail_from:
        yield "MAIL_FROM is set and SMTP_URL is not, so no e-mail goes out. Name your mail server in SMTP_URL."
    if contact.opening and not settings.sends_mail and not settings.texts_first:
        yield (
            "Outside the opening hours customers leave an address for the answer, but nothing is set up to send it "
            "(SMTP_URL or TWILIO_FROM): your staff have to write by hand."
        )
    if contact.email and mail_address(contact.email) is None:
        yield "The policy's contact: email is not an e-mail address, so replies to our e-mails have nowhere to go."
    if settings.sends_mail and not settings.public_url:
        yield "PUBLIC_URL is not set, so the links in e-mails lead to this machine and to nobody else's."
    if settings.sends_mail and settings.smtp_url is not None:
        yield from _server_troubles(MailServer.of(settings.smtp_url.get_secret_value()))


def _server_troubles(server: MailServer) -> Iterator[str]:
    where = f"The mail server at {server.host}:{server.port}"
    try:
        server.greet()
    except SMTPAuthenticationError:
        yield f"{where} refuses the user name or password of SMTP_URL. A special character has to be written as %40."
    except SMTPNotSupportedError:
        yield f"{where} offers no TLS (or no way to sign in), so nothing is sent to it. smtps:// may be what it speaks."
    except ssl.SSLCertVerificationError:
        yield f"{where} has a certificate that does not prove its name. Write the name in SMTP_URL that it is made for."
    except (OSError, SMTPException) as error:
        yield f"{where} does not answer ({type(error).__name__}). Check SMTP_URL, and that this machine may reach it."
