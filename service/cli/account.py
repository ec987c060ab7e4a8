"""`alliance account`: accounts and roles, for whoever runs the service."""

import argparse
import getpass
import sys
from uuid import UUID

from service.cli._acting import act
from service.domain.actor import PROCESS, Role

ROLES = [role.value for role in Role]
GLOBAL = "admin and auditor count everywhere, the other roles for one call (--call)"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("account", help="create, invite, list and disable accounts")
    acts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    create = acts.add_parser("create", help="an account that can sign in at once; its password is asked, or read")
    create.description = "The password is asked for on a terminal, else read as one line from standard input."
    _person(create, name=True)
    _role(create, required=False)
    create.set_defaults(run=lambda arguments: act(_create(arguments)))

    invite = acts.add_parser("invite", help="give a role to somebody, who gets a link by mail (24 hours)")
    _person(invite, name=False)
    _role(invite, required=True)
    invite.set_defaults(run=lambda arguments: act(_invite(arguments)))

    for name, text in (("grant", "give a role to an account"), ("revoke", "take a role back")):
        change = acts.add_parser(name, help=text)
        change.add_argument("--email", required=True)
        _role(change, required=True)
        change.set_defaults(run=lambda arguments, name=name: act(_change(arguments, name)))

    listing = acts.add_parser("list", help="accounts with their state and roles")
    listing.add_argument("--search", default="", metavar="TEXT", help="part of an address or a name")
    listing.set_defaults(run=lambda arguments: act(_list(arguments)))

    disable = acts.add_parser("disable", help="close an account: its sessions and tokens end at once")
    disable.add_argument("--email", required=True)
    disable.set_defaults(run=lambda arguments: act(_disable(arguments)))


def _person(parser: argparse.ArgumentParser, *, name: bool) -> None:
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", required=name, default="")
    parser.add_argument("--organisation", default="")


def _role(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--role", choices=ROLES, required=required, help=GLOBAL)
    parser.add_argument("--call", metavar="SLUG", help="for instance ami-2025")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        from service.problems import Problem

        raise Problem("Les deux mots de passe diffèrent.")
    return password


async def _create(arguments: argparse.Namespace) -> None:
    from service import clock
    from service.operations.accounts import create_account

    role = Role(arguments.role) if arguments.role else None
    made = await create_account(
        PROCESS,
        *(arguments.email, arguments.name, role, arguments.call, _password()),
        organisation=arguments.organisation,
        now=clock.now(),
    )
    print(f"{made.email} can sign in ({arguments.role or 'applicant'})")


async def _invite(arguments: argparse.Namespace) -> None:
    from service import clock
    from service.operations.accounts import invite_account

    invited = await invite_account(
        PROCESS,
        *(arguments.email, arguments.name, Role(arguments.role), arguments.call),
        organisation=arguments.organisation,
        now=clock.now(),
    )
    print(f"a mail goes to {invited.email} ({invited.role.value})")


async def _change(arguments: argparse.Namespace, name: str) -> None:
    from service import clock
    from service.operations.accounts import grant_role, revoke_role

    role, account = Role(arguments.role), await _account(arguments.email)
    if name == "grant":
        await grant_role(PROCESS, account, role, arguments.call, now=clock.now())
    else:
        await revoke_role(PROCESS, account, role, arguments.call, now=clock.now())
    print(f"{arguments.email}: {role.value} {'granted' if name == 'grant' else 'revoked'}")


async def _list(arguments: argparse.Namespace) -> None:
    from service.views.members import accounts

    cursor, more = None, True
    while more:
        page = await accounts(PROCESS, arguments.search, cursor)
        for line in page.items:
            roles = ", ".join(f"{role.value} of {call}" if call else role.value for role, call in line.roles)
            print(f"{line.email:<40} {line.state:<12} {line.name:<30} {roles}".rstrip())
        cursor, more = page.next, page.next is not None


async def _disable(arguments: argparse.Namespace) -> None:
    from service import clock
    from service.operations.accounts import disable_account

    disabled = await disable_account(PROCESS, await _account(arguments.email), now=clock.now())
    print(f"{arguments.email} is disabled; {disabled.sessions} sessions and tokens ended")


async def _account(email: str) -> UUID:
    from service.identity.addresses import normalised
    from service.views.members import account

    return (await account(PROCESS, normalised(email) or email)).id
