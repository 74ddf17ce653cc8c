"""The first `.env`: secrets of this installation's own, made once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dotenv import dotenv_values

from meantime.settings import ROOT

SECRETS = ("SECRET_KEY", "RASA_SHARED_SECRET", "IDENTITY_JWT_SECRET")
FILE = ROOT / ".env"


def ensure_secrets(file: Path = FILE) -> list[str]:
    """Write the secrets that neither the environment nor ``file`` holds to ``file``; return their names.

    Nothing is written where the environment names them all, as in a container. The file is for its owner only.
    """
    known = {**dotenv_values(file), **os.environ}
    missing = [name for name in SECRETS if not known.get(name)]
    if missing:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as out:
            out.writelines(f"{name}={secrets.token_urlsafe(48)}\n" for name in missing)
    return missing
