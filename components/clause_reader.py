"""Two steps of the pipeline: one cuts a message before it is classified, one reads the wishes after."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.clauses import clauses_of
from components.cutting import cut
from components.parts import PARTS, parts_of
from components.policy_topics import POLICY_TOPIC
from components.weighed import tokens_of

CLAUSES = "clauses"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PartCutter(GraphComponent, IntentClassifier):
    """Leaves on a message the parts that the classifiers after it look at too."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PartCutter:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            message.set(PARTS, cut(message.get(TEXT) or "", tokens_of(message)))
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ClauseReader(GraphComponent, IntentClassifier):
    """Adds `clauses` [{text, intent, confidence, policy_topic}] where there are several; the intent is the first's."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        # How sure each of several wishes has to be.
        return {"threshold": 0.6}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ClauseReader:
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY) or []
            likely = {intent["name"] for intent in ranking}
            clauses = clauses_of(parts_of(message), self._config["threshold"], likely)
            if not clauses:
                continue
            first = clauses[0]
            intent = {"name": first.intent, "confidence": first.part.confidence}
            message.set(CLAUSES, [clause.as_dict(message.get(TEXT)) for clause in clauses], add_to_output=True)
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [intent, *ranking], add_to_output=True)
            message.set(POLICY_TOPIC, first.part.policy_topic, add_to_output=True)
        return messages
