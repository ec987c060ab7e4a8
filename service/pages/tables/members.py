"""The accounts of the service with their roles, and the mails about them, for whoever keeps them."""

from collections.abc import Mapping

from reports.tables.model import Column, Kind, by_column
from service.domain.actor import Actor, Role
from service.pages.mails import STATES as SENT
from service.pages.mails import reason
from service.pages.tables.source import Batches, Everywhere
from service.pages.wording import ACCOUNTS as STATES
from service.pages.wording import ROLES
from service.views import calls, cursors, mailbox, members

LIST, MOMENT, NUMBER = Kind.LIST, Kind.MOMENT, Kind.NUMBER
_ACCOUNTS = (
    Column("email", "Adresse électronique"),
    Column("name", "Nom"),
    Column("organisation", "Organisme"),
    Column("state", "État"),
    Column("roles", "Rôles", LIST),
    Column("created_at", "Compte créé le", MOMENT),
)


async def _accounts(actor: Actor, asked: Mapping[str, str]) -> Batches:
    titles = {line.slug: line.title.fr for line in await calls.calls(actor)}
    q = asked.get("q", "").strip()
    async for page in cursors.pages(lambda cursor: members.accounts(actor, q, cursor, members.MOST)):
        yield by_column(
            [
                (
                    *(one.email, one.name, one.organisation, STATES[one.state][0]),
                    *(tuple(_role(role, slug, titles) for role, slug in one.roles) or ("Candidat",), one.created_at),
                )
                for one in page.items
            ]
        )


def _role(role: Role, slug: str | None, titles: Mapping[str, str]) -> str:
    return f"{ROLES[role]} – {titles.get(slug, slug) if slug else 'tout le service'}"


_MAILS = (
    Column("event", "Courriel"),
    Column("name", "Nom"),
    Column("email", "Adresse électronique"),
    Column("state", "État"),
    Column("created_at", "Écrit le", MOMENT),
    Column("sent_at", "Envoyé le", MOMENT),
    Column("reason", "Explication"),
    Column("attempts", "Nombre d’essais", NUMBER, asked=True),
    Column("again_at", "Prochain essai", MOMENT, asked=True),
)


async def _mails(actor: Actor, asked: Mapping[str, str]) -> Batches:
    state = asked.get("etat", "")
    state = state if state in mailbox.STATES else ""
    async for page in cursors.pages(
        lambda cursor: mailbox.of_accounts(actor, state=state, cursor=cursor, limit=mailbox.MOST)
    ):
        yield by_column(
            [
                (
                    *(one.event, one.name, one.email, SENT[one.state][0], one.created_at, one.sent_at, reason(one)),
                    *(one.attempts, one.again_at),
                )
                for one in page.items
            ]
        )


ACCOUNTS = Everywhere(
    "comptes",
    "Comptes",
    "Les comptes du service, leur état et leurs rôles.",
    members.require,
    "/comptes",
    _ACCOUNTS,
    _accounts,
    ("q",),
)
MAILS_OF_ACCOUNTS = Everywhere(
    "courriels",
    "Courriels des comptes",
    "Les courriels qui concernent les comptes, avec ce qu’ils sont devenus.",
    mailbox.require_accounts,
    "/comptes/courriels",
    _MAILS,
    _mails,
    ("etat",),
)
