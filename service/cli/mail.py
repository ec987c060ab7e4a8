"""`alliance mail`: the mails that `alliance up` would have sent, in the mail folder."""

import argparse
import os
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from service.stack.folder import StackError

ROOT = Path(__file__).parents[2]


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The subcommand and its own subcommands."""
    parser = subparsers.add_parser("mail", help="read the mails of an installation that keeps them in a folder")
    acts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = acts.add_parser("list", help="the mails, last one first")
    listing.add_argument("--to", default="", metavar="ADDRESS", help="only those to this address")
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    listing.set_defaults(run=show_list)
    show = acts.add_parser("show", help="one mail")
    show.add_argument("id", metavar="ID", help="as listed, or its beginning; `last` is the last mail")
    show.set_defaults(run=show_one)


def folder() -> Path:
    """The mail folder, also of an installation that is stopped. Raises StackError."""
    named = os.environ.get("ALLIANCE_MAIL_FOLDER")
    found = Path(named) if named else Path(os.environ.get("ALLIANCE_DATA") or ROOT / "var") / "mail"
    if not found.is_dir():
        raise StackError(
            f"there is no mail folder {found}: name one with ALLIANCE_MAIL_FOLDER, or the data folder of `alliance up` "
            "with ALLIANCE_DATA (an installation with ALLIANCE_SMTP_URL keeps no mails)"
        )
    return found


def mails(place: Path) -> list[tuple[str, EmailMessage]]:
    """Every mail with its id, last one first."""
    found = [
        (file.stem, message_from_bytes(file.read_bytes(), policy=policy.default))
        for file in place.glob("*.eml")
        if not file.name.startswith(".")
    ]
    return sorted(found, key=lambda pair: (pair[1]["Date"].datetime, pair[0]), reverse=True)


def show_list(arguments: argparse.Namespace) -> int:
    """One line per mail."""
    chosen = [(name, mail) for name, mail in mails(folder()) if arguments.to.lower() in str(mail["To"]).lower()]
    for name, mail in chosen[: arguments.limit]:
        print(f"{name[:12]}  {mail['Date'].datetime:%Y-%m-%d %H:%M}  {mail['To']:<36} {mail['Subject']}")
    return 0


def show_one(arguments: argparse.Namespace) -> int:
    """The mail as a person reads it."""
    every = mails(folder())
    found = every[:1] if arguments.id == "last" else [pair for pair in every if pair[0].startswith(arguments.id)]
    if len(found) != 1:
        print(f"alliance: {len(found)} mails whose id begins with {arguments.id}", file=sys.stderr)
        return 1
    mail = found[0][1]
    for header in ("From", "To", "Date", "Subject", "Message-ID"):
        print(f"{header}: {mail[header]}")
    body = mail.get_body()
    print("", body.get_content() if body is not None else "", sep="\n")
    return 0
