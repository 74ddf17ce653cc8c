"""What our components that learn labels have in common: how Rasa makes them, and how they are kept with the model."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Type, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.weighing import SETTINGS, Weighing

Self = TypeVar("Self", bound="WeighedComponent")


class WeighedComponent(GraphComponent):
    """Learns some label of messages with scikit-learn; answers without it."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[str]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return dict(SETTINGS)

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._weighing: Optional[Weighing] = None

    @classmethod
    def create(
        cls: Type[Self],
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: Type[Self],
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._weighing = Weighing.read(folder, config)
        return component

    def learn(self, examples: List[Message], label: str) -> Resource:
        """Learn the attribute ``label`` of ``examples``, and keep what was learnt with the model."""
        weighing = Weighing.learn(
            [tokens_of(example) for example in examples], [example.get(label) for example in examples], self._config
        )
        with self._model_storage.write_to(self._resource) as folder:
            weighing.write(folder)
        return self._resource

    def ranking(self, tokens: List[Token], length: int) -> List[Dict[str, Any]]:
        """Return the ``length`` likeliest labels of ``tokens``, best first, as Rasa writes them."""
        if self._weighing is None:
            raise RuntimeError(f"{type(self).__name__} has learnt nothing yet")
        return self._weighing.ranking(tokens, length)


def tokens_of(message: Message) -> List[Token]:
    """Return what our tokenizer left on ``message``; nothing when it has no text."""
    return message.get(TOKENS_NAMES[TEXT]) or []
