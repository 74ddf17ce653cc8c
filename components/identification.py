"""What in a message only says who is asking: it says nothing of what is wanted.

"Please change the order to three lamps, my email is ann@example.com" is about a change; the same words beside an
e-mail address look like an answer to "which order is it?".
"""

from __future__ import annotations

from typing import List, Set

from rasa.nlu.tokenizers.tokenizer import Token

_SAYS_WHO = {"_email_", "_phone_", "_number_"}
_AROUND = {
    ",", ".", ";", ":", "-", "(", ")", "my", "is", "'s", "it", "its", "and", "with", "zip", "zipcode", "postcode",
    "postal", "post", "code", "email", "e", "mail", "e-mail", "address", "phone", "mobile", "cell", "number",
}  # fmt: skip
_FEWEST_WORDS = 4


def without_identification(tokens: List[Token]) -> List[Token]:
    """Return ``tokens`` without e-mails, phones, postcodes and the words that lead to them; all of them where little
    else is said. The first number stays: it is the order's, and part of how people ask for it."""
    dropped: Set[int] = set()
    has_number = False
    for i, token in enumerate(tokens):
        if token.lemma not in _SAYS_WHO:
            continue
        if token.lemma == "_number_" and not has_number:
            has_number = True
            continue
        dropped.add(i)
        before = i - 1
        while before >= 0 and (tokens[before].lemma in _AROUND or before in dropped):
            dropped.add(before)
            before -= 1
    left = [token for i, token in enumerate(tokens) if i not in dropped]
    words = [token for token in left if token.lemma.isalpha() and token.lemma not in _AROUND]
    return left if dropped and len(words) >= _FEWEST_WORDS else tokens
