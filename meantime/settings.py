"""Configuration: the environment, then `.env`. Every name is explained in `.env.example`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """What differs from one installation to the next. Raises pydantic's ValidationError with the name at fault."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore")

    database_url: str = f"sqlite:///{ROOT / 'var' / 'meantime.db'}"
    port: int = 8000
    rasa_port: int = 5005
    actions_port: int = 5055
    public_url: str = ""
    rasa_url: str = ""
    actions_url: str = ""
    secret_key: SecretStr = Field(min_length=SHORTEST_SECRET)
    rasa_shared_secret: SecretStr = Field(min_length=SHORTEST_SECRET)
    identity_jwt_secret: SecretStr | None = None
    allowed_origins: str = ""
    trusted_proxies: str = ""
    shop_name: str = "Meantime Demo Shop"
    shop_timezone: str = "America/New_York"
    shop_country: str = "US"
    policy_file: Path | None = None

    @field_validator("identity_jwt_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError(f"must be at least {SHORTEST_SECRET} bytes (HS256 is only as strong as its secret)")
        return value

    @field_validator("shop_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone, write one like Europe/Berlin") from error
        return value

    @property
    def gateway_url(self) -> str:
        """Where customers reach us, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def rasa(self) -> str:
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")

    @property
    def actions(self) -> str:
        """The base address of the action server, without rasa-sdk's `/webhook`."""
        url = (self.actions_url or f"http://127.0.0.1:{self.actions_port}").rstrip("/")
        return url.removesuffix("/webhook")

    @property
    def origins(self) -> frozenset[str]:
        """Origins that may open a chat, besides our own."""
        named = {o.strip().rstrip("/") for o in self.allowed_origins.split(",") if o.strip()}
        return frozenset(named | {self.gateway_url})


@lru_cache
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
