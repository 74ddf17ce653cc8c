"""Bring a database to the newest schema (Alembic, from code)."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from meantime.settings import ROOT


def upgrade(url: str) -> None:
    """Apply every migration ``url`` has not seen. Safe to repeat."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
