"""Configuration: the environment, then `.env`. Every name is explained in `.env.example`."""

from __future__ import annotations

import re
from email.utils import parseaddr
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import SUPPORTED_REGIONS
from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """What differs from one installation to the next. Raises pydantic's ValidationError with the name at fault."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,  # it may be a password
    )

    database_url: str = f"sqlite:///{ROOT / 'var' / 'meantime.db'}"
    port: int = 8000
    rasa_port: int = 5005
    actions_port: int = 5055
    public_url: str = ""
    rasa_url: str = ""
    actions_url: str = ""
    secret_key: SecretStr
    rasa_shared_secret: SecretStr
    identity_jwt_secret: SecretStr | None = None
    allowed_origins: str = ""
    trusted_proxies: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_from: str = ""
    twilio_api_url: str = ""
    shop_name: str = "Meantime Demo Shop"
    shop_timezone: str = "America/New_York"
    shop_country: str = "US"
    policy_file: Path | None = None
    smtp_url: SecretStr | None = None
    mail_from: str = ""

    @field_validator("secret_key", "rasa_shared_secret", "identity_jwt_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError(f"must be at least {SHORTEST_SECRET} characters; `openssl rand -base64 48` makes one")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        # The forms that hosting services hand out mean the same engine.
        value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError as error:
                raise ValueError(f"{part!r} is not a network, write one like 10.0.0.0/8") from error
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _whole_origins(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            if "*" in part:
                raise ValueError(f"{part!r} has a * in it; name each origin, like https://shop.example.com")
            if not re.fullmatch(r"https?://[^/\s]+/?", part):
                raise ValueError(f"{part!r} is not an origin, write one like https://shop.example.com")
        return value

    @field_validator("shop_country")
    @classmethod
    def _known_country(cls, value: str) -> str:
        value = value.upper()
        if value not in SUPPORTED_REGIONS:
            raise ValueError(f"{value!r} is not a country, write two letters like US, GB or DE")
        return value

    @field_validator("shop_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone, write one like Europe/Berlin") from error
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                url = urlsplit(value.get_secret_value())
                is_one = bool(url.hostname) and url.path in ("", "/") and (url.port is None or url.port > 0)
            except ValueError:  # a port that is no number; the text of the error holds the password
                is_one = False
            if not is_one or url.scheme not in ("smtp", "smtps"):
                raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, value: str) -> str:
        name, address = parseaddr(value, strict=True)
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            raise ValueError("must be one address: answers@shop.example.com or My Shop <answers@shop.example.com>")
        if not (name + address).isprintable():
            raise ValueError("must be on one line")
        return value

    @property
    def sends_mail(self) -> bool:
        """Whether an answer can be sent by e-mail."""
        return self.smtp_url is not None and bool(self.mail_from)

    @property
    def gateway_url(self) -> str:
        """Where customers reach us, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def shop_url(self) -> str:
        """Where customers find the chat: the first of the shop's origins, or our own page."""
        return self.allowed_origins.split(",")[0].strip() or self.gateway_url

    @property
    def rasa(self) -> str:
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")

    @property
    def actions(self) -> str:
        """The base address of the action server, without rasa-sdk's `/webhook`."""
        url = (self.actions_url or f"http://127.0.0.1:{self.actions_port}").rstrip("/")
        return url.removesuffix("/webhook")

    @property
    def sends_texts(self) -> bool:
        """Whether there is an account to send text messages through."""
        return bool(self.twilio_account_sid and self.twilio_auth_token)

    @property
    def texts_first(self) -> bool:
        """Whether there is a number to write from to who has not written to one of ours."""
        return self.sends_texts and bool(self.twilio_from)

    @property
    def origins(self) -> frozenset[str]:
        """Origins that may open a chat, besides our own."""
        named = {o.strip().rstrip("/") for o in self.allowed_origins.split(",") if o.strip()}
        return frozenset(named | {self.gateway_url})


@lru_cache
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
