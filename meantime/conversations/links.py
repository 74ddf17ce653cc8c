"""The link that leads back into a conversation from a mailbox or a phone: signed, for reading only, not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsdangerous import BadData, SignatureExpired, TimestampSigner

from meantime.settings import Settings

GOOD_FOR = timedelta(days=14)
PATH = "/chat/read/"
NEWEST = "newest"
"""The place on the page where the last message stands."""
LONGEST = 500


class BadLink(Exception):
    """Not a link of ours."""


class OldLink(Exception):
    """A link of ours whose time is over."""


class Links:
    """Makes and reads links. Nothing is stored: who knows the secret can tell a link of ours from any other."""

    def __init__(self, secret: str, gateway_url: str) -> None:
        self._signer = TimestampSigner(secret, salt="meantime.read")
        self._base = f"{gateway_url}{PATH}"

    @classmethod
    def of(cls, settings: Settings) -> Links:
        return cls(settings.secret_key.get_secret_value(), settings.gateway_url)

    def to(self, conversation_id: str) -> str:
        """Return the address under which the conversation can be read for GOOD_FOR from now."""
        return f"{self._base}{self._signer.sign(conversation_id).decode()}#{NEWEST}"

    def until(self, at: datetime) -> datetime:
        """Return how long a link made at ``at`` can be read."""
        return at + GOOD_FOR

    def conversation_of(self, token: str) -> str:
        """Return the conversation behind the last part of a link. Raises BadLink and OldLink."""
        try:
            return self._signer.unsign(token[:LONGEST], max_age=int(GOOD_FOR.total_seconds())).decode()
        except SignatureExpired as error:
            raise OldLink from error
        except (BadData, UnicodeError) as error:
            raise BadLink from error
