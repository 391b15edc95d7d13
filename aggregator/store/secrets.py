"""Keys of shops, sealed at rest.

The sealing key comes from EMPLETTES_SECRET_KEY (comma list: the first seals, all open), else from a 0600 file that
is made at first need. It never lies inside the data folder: a copy of the data must not open the keys in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import SettingsInvalid
from aggregator.settings import Settings
from connectors.credentials import Credentials

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_HOW_TO_MAKE_ONE = (
    "Une clé se fabrique ainsi : "
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


class Sealer:
    """Seals and opens credentials. Reads its key at first need, so that a shop without keys needs none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return "Sealer()"

    def seal(self, credentials: Credentials) -> str:
        """The credentials as text that only the key opens. Makes the key file when there is none yet."""
        plain = json.dumps([credentials.key, credentials.secret]).encode()
        return self._fernet(may_create=True).encrypt(plain).decode()

    def open(self, text: str) -> Credentials:
        """What `seal` was given. Raises SettingsInvalid when none of the keys at hand sealed it."""
        from cryptography.fernet import InvalidToken

        fernet = self._fernet(may_create=False)
        try:
            key, secret = json.loads(fernet.decrypt(text.encode()))
        except InvalidToken:
            raise SettingsInvalid(
                "La clé de cette boutique a été scellée avec une autre clé de chiffrement. Remettez l'ancienne dans "
                f"EMPLETTES_SECRET_KEY (ou dans {self._path()}), ou enregistrez à nouveau la clé de la boutique."
            ) from None
        return Credentials(key, secret)

    def _fernet(self, *, may_create: bool) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        keys = self._keys(may_create=may_create)
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            source = "EMPLETTES_SECRET_KEY" if self._settings.secret_key else str(self._path())
            raise SettingsInvalid(f"{source} : clé de chiffrement illisible. {_HOW_TO_MAKE_ONE}") from None

    def _keys(self, *, may_create: bool) -> list[str]:
        if self._settings.secret_key is not None:
            text = self._settings.secret_key.get_secret_value()
        else:
            text = _read_key_file(self._path(), may_create=may_create)
        return [key.strip() for key in text.split(",") if key.strip()]

    def _path(self) -> Path:
        path = self._settings.secret_key_file.expanduser().absolute()
        if path.resolve().is_relative_to(self._settings.data.expanduser().resolve()):
            raise SettingsInvalid(
                f"EMPLETTES_SECRET_KEY_FILE : {path} est dans le dossier des données, où une sauvegarde l'emporterait "
                "avec ce qu'elle protège. Choisissez un fichier ailleurs."
            )
        return path


def _read_key_file(path: Path, *, may_create: bool) -> str:
    try:
        if may_create:
            _create_key_file(path)
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise SettingsInvalid(
                    f"{path} : d'autres utilisateurs peuvent lire cette clé. Protégez-la : chmod 600 {path}"
                )
            return file.read(10_000).decode("ascii", "replace")
    except FileNotFoundError:
        raise SettingsInvalid(
            f"{path} : la clé de chiffrement n'y est pas. Remettez-la en place, ou donnez-la par EMPLETTES_SECRET_KEY."
        ) from None
    except OSError as error:
        raise SettingsInvalid(f"{path} : clé de chiffrement inaccessible ({error.strerror}).") from None


def _create_key_file(path: Path) -> None:
    """Put a new key there unless one is there: complete from the first moment that its name exists."""
    if path.exists():
        return
    from cryptography.fernet import Fernet

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the one
            os.link(draft, path)
    finally:
        draft.unlink()
