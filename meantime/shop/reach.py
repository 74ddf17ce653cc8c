"""What the verb of a request governs: "cancel the kettle because the grill is late" asks for the kettle alone.

A message is read in small phrases. What follows the verb that asks for the change is in its reach, and so is what
only goes on with the list ("and the lamp"). A question, a reason, a contrast or what is to stay is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TO_CANCEL = frozenset("cancel drop remove delete scrap".split())
TO_SWAP = frozenset("swap exchange replace substitute trade switch change".split())
# "I no longer need the kettle", "I don't want it": a desire that is denied asks for the same.
DESIRES = frozenset("want need wanna require".split())
DENIALS = frozenset("not don't dont doesn't never didn't won't cannot".split())
# What may stand between a denial and its verb: "I don't want you to cancel". Anything else ends its reach.
STILL_DENIED = frozenset(
    "you to want wish need ask asked asking say said mean meant go going like ever dare me i it would just sure if should so".split()
)
KEEPS = frozenset("keep keeping leave leaving except still stays stay spare not".split())
SPARES = frozenset("except but not excluding besides keep leave".split())
ALL_OF_IT = re.compile(
    r"(?:everything|all(?: of (?:it|them))?|(?:the|my) (?:whole |entire )?order)(?: please)?(?: in| from)?"
)
# A phrase with one of these says something of its own, and does not go on with a list.
SAYS_SOMETHING = frozenset(
    """i'll i'd i'm i've we we'll he she it's they you is are was were isn't am be has have had can could will would
    should may might must do does did doesn't where where's when when's what what's how why who which tell wait waits
    waiting want need love like comes come arrive arrives coming takes ship send late instead rather
    """.split()  # noqa: SIM905
)
RELATIVE = re.compile(r"\b(?:that |which )?(?:i|we)(?:'ve| have)? (?:just )?(?:ordered|bought|got|paid for)\b.*$")
# Before one of these another phrase begins. What stands after the second kind goes on with nothing.
ALSO = frozenset("and & plus also n then or nor".split())
OTHERWISE = frozenset(
    """but because since so while whereas though although as if unless where where's wheres when why how who until
    till cause cuz coz just only
    """.split()  # noqa: SIM905
)
POINTERS = frozenset("it that this them those these both ones one".split())
POLITE = frozenset("please pls plz thanks thank now today asap just also too maybe kindly again then ok order".split())
# Here what is to go ends, and what is to come instead begins.
GIVES_WAY = frozenset("for with to into".split())
SPEAKERS = frozenset("i i'll i'd i'm we".split())
ARTICLES = frozenset("the my our a an that this those these".split())
BEFORE_THE = frozenset("of in all both from with for just only half on at".split())
TOKEN = re.compile(r"[a-z0-9][\w'-]*|&|[.,;:!?()\n]|\s[-–—]+\s|[–—]")
ENDS_SENTENCE = frozenset(".!?;")


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
    objects: list[str] = []
    before: list[str] = []
    kept: list[str] = []
    aside: list[str] = []
    has_verb, points, goes_on, declined = False, False, False, False
    for phrase in _phrases(text):
        words = phrase.words
        at = _verb_in(words, verbs)
        if at is not None:
            declined = words[at] in DESIRES
            governed, lead = _governed(words, at, verbs)
            governed, spared = _split_at(governed, SPARES)
            if spared:
                kept.append(" ".join(spared))
            if _names(governed):
                objects.append(" ".join(governed))
            elif not spared:
                points = points or not POINTERS.isdisjoint(governed)
                if _names(lead):
                    before.append(" ".join(lead))
            has_verb = goes_on = True
            continue
        said = RELATIVE.sub("", " ".join(words)).split()
        keeps = not KEEPS.isdisjoint(words) or (phrase.opener == "only" and declined)
        keeps = keeps or (phrase.opener == "but" and bool(objects) and bool(ALL_OF_IT.fullmatch(objects[-1])))
        goes_on = goes_on and not keeps and _goes_on(phrase, said, bool(objects))
        if keeps:
            kept.append(" ".join(word for word in words if word not in KEEPS))
        elif goes_on:
            if _names(said):
                objects.append(" ".join(said))
        elif not has_verb and _is_bare(said) and _names(said):
            before.append(" ".join(said))
        else:
            aside.append(" ".join(words))
    return Reach(has_verb, tuple(objects), points, tuple(before), tuple(kept), tuple(aside))


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
    folded = text.casefold().replace("’", "'")
    folded = re.sub(r"\b(\w+)n't you dare\b", "never", re.sub(r"[ \t]+", " ", folded))
    words: list[str] = []
    opener, starts = "", True
    for token in (match[0].strip(" ") or "\n" for match in TOKEN.finditer(folded)):
        is_mark = not (token[0].isalnum() or token == "&")
        if not is_mark and token not in ALSO and token not in OTHERWISE:
            words.append(token)
            continue
        if token in ("just", "only", "also") and words:
            if _is_joined(token, words):
                words.append(token)
                continue
        if words:
            yield _Phrase(words, opener, starts)
            words, opener, starts = [], "", False
        if is_mark:
            starts = starts or token in ENDS_SENTENCE
            opener = opener or ","
        else:
            opener = token
    if words:
        yield _Phrase(words, opener, starts)


def _is_joined(token: str, words: Sequence[str]) -> bool:
    """Return whether "only" or "just" belongs to the words before it: "cancel only the kettle"."""
    return token != "only" or len(words) < 4


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


def _denies_desire(before: Sequence[str]) -> bool:
    return bool({"not", "don't", "dont", "longer", "never", "doesn't"} & set(before[-3:]))


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
    """Return whether another sentence begins at ``at`` though no mark shows it: "cancel the kettle I still want ..."."""
    if words[at] in SPEAKERS:
        return True
    return words[at] == "the" and words[at - 1] not in BEFORE_THE and not ARTICLES.isdisjoint(words[:at])


def _goes_on(phrase: _Phrase, said: Sequence[str], named_before: bool) -> bool:
    """Return whether a phrase only goes on with the list of what is to go."""
    if phrase.opener in OTHERWISE - {"just", "only", "but"} or not _is_bare(said):
        return False
    if phrase.starts_sentence and named_before:
        return phrase.opener in ALSO or not {"too", "well"}.isdisjoint(said)
    return True


def _is_bare(words: Sequence[str]) -> bool:
    return SAYS_SOMETHING.isdisjoint(words) and not {"i", "swap", "exchange", "cancel"}.intersection(words)


def _names(words: Sequence[str]) -> bool:
    """Return whether the words may name a thing or a number of it."""
    return any(word not in POINTERS and word not in POLITE or word == "one" for word in words)
