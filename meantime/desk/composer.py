"""What a member of staff is told of their words before a customer gets them: the tone, the gaps, the length."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from meantime.conversations.inbox import LONGEST_TEXT
from meantime.conversations.tables import SMS
from meantime.wording.gsm import in_gsm, segments
from meantime.wording.numbered import pages
from meantime.wording.tone import Finding, lint

_GAP = re.compile(r"\[[^\W\d_][\w ,'-]{0,39}\]|\{[a-z]{2,20}\}")
"""How a canned or a suggested reply leaves room for what only the writer knows: "[day]", or "{date}"."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Words that are not sent yet. ``texts`` is how many messages they are on a phone; 0 where none is texted."""

    text: str
    findings: tuple[Finding, ...]
    characters: int
    texts: int

    @property
    def rules(self) -> list[str]:
        return sorted({finding.rule for finding in self.findings})

    @property
    def is_too_long(self) -> bool:
        return self.characters > LONGEST_TEXT


def tidy(text: str) -> str:
    """Return what was typed as it is sent: browsers write the end of a line in two ways."""
    return text.replace("\r\n", "\n").strip()


def draft_of(text: str, channel: str) -> Draft:
    """Return what there is to say about ``text`` before it goes out by ``channel``."""
    text = tidy(text)
    if len(text) > LONGEST_TEXT:  # it is not sent: looking for its faults would only take time
        return Draft(text, (), len(text), 0)
    findings = [] if not text else [*_gaps(text), *lint(text, channel="sms" if channel == SMS else "website")]
    texts = sum(segments(page) for page in pages(text, ())) if channel == SMS and text else 0
    return Draft(text, tuple(findings), len(in_gsm(text) if channel == SMS else text), texts)


def unfilled(text: str) -> list[str]:
    """Return the gaps that are still to be filled in."""
    return list(dict.fromkeys(_GAP.findall(text)))


def consent(secret: str, session: str, conversation_id: str, text: str) -> str:
    """Return what sends exactly this text in spite of the advice: another text is looked at anew."""
    said = "\0".join((session, conversation_id, tidy(text)))
    return hmac.new(secret.encode(), f"desk.anyway:{said}".encode("utf-8", "replace"), sha256).hexdigest()


def is_consent(given: str, secret: str, session: str, conversation_id: str, text: str) -> bool:
    """Return whether the writer has seen the advice on exactly this text."""
    expected = consent(secret, session, conversation_id, text)
    return bool(given) and hmac.compare_digest(expected.encode(), given.encode())


def _gaps(text: str) -> list[Finding]:
    gaps = unfilled(text)
    if not gaps:
        return []
    return [Finding("unfilled", ", ".join(gaps), "This is still to be filled in; the customer would see the brackets.")]
