"""Text messages: which characters one carries cheaply, and how many messages a text takes.

GSM 03.38 (now 3GPP TS 23.038) packs 160 of its own characters into one message, 153 into each part of a longer one.
As soon as one character is not among them the whole text is sent as UTF-16: 70, or 67 a part.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""These take two places each: an escape, then the character. The two are never sent in different parts."""

WHOLE, PART = 160, 153
WIDE_WHOLE, WIDE_PART = 70, 67
OF_OUR_OWN = {"`": "'", "\t": " ", "\r": "\n", "×": "x"}
_NAME_OF_PICTURE = re.compile(r":[\w+-]+:")
"""How anyascii writes an emoji: by its name."""
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
"""What emoji are put together with."""
_ALONE = re.compile(r"^[ \t]*\0[\0 \t]*|[ \t]*\0[\0 \t]*(?=[.,;:!?)]|$)", re.MULTILINE)
"""Where emoji have stood that no space need be left for: around them there is none to keep apart."""
_BETWEEN = re.compile(r"[ \t]*\0[\0 \t]*")


def in_gsm(text: str) -> str:
    """Return ``text`` in characters of GSM-7: those it has stay, others are written with what comes closest. Emoji
    are left out, and the spaces around them closed."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(_closest(part) for part in _without_pictures(composed))


def foreign_to_gsm(text: str) -> str:
    """Return the characters of ``text`` that GSM-7 does not have, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENDED))


def segments(text: str) -> int:
    """Return how many messages ``text`` takes on its way to a phone; the customer sees one."""
    if foreign_to_gsm(text):
        # Counted in UTF-16 units; a character of two units is not cut in half either.
        return _parts([len(c.encode("utf-16-le")) // 2 for c in text], WIDE_WHOLE, WIDE_PART)
    return _parts([2 if c in EXTENDED else 1 for c in text], WHOLE, PART)


def _without_pictures(text: str) -> str:
    if not any(_is_picture(character) for character in text):
        return text
    marked = "".join("\0" if _is_picture(character) else character for character in text)
    return _BETWEEN.sub(" ", _ALONE.sub("", marked))


def _is_picture(character: str) -> bool:
    if character in BASIC:
        return False
    return character in _JOINERS or _NAME_OF_PICTURE.fullmatch(anyascii(character)) is not None


def _parts(widths: list[int], whole: int, part: int) -> int:
    if sum(widths) <= whole:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts


def _closest(character: str) -> str:
    if character in OF_OUR_OWN:
        return OF_OUR_OWN[character]
    if character in BASIC or character in EXTENDED:
        return character
    nearest = (OF_OUR_OWN.get(c, c) for c in anyascii(character))
    return "".join(c for c in nearest if c in BASIC or c in EXTENDED)
