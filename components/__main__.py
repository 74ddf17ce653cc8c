"""Rasa's command line as we run it: `python -m components run ...`. Starts faster, and says only what matters.

Rasa 3.6 stands on libraries of 2022, which warn of their own age in forty lines at every start, whatever the
warning filters say. And TensorFlow imports JAX if it finds it, a second and more, only to convert models into a
form that nobody here wants; it does without when JAX is not there.
"""

import sys
import warnings
from typing import Any


def silent(*_: Any, **__: Any) -> None:
    """Show no warning."""


warnings.showwarning = silent  # type: ignore[assignment]
sys.modules["jax"] = None  # type: ignore[assignment]

from rasa.__main__ import main  # noqa: E402  after the two lines above, or they come too late

if __name__ == "__main__":
    main()
