"""What an installation decides, read once from the environment: `ALLIANCE_<FIELD>`, secrets also from files.

Every mistake is told at once, with the name of the variable and what it should hold.
"""

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

PREFIX = "ALLIANCE_"
SECRETS = frozenset({"database_url", "s3_access_key", "s3_secret_key", "secret", "smtp_url"})
# Read by `alliance up` and its demonstration, not by the service.
OTHERS = frozenset({"ALLIANCE_DATA", "ALLIANCE_DEMO_PASSWORD"})
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """The environment does not make a working installation; `mistakes` has one sentence each."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One installation. Secrets are kept out of `repr`."""

    database_url: str
    s3_url: str
    s3_access_key: str
    s3_secret_key: str
    secret: str
    mail_from: str
    address: str
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    task_queue: str = "alliance"
    documents_queue: str = "alliance-documents"
    s3_region: str = "us-east-1"
    s3_bucket: str = "alliance"
    s3_sync_folder: Path | None = None
    clamd: str | None = None
    mail_folder: Path | None = None
    smtp_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: str = "127.0.0.1,::1"
    log_format: Literal["console", "json"] = "json"

    def __repr__(self) -> str:
        return f"Settings(address={self.address!r}, temporal={self.temporal_address!r}, s3={self.s3_url!r})"

    @property
    def secure(self) -> bool:
        """Whether people reach the service by https (cookies are then `Secure`)."""
        return self.address.startswith("https://")

    @staticmethod
    def read(environ: Mapping[str, str]) -> "Settings":
        """The settings of this environment; raises SettingsError with every mistake at once."""
        return _Reading(environ).settings()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Reading:
    """One reading of an environment: values by field, and the mistakes met on the way."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []
        self.unreadable: set[str] = set()
        self.texts = {name: self.text(name) for name in Settings.__struct_fields__}
        self.values: dict[str, object] = {}

    def settings(self) -> Settings:
        self.unknown()
        for field in msgspec.structs.fields(Settings):
            self.field(field.name, required=field.required and field.name != "address")
        self.mail()
        self.public_address()
        if self.mistakes:
            raise SettingsError(tuple(self.mistakes))
        return msgspec.convert(self.values, Settings)

    def wrong(self, name: str, sentence: str) -> None:
        self.mistakes.append(f"{PREFIX}{name.upper()} {sentence}")

    def unknown(self) -> None:
        known = {PREFIX + name.upper() for name in Settings.__struct_fields__}
        known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS} | OTHERS
        for name in sorted(self.environ):
            if name.startswith(PREFIX) and name not in known:
                self.mistakes.append(f"{name} is not a setting; see the list in service/settings.py")

    def text(self, name: str) -> str | None:
        """The value of a field from its variable or its file; None when absent or empty."""
        variable = PREFIX + name.upper()
        plain, file = self.environ.get(variable), None
        if name in SECRETS:
            file = self.environ.get(variable + "_FILE")
        if plain and file:
            self.wrong(name, f"and {variable}_FILE are both set: keep one")
        if not file:
            return plain or None
        try:
            return Path(file).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            self.mistakes.append(f"{variable}_FILE names {file}, which can't be read: {reason}")
            self.unreadable.add(name)
            return None

    def field(self, name: str, *, required: bool) -> None:
        text = self.texts[name]
        if text is None:
            if required and name not in self.unreadable:
                self.wrong(name, f"is missing: {MEANINGS[name]}")
            return
        check = CHECKS.get(name)
        complaint = check(text) if check else None
        if complaint:
            self.wrong(name, complaint)
            return
        self.values[name] = int(text) if name == "port" else Path(text) if name in FOLDERS else text

    def mail(self) -> None:
        ways = [name for name in ("mail_folder", "smtp_url") if self.texts[name] or name in self.unreadable]
        if len(ways) != 1:
            said = "both are set" if ways else "neither is set"
            self.wrong("mail_folder", f"or {PREFIX}SMTP_URL, exactly one, says where mails go: {said}")

    def public_address(self) -> None:
        host, port = self.values.get("host", "127.0.0.1"), self.values.get("port", 8000)
        address = self.values.setdefault("address", f"http://{host}:{port}")
        parts = urlsplit(str(address))
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            self.wrong("address", f"is {address}: plain http is for this machine alone, people need https")


def _address(text: str) -> str | None:
    parts = _split(text)
    if parts not in {"http", "https"} or urlsplit(text).path not in {"", "/"}:
        return f"is {text!r}: expected http://host:port or https://host, without a path"
    return None


def _split(text: str) -> str | None:
    """The scheme of an address that has a host; None for anything else."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return None
    return parts.scheme if parts.hostname else None


def _scheme(*allowed: str) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        # The value itself may hold a password: it is not repeated.
        return None if _split(text) in allowed else f"must be an address that begins with {' or '.join(allowed)}://"

    return check


def _host_port(text: str) -> str | None:
    return None if text.count(":") and _split(f"tcp://{text}") else f"is {text!r}: expected host:port"


def _port(text: str) -> str | None:
    good = text.isascii() and text.isdecimal() and 0 < int(text) < 65536
    return None if good else f"is {text!r}: expected a number from 1 to 65535"


def _folder(text: str) -> str | None:
    return None if Path(text).is_dir() else f"is {text!r}, which is not a folder"


def _secret(text: str) -> str | None:
    return None if len(text) >= SHORTEST_SECRET else f"is too short: at least {SHORTEST_SECRET} characters"


def _proxies(text: str) -> str | None:
    for part in text.split(","):
        try:
            ipaddress.ip_network(part.strip())
        except ValueError:
            return f"has {part.strip()!r}: expected addresses or networks of our own proxies, separated by commas"
    return None


def _log_format(text: str) -> str | None:
    return None if text in {"console", "json"} else f"is {text!r}: expected console or json"


def _mailbox(text: str) -> str | None:
    name, at, domain = text.rpartition("@")
    return None if name and at and domain else f"is {text!r}: expected an e-mail address"


FOLDERS = frozenset({"s3_sync_folder", "mail_folder"})
CHECKS: dict[str, Callable[[str], str | None]] = {
    "database_url": _scheme("postgresql", "postgres"),
    "s3_url": _scheme("http", "https"),
    "smtp_url": _scheme("smtp", "smtps"),
    "secret": _secret,
    "mail_from": _mailbox,
    "address": _address,
    "temporal_address": _host_port,
    "clamd": _host_port,
    "s3_sync_folder": _folder,
    "mail_folder": _folder,
    "port": _port,
    "trusted_proxies": _proxies,
    "log_format": _log_format,
}
MEANINGS = {
    "database_url": "postgresql://user:password@host:port/database",
    "s3_url": "address of the object store, http(s)://host:port",
    "s3_access_key": "key of the object store's account",
    "s3_secret_key": "secret of the object store's account",
    "secret": f"at least {SHORTEST_SECRET} random characters, the same for every web and worker",
    "mail_from": "sender of the mails",
}
