"""`alliance account` and `alliance mail`, as commands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.domain.actor import ANONYMOUS
from service.notify.outbox import drain
from service.operations import accounts
from service.settings import Settings
from tests.accounts.support import PASSWORD, link, signed_in, stored
from tests.support.calls import fresh_call
from tests.support.commands import Commands


class Alliance:
    """The command, on the servers of this worker."""

    def __init__(self, commands: Commands, environ: dict[str, str]) -> None:
        self.commands = commands
        self.environ = {**environ}

    def __call__(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        ended = self.commands.run(self.environ, *words, typed=typed)
        return ended.status, ended.out, ended.err


@pytest.fixture
def alliance(commands: Commands, servers: dict[str, str]) -> Alliance:
    return Alliance(commands, servers)


async def test_an_account_from_creation_to_its_end(alliance: Alliance, email: str, now: datetime) -> None:
    call = await fresh_call()
    role = ("--role", "officer", "--call", call.slug)
    create = ("account", "create", "--email", email, "--name", "Camille Ormeau", *role)
    status, out, err = alliance(*create, typed=f"{PASSWORD}\n")
    assert (status, out, err) == (0, f"{email} can sign in (officer)\n", "")
    await signed_in(email, now)
    status, _, err = alliance(*create, typed=f"{PASSWORD}\n")
    assert (status, err) == (1, f"alliance: Un compte existe déjà pour {email}.\n")
    assert alliance("account", "grant", "--email", email, "--role", "auditor")[0] == 0
    status, out, _ = alliance("account", "list", "--search", email)
    assert (status, out.split()) == (
        0,
        [email, "active", "Camille", "Ormeau", "auditor,", "officer", "of", call.slug],
    )
    assert alliance("account", "revoke", "--email", email, "--role", "officer", "--call", call.slug)[0] == 0
    status, out, _ = alliance("account", "disable", "--email", email.upper())
    assert (status, out) == (0, f"{email.upper()} is disabled; 1 sessions and tokens ended\n")
    assert (await stored(email))["disabled_at"] is not None


async def test_faults_are_told_in_a_line_each(alliance: Alliance, email: str) -> None:
    status, out, err = alliance("account", "create", "--email", "x", "--name", "X", typed="short\n")
    assert (status, out) == (1, "")
    assert [line.split(":")[1] for line in err.splitlines()] == [" email", " password"]
    status, _, err = alliance("account", "disable", "--email", email)
    assert (status, err) == (1, f"alliance: Aucun compte pour {email}.\n")
    status, _, err = alliance("account", "invite", "--email", email, "--role", "expert", "--call", "nowhere")
    assert (status, err) == (1, "alliance: Cet appel n’existe pas.\n")


async def test_an_invitation_by_mail_is_read_and_accepted(
    alliance: Alliance, email: str, settings: Settings, now: datetime
) -> None:
    call = await fresh_call()
    status, out, _ = alliance("account", "invite", "--email", email, "--role", "expert", "--call", call.slug)
    assert (status, out) == (0, f"a mail goes to {email} (expert)\n")
    present = datetime.now(UTC)  # noqa: TID251  the command used the true clock
    while await drain(settings, present):
        pass
    status, out, _ = alliance("mail", "list", "--to", email)
    assert (status, len(out.splitlines())) == (0, 1)
    assert out.rstrip().endswith("Invitation à rejoindre AllIAnce")
    status, out, _ = alliance("mail", "show", out.split()[0])
    token = await link(email)
    assert f"{settings.address}/invitation/{token}" in out.splitlines()
    await accounts.accept_invitation(ANONYMOUS, token, "Camille Ormeau", PASSWORD, now=present)
    await signed_in(email, now)


def test_what_is_not_there_is_told(alliance: Alliance, tmp_path: Path) -> None:
    assert alliance("mail", "show", "zzz") == (1, "", "alliance: 0 mails whose id begins with zzz\n")
    alliance.environ["ALLIANCE_MAIL_FOLDER"] = str(tmp_path / "none")
    status, out, err = alliance("mail", "list")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert str(tmp_path / "none") in err
