"""The address, number or e-mail that something is to go to, or be changed to: it says nothing of who is asking.

Taken for a proof, it would count as a wrong guess of an honest customer, or let somebody in by what they made up.
"""

from __future__ import annotations

import re

# Until the sentence ends, or somebody speaks of themselves again: "..., my zip is 78704", "... for order M104204".
_ITSELF_AGAIN = r",? (?:my (?!new)|i'?m\b|i am\b|(?:for )?order\b|it was\b)"
_REST = rf"(?:(?!{_ITSELF_AGAIN}|[.] )[^;!?\n])*"
_DETAIL = r"(?:address|phone|mobile|cell|number|e-?mail|zip|post ?code)"
_CHANGES = r"(?:chang|updat|correct|edit|switch)\w*"
_SENDS = r"(?:send|ship|deliver|redirect|forward|mail)\w*"
_STREET = re.compile(
    r"\b\d{1,6}[a-z]? (?:[a-z0-9'.]+ ){1,4}?(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|"
    rf"place|pl|way|terrace|square)\b{_REST}",
    re.IGNORECASE,
)
# A street is the new one only where something is to go elsewhere; else it is where somebody lives.
_ELSEWHERE = re.compile(
    r"\b(?:instead|moved|new (?:address|place|home|flat|apartment|house)"
    rf"|{_CHANGES}\b.*\baddress|address\b.*\b(?:wrong|to|{_CHANGES})\b|{_SENDS} .*\bto\b)",
    re.IGNORECASE | re.DOTALL,
)
_NEW = re.compile(
    rf"\bnew {_DETAIL}\b{_REST}"
    rf"|\b{_CHANGES}\b[^.;!?\n]*?\b{_DETAIL}\b[^.;!?\n]{{0,30}}?\b(?:to|into)\b{_REST}"
    rf"|\b{_SENDS}\b[^.;!?\n]{{0,60}}?\bto\b(?! (?:me|my|you)\b){_REST}",
    re.IGNORECASE,
)


def without_new_details(text: str) -> str:
    """Return ``text`` without what something is to go to, or to be changed to."""
    if _ELSEWHERE.search(text):
        text = _STREET.sub(" ", text)
    return _NEW.sub(" ", text)


def gives_new_address(text: str) -> bool:
    """Return whether ``text`` says to which other street something is to go."""
    return bool(_ELSEWHERE.search(text) and _STREET.search(text))
