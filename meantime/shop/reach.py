"""What the verb of a request governs: "cancel the kettle because the grill is late" asks for the kettle alone.

A message is read in small phrases. What follows the verb that asks for the change is in its reach, and so is what
only goes on with the list ("and the lamp"). A question, a reason, a contrast or what is to stay is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TO_CANCEL = frozenset({"cancel", "drop", "remove", "delete", "scrap"})
TO_SWAP = frozenset({"swap", "exchange", "replace", "substitute", "trade", "switch", "change"})
# "I no longer need the kettle": a desire that is denied asks for the same.
DESIRES = frozenset({"want", "need", "wanna", "require"})
DENIES_DESIRE = frozenset({"not", "don't", "dont", "doesn't", "never", "longer"})
DENIALS = frozenset({"not", "don't", "dont", "doesn't", "never", "didn't", "won't", "cannot"})
# What may stand between a denial and its verb: "I don't want you to cancel". Anything else ends its reach.
STILL_DENIED = frozenset(
    """you to want wish need ask asked asking say said mean meant go going like ever dare me i it would just sure if
    should so
    """.split()  # noqa: SIM905
)
KEEPS = frozenset({"keep", "keeping", "except", "leave", "leaving", "stay", "stays", "spare"})
SPARES = frozenset({"except", "but", "not", "excluding", "besides", "keep", "leave"})
ALL_OF_IT = re.compile(
    r"(?:everything|all(?: of (?:it|them))?|(?:the|my) (?:whole |entire )?order)(?: please)?(?: in| from)?"
)
# A phrase with one of these says something of its own, and does not go on with a list.
SAYS_SOMETHING = frozenset(
    """i i'll i'd i'm i've we we'll he she it's they you is are was were isn't am be has have had can could will would
    should may might must do does did doesn't where where's when when's what what's how why who which tell wait waits
    waiting want need love like comes come arrive arrives coming takes ship send late instead rather swap exchange
    cancel
    """.split()  # noqa: SIM905
)
RELATIVE = re.compile(r"\b(?:that |which )?(?:i|we)(?:'ve| have)? (?:just )?(?:ordered|bought|got|paid for)\b.*$")
# Before one of these another phrase begins. What stands after the second kind goes on with nothing.
ALSO = frozenset({"and", "&", "plus", "also", "n", "then", "or", "nor"})
NARROWS = frozenset({"but", "just", "only"})
OTHERWISE = NARROWS | frozenset(
    """because since so while whereas though although as if unless where where's wheres when why how who until till
    cause cuz coz
    """.split()  # noqa: SIM905
)
MAY_FOLLOW = frozenset({"just", "only", "also"})
"""They belong to the words before them: "cancel only the kettle"."""
POINTERS = frozenset({"it", "that", "this", "them", "those", "these", "both", "ones"})
POLITE = frozenset(
    """please pls plz thanks thank now today asap just also too maybe kindly again then ok order i i'd want to like yes
    no yeah actually well sorry hi hello hey okay not
    """.split()  # noqa: SIM905
)
GIVES_WAY = frozenset({"for", "with", "to", "into"})
"""Here what is to go ends, and what is to come instead begins."""
SPEAKERS = frozenset({"i", "i'll", "i'd", "i'm", "we"})
ARTICLES = frozenset({"the", "my", "our", "a", "an", "that", "this", "those", "these"})
BEFORE_THE = frozenset({"of", "in", "all", "both", "from", "with", "for", "just", "only", "half", "on", "at"})
TOKEN = re.compile(r"[a-z0-9][\w'-]*|&|[.,;:!?()\n]|\s[-–—]+\s|[–—]")
ENDS_SENTENCE = frozenset({".", "!", "?", ";"})
FEW_WORDS = 4


@dataclass(frozen=True, slots=True)
class Reach:
    """The phrases that a request names its things in, one for each, and what is named beside it."""

    has_verb: bool = False
    objects: tuple[str, ...] = ()
    """What is asked for. Empty where the verb has no object, or only points ("cancel it")."""
    points: bool = False
    before: tuple[str, ...] = ()
    """What stood before the verb and says nothing else: "the kettle, please cancel it"."""
    kept: tuple[str, ...] = ()
    """What is to stay."""
    aside: tuple[str, ...] = ()
    """All other phrases."""


@dataclass(slots=True)
class _Phrase:
    words: list[str]
    opener: str = ""
    """The joint before it: a word or a mark, or nothing."""
    starts_sentence: bool = False


def reach_of(text: str, verbs: frozenset[str] = TO_CANCEL) -> Reach:
    """Return what the request in ``text`` governs, where one of ``verbs`` asks for it."""
    reading = _Reading(verbs)
    for phrase in _phrases(text):
        if (at := _verb_in(phrase.words, verbs)) is not None:
            reading.request(phrase.words, at)
        else:
            reading.other(phrase)
    return reading.reach


class _Reading:
    """What has been read of a message so far, phrase by phrase."""

    def __init__(self, verbs: frozenset[str]) -> None:
        self.verbs = verbs
        self.has_verb = self.points = self.goes_on = self.is_declined = False
        self.objects: list[str] = []
        self.before: list[str] = []
        self.kept: list[str] = []
        self.aside: list[str] = []

    @property
    def reach(self) -> Reach:
        objects, before, kept, aside = map(tuple, (self.objects, self.before, self.kept, self.aside))
        return Reach(self.has_verb, objects, self.points, before, kept, aside)

    def request(self, words: list[str], at: int) -> None:
        """Read a phrase whose verb at ``at`` asks for the change."""
        self.is_declined = words[at] in DESIRES
        governed, lead = _governed(words, at, self.verbs)
        governed, spared = _split_at(governed, SPARES)
        if spared:
            self.kept.append(" ".join(spared))
        if _names(governed):
            self.objects.append(" ".join(governed))
        elif not spared:
            self.points = self.points or not POINTERS.isdisjoint(governed)
            if _names(lead) and not _keeps(lead):
                self.before.append(" ".join(lead))
        if _keeps(lead):
            self.kept.append(" ".join(word for word in lead if word not in KEEPS))
        self.has_verb = self.goes_on = True

    def other(self, phrase: _Phrase) -> None:
        """Read a phrase without such a verb: more of the list, what is to stay, or something else."""
        said = RELATIVE.sub("", " ".join(phrase.words)).split()
        keeps = self._keeps(phrase)
        self.goes_on = self.goes_on and not keeps and _goes_on(phrase, said, bool(self.objects))
        if keeps:
            self.kept.append(" ".join(word for word in phrase.words if word not in KEEPS))
        elif self.goes_on:
            self.objects.extend([" ".join(said)] if _names(said) else [])
        elif not self.has_verb and _is_bare(said) and _names(said):
            self.before.append(" ".join(said))
        else:
            self.aside.append(" ".join(phrase.words))

    def _keeps(self, phrase: _Phrase) -> bool:
        if _keeps(phrase.words) or (phrase.opener == "only" and self.is_declined):
            return True
        return phrase.opener == "but" and bool(self.objects) and bool(ALL_OF_IT.fullmatch(self.objects[-1]))


def is_refused(text: str, verbs: frozenset[str] = TO_CANCEL | TO_SWAP) -> bool:
    """Return whether ``text`` asks for no change: "don't cancel", "I never asked to cancel"."""
    found = False
    for phrase in _phrases(text):
        if _verb_in(phrase.words, verbs) is not None:
            return False
        verb = next((i for i, word in enumerate(phrase.words) if _is_verb(word, verbs)), None)
        found = found or (verb is not None and _is_denied(phrase.words[:verb]))
    return found


def _phrases(text: str) -> Iterator[_Phrase]:
    folded = re.sub(r"[ \t]+", " ", text.casefold().replace("’", "'"))
    words: list[str] = []
    opener, starts = "", True
    for found in TOKEN.finditer(folded):
        piece = found[0].strip(" ")
        is_mark = not (piece[:1].isalnum() or piece == "&")
        is_joint = is_mark or piece in ALSO or piece in OTHERWISE
        if not is_joint or (piece in MAY_FOLLOW and 0 < len(words) < FEW_WORDS):
            words.append(piece)
            continue
        if words:
            yield _Phrase(words, opener, starts)
            words, opener, starts = [], "", False
        starts = starts or piece in ENDS_SENTENCE
        opener = opener or "," if is_mark else piece
        words.extend([piece] if piece == "why" else [])  # "why don't you cancel" is a request
    if words:
        yield _Phrase(words, opener, starts)


def _is_verb(word: str, verbs: frozenset[str]) -> bool:
    stem = re.sub(r"(?:ing|ed|led|ling|lation|ation|ping|ped|d)$", "", word)
    return word in verbs or stem in verbs or f"{stem}e" in verbs


def _verb_in(words: Sequence[str], verbs: frozenset[str]) -> int | None:
    """Return where the verb stands that asks for it and is not denied, or None."""
    for i, word in enumerate(words):
        if _is_verb(word, verbs) and not _is_denied(words[:i]):
            return i
        if verbs == TO_CANCEL and word in DESIRES and words[i + 1 : i + 2] != ["to"] and _denies_desire(words[:i]):
            return i
    return None


def _is_denied(before: Sequence[str]) -> bool:
    """Return whether a "not" before the verb reaches it."""
    if "why" in before:
        return False
    nearest = next((i for i in range(len(before) - 1, -1, -1) if before[i] not in STILL_DENIED), None)
    return nearest is not None and before[nearest] in DENIALS


def _keeps(words: Sequence[str]) -> bool:
    """Return whether a phrase says what is to stay: "keep the grill", "not the grill", "the grill I still want"."""
    if words[:1] == ["not"] or ("still" in words and not DESIRES.isdisjoint(words)):
        return True
    at = next((i for i, word in enumerate(words) if word in KEEPS), None)
    return at is not None and not any(word.endswith("ing") for word in words[at + 1 : at + 2])


def _denies_desire(before: Sequence[str]) -> bool:
    return not DENIES_DESIRE.isdisjoint(before[-3:])


def _governed(words: Sequence[str], at: int, verbs: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return what the verb at ``at`` governs, and what stands before it: "I want the kettle cancelled"."""
    after = list(words[at + 1 :])
    if verbs == TO_SWAP:
        after, _ = _split_at(after, GIVES_WAY)
    after = RELATIVE.sub("", " ".join(after)).split()
    end = next((i for i in range(1, len(after)) if _restarts(after, i)), None)
    return after[:end], list(words[:at])


def _split_at(words: Sequence[str], marks: frozenset[str]) -> tuple[list[str], list[str]]:
    at = next((i for i, word in enumerate(words) if word in marks), len(words))
    return list(words[:at]), list(words[at + 1 :])


def _restarts(words: Sequence[str], at: int) -> bool:
    """Return whether another sentence begins at ``at`` without a mark: "cancel the kettle I still ..."."""
    if words[at] in SPEAKERS:
        return True
    return words[at] == "the" and words[at - 1] not in BEFORE_THE and not ARTICLES.isdisjoint(words[:at])


def _goes_on(phrase: _Phrase, said: Sequence[str], named_before: bool) -> bool:
    """Return whether a phrase only goes on with the list of what is to go."""
    if phrase.opener in OTHERWISE - NARROWS or not _is_bare(said):
        return False
    if phrase.starts_sentence and named_before:
        return phrase.opener in ALSO or not {"too", "well"}.isdisjoint(said)
    return True


def _is_bare(words: Sequence[str]) -> bool:
    return SAYS_SOMETHING.isdisjoint(words)


def _names(words: Sequence[str]) -> bool:
    """Return whether the words may name a thing or a number of it."""
    return any(word == "one" or word not in POINTERS | POLITE for word in words)
