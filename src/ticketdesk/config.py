"""The process environment, read once when the program is put together.

What a desk's admin would change is a setting in the database, not here (spec: api.md, Running it).
"""

import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MIN_SECRET_BYTES = 32


class Environment(StrEnum):
    """``production`` refuses everything that only helps in trying out."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """``json`` for machines, ``console`` for people."""

    JSON = "json"
    CONSOLE = "console"


class Config(BaseSettings):
    """Everything the process takes from its environment, with the prefix ``TICKETDESK_``."""

    model_config = SettingsConfigDict(env_prefix="TICKETDESK_", frozen=True, extra="ignore")

    env: Environment = Field(Environment.DEVELOPMENT, description="`development` or `production`")
    database_url: str | None = Field(
        None, description="PostgreSQL 16+ (`postgresql://user:password@host/name`); without it the embedded server runs"
    )
    data_dir: Path = Field(
        Path("data"), description="where attachments, the embedded database and the development secret live"
    )
    secret_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        repr=False,
        description="comma-separated signing keys, newest first, at least 32 bytes each; required in production",
    )
    storage_url: str | None = Field(
        None,
        repr=False,
        description="`s3://bucket/prefix?endpoint=…&region=…`: attachments in a store that speaks S3 (extra `s3`); "
        "without it they are kept in the data directory",
    )
    smtp_url: str | None = Field(
        None,
        repr=False,
        description="`smtp[s]://user:password@host:port`; without it development catches mail in the mailbox",
    )
    mail_from: str = Field("desk@ticketdesk.example", description="sender address of every mail")
    portal_url: str | None = Field(
        None, description="where links in mails lead; without it the portal page that comes with the product"
    )
    portal_page: bool = Field(True, description="serve the reference portal page at `/portal`")
    public_url: str = Field("http://127.0.0.1:8000", description="the address under which others reach this server")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="comma-separated origins of front ends that may call the API"
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="comma-separated addresses or networks of proxies in front; only their `X-Forwarded-For` counts",
    )
    log_format: LogFormat = Field(LogFormat.JSON, description="`json` or `console`")
    metrics_token: str | None = Field(
        None, repr=False, description="bearer token for `/metrics`; without it the route is off"
    )
    database_pool_size: int = Field(10, ge=1, le=200, description="open database connections per process")

    @field_validator("secret_keys", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("public_url", "portal_url")
    @classmethod
    def _strip_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        if any(len(key.encode()) < MIN_SECRET_BYTES for key in self.secret_keys):
            raise ValueError(f"each of TICKETDESK_SECRET_KEYS needs at least {MIN_SECRET_BYTES} bytes")
        if self.env is Environment.PRODUCTION:
            required = {"SECRET_KEYS": self.secret_keys, "SMTP_URL": self.smtp_url, "DATABASE_URL": self.database_url}
            missing = [f"TICKETDESK_{name}" for name, value in required.items() if not value]
            if missing:
                raise ValueError(f"production needs {', '.join(missing)}")
        return self

    @property
    def is_production(self) -> bool:
        """Whether what only helps in trying out must stay away."""
        return self.env is Environment.PRODUCTION

    @property
    def link_base(self) -> str:
        """The address that ticket links in mails start with, without ``#``."""
        return f"{self.portal_url or f'{self.public_url}/portal'}/"

    @property
    def mail_domain(self) -> str:
        """The right side of our ``Message-ID``s: the domain of the sender address."""
        return self.mail_from.rpartition("@")[2] or urlsplit(self.public_url).hostname or "localhost"

    def signing_keys(self) -> tuple[str, ...]:
        """Return the configured keys, or in development one that is made once and kept in the data directory."""
        return self.secret_keys or (_development_key(self.data_dir),)


def _development_key(data_dir: Path) -> str:
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Written aside and linked into place: of two processes starting at once, one key wins for both.
        draft = data_dir / f".secret-key-{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
