"""One memory of compiled statements for all databases of the tests.

SQLAlchemy compiles a statement once for each engine, and each test has an engine or two of its own: a quarter of
the time of all tests went into compiling the same statements anew.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine
from sqlalchemy.engine import make_url

import meantime.db

_compiled: dict[Any, Any] = {}


def remember(postgres: str) -> None:
    """Have every engine of this process know what another of its kind has compiled. ``postgres`` is the address of a
    server that answers when there is one."""

    @cache
    def dialect(kind: str) -> Dialect:
        engine = create_engine("sqlite://" if kind == "sqlite" else postgres)
        engine.connect().close()  # a dialect learns from its first connection what the server can do
        engine.dispose()
        return engine.dialect

    def engine_with_a_memory(url: str, **more: Any) -> Engine:
        engine = create_engine(url, **more, execution_options={"compiled_cache": _compiled})
        engine.dialect = dialect(make_url(url).get_backend_name())
        return engine

    meantime.db.create_engine = engine_with_a_memory  # type: ignore[attr-defined]
