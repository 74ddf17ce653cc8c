"""What counts as a plain yes, for each kind of change. Anything else shows the list again."""

from __future__ import annotations

import re

YES_WORDS = frozenset(
    """yes yep yeah yea yup ya y ok okay sure confirm confirmed agreed absolutely definitely correct certainly
    """.split()  # noqa: SIM905
)
WITH_ANY_YES = frozenset(
    """please it them all the order that this thanks thank you go ahead do i am im sure want to now fine of course
    exactly sounds good
    """.split()  # noqa: SIM905
)
WITH_YES = {
    "cancel": frozenset({"cancel", "and", "whole", "everything", "both"}),
    "swap": frozenset({"swap", "exchange", "replace", "take", "ill", "one"}),
    "split": frozenset({"send", "ship", "what", "is", "ready", "ask", "for"}),
}
"""Words that a yes to this kind of change may be dressed in; a word of another kind makes it no yes."""
VERBS = {"cancel": ("cancel",), "swap": ("swap", "take", "exchange"), "split": ("send", "ship")}
THANKS = frozenset({"thanks", "thank"})
PLEASANTRY = re.compile(
    r"\b(?:that|this|it)(?: would| will|'?d|'?s| is)?(?: be)? (?:so |very |really )?"
    r"(?:lovely|great|perfect|wonderful|nice|good|fine|kind|awesome|super|ok|okay|right|correct)\b|\bwhy not\b",
    re.IGNORECASE,
)
"""What a yes may be dressed in: "yes please, that would be lovely"."""
WITHOUT_YES = ("go ahead", "do it", "please do", "please do it", "please go ahead", "go for it", "lets do it")
IN_CASE = re.compile(r"\b(if|unless|as long as|provided|only when)\b", re.IGNORECASE)
NO_CONDITION = re.compile(
    r"\bif (?:it'?s |that'?s |it is |that is )?(?:possible|ok(?:ay)?|fine|alright)\b"
    r"|\bif (?:i|you|we) (?:can|could|may|don'?t mind)\b"
    r"|\b(?:see|check|know|wonder\w*|ask|tell me) if\b|\bif so\b"
    r"|\bif (?:i|we) cancel",
    re.IGNORECASE,
)
WORD = re.compile(r"[\w'-]+")


def on_condition(text: str) -> bool:
    """Return whether something is wanted only in a certain case. Politeness is none: "if possible"."""
    return bool(IN_CASE.search(NO_CONDITION.sub(" ", text)))


def is_plain_yes(text: str, order_number: str, kind: str = "cancel") -> bool:
    """Return whether ``text`` is a yes to a change of this kind and nothing else. A question mark makes it a
    question."""
    plain = PLEASANTRY.sub(" ", text.replace("’", "'"))
    words = [word.casefold().replace("'", "") for word in WORD.findall(plain)]
    if "?" in text or not words:
        return False
    if " ".join(w for w in words if w != "please") in _without_yes(kind):
        return True
    said = set(words)
    verbs = set(VERBS[kind])
    if not said & verbs and ("want" in said or (said & THANKS and said & YES_WORDS <= {"ok", "okay"})):
        return False  # "yes, I do want this order" means the opposite; "ok thanks" may only end the talk
    known = YES_WORDS | WITH_ANY_YES | WITH_YES[kind] | {order_number.casefold()}
    return not YES_WORDS.isdisjoint(words) and known.issuperset(words)


def _without_yes(kind: str) -> set[str]:
    """Return what is a yes without the word. "Cancel it" is none: it may be the request itself, sent twice."""
    plain = {sentence.replace("please ", "") for sentence in WITHOUT_YES}
    if kind == "swap":
        plain |= {"take it", "take them", "ill take it", "ill take them", "i will take it", "take that one"}
    return plain
