"""Splits a message with spaCy's blank English rules, and hides what only identifies.

Order numbers, e-mails, phone numbers and postcodes differ in every message and say nothing about what is
wanted; left in, the classifier learns the shape of last year's order numbers. Each becomes one constant,
put where Rasa's featurizers look for it (the token's lemma); the token's text stays what was typed.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Tuple

import spacy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

# Tried in this order; the first that matches at a place wins.
_MASKS: List[Tuple[str, str]] = [
    ("_email_", r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,100}\.\w{2,}"),
    ("_link_", r"https?://\S+|www\.\S+"),
    ("_money_", r"[$£€]\s?\d+(?:[.,]\d+)*"),
    ("_date_", r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b"),
    ("_phone_", r"(?<!\w)\+?\(?\d{1,4}\)?(?:[\s.-]?\(?\d{2,5}\)?){1,4}[\s.-]\d{2,5}(?!\w)|\+\d{7,15}(?!\w)"),
    # British and Canadian postcodes; the American one is a number like any other.
    ("_number_", r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b|\b[a-z]\d[a-z]\s?\d[a-z]\d\b"),
    ("_number_", r"#\s?[a-z]{0,5}[-_]?\d[\w-]*"),
    # W1234567, ORD-2024-118, 370795561790: a word, if it holds enough digits.
    ("_number_", r"\b(?P<word>\w[\w-]*)"),
]
_FEWEST_DIGITS = 3
_MASK = re.compile("|".join(f"(?P<m{i}>{pattern})" for i, (_, pattern) in enumerate(_MASKS)), re.IGNORECASE)
_QUOTES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
# What is wanted is said early; spaCy needs seconds for thousands of exclamation marks in a row.
_LONGEST_READ = 2_000
_SHOUTED = re.compile(r"([^\w\s])\1{2,}")
_STRETCHED = re.compile(r"(\w)\1{2,}")

# "do not cancel" must never look like "cancel"; "cannot cancel" is still about cancelling.
_NEGATIONS = {"not", "never", "without"}
_ABILITY = {"can", "could"}
_TURNS = {"but", "just", "then", "so", "please", "able", "allowed", "how", "know", "find"}
_OBJECTS = {"it", "this", "that", "them", "anymore", "more"}
_REACH_OF_NOT = 5
# "never asked you to stop it and cancel it": a second verb is as negated as the first.
_REACH_PAST_A_VERB = 9


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyBlankTokenizer(Tokenizer):
    """English tokens without a downloaded model; lemma: spaCy's norm, identifiers and "not cancel" masked."""

    @staticmethod
    def required_packages() -> List[str]:
        return ["spacy"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__(config)
        self._make_doc = spacy.blank("en").make_doc

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyBlankTokenizer:
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        # One character for one character, so that offsets stay those of the message.
        text = str(message.get(attribute))[:_LONGEST_READ].translate(_QUOTES)
        text = _SHOUTED.sub(lambda run: run[1].ljust(len(run[0])), text)
        tokens: List[Token] = []
        start = 0
        for match in _MASK.finditer(text):
            if match["word"] and sum(map(str.isdigit, match["word"])) < _FEWEST_DIGITS:
                continue
            tokens += self._words(text[start : match.start()], start)
            tokens.append(Token(match.group(), match.start(), lemma=_mask_of(match)))
            start = match.end()
        tokens += self._words(text[start:], start)
        return self._apply_token_pattern(tokens)

    def _words(self, text: str, offset: int) -> Iterator[Token]:
        words = [word for word in self._make_doc(text) if not word.is_space]
        # spaCy's norm: lower case, "n't" as "not", "'ll" as "will".
        norms = [_STRETCHED.sub(r"\1\1", word.norm_) for word in words]
        for i, word in enumerate(words):
            lemma = norms[i]
            if lemma.isdigit():
                lemma = "_digit_"
            elif lemma.startswith("cancel") and _is_negated(norms, i):
                lemma = "_kept_"
            yield Token(word.text, offset + word.idx, lemma=lemma)


def _is_negated(norms: List[str], at: int) -> bool:
    """Tell whether a "not" reaches the word at ``at``: "do not want to cancel", but not "not it, cancel"."""
    if norms[at - 1] in _OBJECTS and not norms[at].endswith("ed"):
        return False
    reach = _REACH_PAST_A_VERB if norms[at - 1] in {"and", "or", "nor"} else _REACH_OF_NOT
    for i in range(at - 1, max(at - 1 - reach, -1), -1):
        if norms[i] in _TURNS or not norms[i].replace("'", "").isalpha():
            return False
        if norms[i] in _NEGATIONS:
            return i == 0 or norms[i - 1] not in _ABILITY
        if norms[i] == "need" and i and norms[i - 1] == "no":
            return True
    return False


def _mask_of(match: "re.Match[str]") -> str:
    return next(mask for i, (mask, _) in enumerate(_MASKS) if match[f"m{i}"] is not None)
