"""Settings: read whole, or refused with every mistake at once."""

from pathlib import Path

import pytest

from service.settings import Settings, SettingsError

GOOD = {
    "ALLIANCE_DATABASE_URL": "postgresql://alliance:x@db.example:5432/alliance",
    "ALLIANCE_S3_URL": "https://objects.example",
    "ALLIANCE_S3_ACCESS_KEY": "KEY",
    "ALLIANCE_S3_SECRET_KEY": "hush",
    "ALLIANCE_SECRET": "s" * 32,
    "ALLIANCE_MAIL_FROM": "ne-pas-repondre@alliance.example",
    "ALLIANCE_ADDRESS": "https://alliance.example",
    "ALLIANCE_SMTP_URL": "smtp://mail.example:25",
}


def mistakes(environ: dict[str, str]) -> tuple[str, ...]:
    """What is said about this environment."""
    with pytest.raises(SettingsError) as refusal:
        Settings.read(environ)
    return refusal.value.mistakes


def test_a_good_environment() -> None:
    assert Settings.read(GOOD | {"PATH": "/bin", "ALLIANCE_PORT": "8123", "ALLIANCE_DATA": "/srv"}) == Settings(
        database_url=GOOD["ALLIANCE_DATABASE_URL"],
        s3_url=GOOD["ALLIANCE_S3_URL"],
        s3_access_key="KEY",
        s3_secret_key="hush",
        secret="s" * 32,
        mail_from=GOOD["ALLIANCE_MAIL_FROM"],
        address="https://alliance.example",
        smtp_url="smtp://mail.example:25",
        port=8123,
    )


def test_an_empty_environment_names_everything_that_is_missing() -> None:
    said = mistakes({})
    assert [sentence.split()[0] for sentence in said] == [
        "ALLIANCE_DATABASE_URL",
        "ALLIANCE_S3_URL",
        "ALLIANCE_S3_ACCESS_KEY",
        "ALLIANCE_S3_SECRET_KEY",
        "ALLIANCE_SECRET",
        "ALLIANCE_MAIL_FROM",
        "ALLIANCE_MAIL_FOLDER",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ALLIANCE_PORT": "0"}, "ALLIANCE_PORT is '0': expected a number from 1 to 65535"),
        ({"ALLIANCE_SECRET": "short"}, "ALLIANCE_SECRET is too short: at least 32 characters"),
        (
            {"ALLIANCE_DATABASE_URL": "mysql://x"},
            "ALLIANCE_DATABASE_URL must be an address that begins with postgresql",
        ),
        ({"ALLIANCE_TEMPORAL_ADDRESS": "temporal"}, "ALLIANCE_TEMPORAL_ADDRESS is 'temporal': expected host:port"),
        ({"ALLIANCE_TEMPORAL_ADDRESS": "temporal:many"}, "ALLIANCE_TEMPORAL_ADDRESS is 'temporal:many': expected"),
        ({"ALLIANCE_MAIL_FROM": "nobody"}, "ALLIANCE_MAIL_FROM is 'nobody': expected an e-mail address"),
        ({"ALLIANCE_MAIL_FOLDER": "/"}, "ALLIANCE_MAIL_FOLDER or ALLIANCE_SMTP_URL, exactly one"),
        ({"ALLIANCE_S3_SYNC_FOLDER": "/nowhere"}, "ALLIANCE_S3_SYNC_FOLDER is '/nowhere', which is not a folder"),
        ({"ALLIANCE_LOG_FORMAT": "xml"}, "ALLIANCE_LOG_FORMAT is 'xml': expected console or json"),
        ({"ALLIANCE_TRUSTED_PROXIES": "10.0.0.0/8, x"}, "ALLIANCE_TRUSTED_PROXIES has 'x': expected addresses"),
        ({"ALLIANCE_ADDRESS": "alliance.example"}, "ALLIANCE_ADDRESS is 'alliance.example': expected http"),
        ({"ALLIANCE_ADDRESS": "https://a.example/path"}, "ALLIANCE_ADDRESS is 'https://a.example/path': expected"),
        ({"ALLIANCE_ADDRESS": "http://alliance.example"}, "ALLIANCE_ADDRESS is http://alliance.example: plain http"),
        ({"ALLIANCE_SECRT": "x"}, "ALLIANCE_SECRT is not a setting"),
    ],
)
def test_one_mistake(change: dict[str, str], said: str) -> None:
    (sentence,) = mistakes(GOOD | change)
    assert sentence.startswith(said)


def test_every_mistake_at_once() -> None:
    bad = {"ALLIANCE_PORT": "x", "ALLIANCE_SECRET": "x", "ALLIANCE_S3_URL": "x", "ALLIANCE_ADDRESS": "http://x.example"}
    assert len(mistakes(GOOD | bad)) == 4


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:80"])
def test_plain_http_is_for_this_machine(address: str) -> None:
    settings = Settings.read(GOOD | {"ALLIANCE_ADDRESS": address})
    assert (settings.address, settings.secure) == (address, False)


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("f" * 40 + "\n", encoding="utf-8")
    environ = {name: value for name, value in GOOD.items() if name != "ALLIANCE_SECRET"}
    settings = Settings.read(environ | {"ALLIANCE_SECRET_FILE": str(file)})
    assert (settings.secret, settings.secure) == ("f" * 40, True)
    assert mistakes(GOOD | {"ALLIANCE_SECRET_FILE": str(file)}) == (
        "ALLIANCE_SECRET and ALLIANCE_SECRET_FILE are both set: keep one",
    )
    assert mistakes(environ | {"ALLIANCE_SECRET_FILE": str(tmp_path / "none")}) == (
        f"ALLIANCE_SECRET_FILE names {tmp_path / 'none'}, which can't be read: No such file or directory",
    )


def test_secrets_are_not_printed() -> None:
    shown = repr(Settings.read(GOOD))
    assert not [name for name in ("hush", "s" * 32, "alliance:x") if name in shown]
