"""Settings: variables `EMPLETTES_...`, or the same names in a file (`EMPLETTES_SETTINGS`, else `emplettes.env`)."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from aggregator.errors import SettingsInvalid

HANDED_OVER = 15
"""What a merchant hands over as a file may be so many times older than what we read ourselves."""


class Settings(BaseSettings):
    """Every setting, with its default. `docs/settings.md` lists them; a test keeps it true."""

    model_config = SettingsConfigDict(env_prefix="EMPLETTES_", env_file_encoding="utf-8", extra="ignore")

    data: Path = Field(default=Path("data"), description="Folder of the database and the search index.")
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL instead of SQLite: postgresql+psycopg://user:password@host/name."
    )
    allow_hosts: str = Field(
        default="", description="Private host or host:port that may be called, comma list; for tests and the demo."
    )
    secret_key: SecretStr | None = Field(
        default=None, description="Key that seals shops' keys; a comma list rotates: the first seals, all open."
    )
    secret_key_file: Path = Field(
        default=Path("~/.config/emplettes/secret.key"),
        description="File of that key, made with mode 0600 at first need; keep it outside the data folder.",
    )
    region: str = Field(default="ma région", description="Name of the region, as shown on the portal.")
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Address of the portal, for canonical links and the User-Agent."
    )
    publisher: str = Field(
        default="",
        description="Who publishes and hosts the portal, and how to reach them, for the legal notice; lines by `;`.",
    )
    accent: str = Field(
        default="",
        pattern=r"^(#[0-9a-fA-F]{6})?$",
        description="The region's colour, `#a63d1c`: buttons and links; refused where it cannot be read on our paper.",
    )
    face: Path | None = Field(
        default=None,
        description="Folder of the region's logo and texts (docs/face.md); else `face` in the data folder.",
    )
    towns: str = Field(default="", description="Communes shown on the home page, comma list; empty: the best stocked.")
    export_licence: str = Field(
        default="",
        description="Licence of the nightly export of the shops that agreed to it, a name and an address, for instance "
        "`Licence Ouverte 2.0 https://www.etalab.gouv.fr/licence-ouverte-open-licence/`.",
    )
    api_per_minute: int = Field(
        default=300, ge=0, description="Requests to the JSON interface that one visitor may make in a minute; 0: any."
    )
    pages_per_minute: int = Field(
        default=600, ge=0, description="Searches on pages and feeds that one visitor may make in a minute; 0: any."
    )
    categories: Path | None = Field(
        default=None, description="File of the portal's categories; without one, the shipped tree."
    )
    excluded_categories: str = Field(
        default="",
        description="Categories that are not shown, a comma list: `alimentation,vins` or `beaute/parfums`; "
        "after a change: `emplettes categories apply`.",
    )
    synonyms: Path | None = Field(
        default=None,
        description="Your synonyms for the search (docs/search.md); else `synonymes.txt` in the data folder. "
        "Read again when it changes.",
    )
    index_heap_mb: int = Field(default=16, ge=15, le=2048, description="Memory of the index writer, in MiB.")
    behind_proxy: bool = Field(
        default=False, description="Trust X-Forwarded-For/-Proto of the one proxy in front of `serve`."
    )
    crawl_delay: float = Field(
        default=0.5,
        ge=0,
        le=60,
        description="Seconds between two requests to a site that is read page by page; its own Crawl-delay counts too.",
    )
    photos_mb: int = Field(
        default=5_000,
        ge=0,
        description="MiB of shops' photos that are kept in our sizes, those shown last; 0: none is fetched.",
    )
    workers: int = Field(default=16, ge=1, le=64, description="Shops that `engine` reads at the same time, at most.")
    fastest_minutes: int = Field(
        default=15, ge=1, le=1440, description="Least minutes between two sweeps of a shop that changes all the time."
    )
    slowest_minutes: int = Field(
        default=50, ge=1, le=1440, description="Most minutes between two sweeps of a still shop that answers."
    )
    max_age_hours: int = Field(
        default=48,
        ge=2,
        le=24 * 90,
        description="Hours without a check after which an offer says so; after twice as many it leaves the results. "
        "Spreadsheets: fifteen times as many.",
    )
    quiet_hours: str = Field(
        default="",
        pattern=r"^(?:([01]?\d|2[0-3])-([01]?\d|2[0-3]))?$",
        description="Hours of France in which no shop is read unless somebody asks, `22-6`; empty: none.",
    )
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="Port of 127.0.0.1 on which `engine` serves Prometheus metrics; 0: none."
    )
    operator_email: str = Field(default="", description="Who gets the daily digest of the region.")
    smtp_host: str = Field(
        default="", description="Server that sends our mails; empty: they are written into the data folder, `mails`."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port; on 465 TLS begins at once.")
    smtp_user: str = Field(default="", description="Name to log in with; empty: no login.")
    smtp_password: SecretStr | None = Field(default=None, description="Its password.")
    smtp_from: str = Field(default="", description="Sender of our mails; empty: the operator's address.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="Least severe log lines that are written to standard error."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.fastest_minutes > self.slowest_minutes:
            raise ValueError("EMPLETTES_FASTEST_MINUTES dépasse EMPLETTES_SLOWEST_MINUTES")
        return self

    @cached_property
    def user_agent(self) -> str:
        """Honest and stable: our name, version and a page that says who calls (facts: pains 13)."""
        return f"EmplettesBot/0.1 (+{self.public_url.rstrip('/')}/robot)"

    @property
    def index_folder(self) -> Path:
        return self.data / "index"

    @property
    def synonyms_file(self) -> Path:
        return self.synonyms or self.data / "synonymes.txt"

    @property
    def photo_folder(self) -> Path:
        return self.data / "photos"

    @property
    def face_folder(self) -> Path:
        return self.face or self.data / "face"

    @property
    def exports_folder(self) -> Path:
        return self.data / "exports"

    @property
    def sitemaps_folder(self) -> Path:
        return self.data / "sitemaps"

    @property
    def sqlalchemy_url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data / 'emplettes.db').absolute()}"


def load_settings() -> Settings:
    """Read the settings. Raises SettingsInvalid, naming the variable and what it may hold."""
    try:
        return Settings(_env_file=os.environ.get("EMPLETTES_SETTINGS", "emplettes.env"))
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:  # two of them do not go together, and the sentence names them
            raise SettingsInvalid(f"Réglages refusés : {first['ctx']['error']}.") from None
        name = "EMPLETTES_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsInvalid(f"{name} : valeur refusée ({first['msg']}).") from None
