"""The link in an e-mail that leads back into a conversation: signed, for reading only, and not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

GOOD_FOR = timedelta(days=14)
PATH = "/chat/read/"
LONGEST = 500


class BadLink(Exception):
    """Not a link of ours."""


class OldLink(Exception):
    """A link of ours whose time is over."""


class Links:
    """Makes and reads links. Nothing is stored: who knows the secret can tell a link of ours from any other."""

    def __init__(self, secret: str, gateway_url: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="meantime.read")
        self._base = f"{gateway_url}{PATH}"

    def to(self, conversation_id: str) -> str:
        """Return the address under which the conversation can be read for GOOD_FOR from now."""
        return f"{self._base}{self._signer.dumps(conversation_id)}#newest"

    def until(self, at: datetime) -> datetime:
        """Return how long a link made at ``at`` can be read."""
        return at + GOOD_FOR

    def conversation_of(self, token: str) -> str:
        """Return the conversation behind the last part of a link. Raises BadLink and OldLink."""
        try:
            return str(self._signer.loads(token[:LONGEST], max_age=int(GOOD_FOR.total_seconds())))
        except SignatureExpired as error:
            raise OldLink from error
        except BadData as error:
            raise BadLink from error
