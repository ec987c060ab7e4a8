"""What every page does with a request before it calls an operation: who asks, what was sent, under which key."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl

from service.domain.actor import Actor
from service.doors.people import MOST_INPUTS, AnyRequest, actor_of, require_author
from service.doors.uploads import Place, let_finish, receive
from service.operations.acting import idempotency
from service.pages.faults import Fault
from service.pages.french import typography
from service.pages.inputs import Inputs
from service.problems import Conflict, Invalid, OtherAccount, Problem, Stale


async def sent_form(request: AnyRequest) -> Inputs:
    """The inputs of a form sent as application/x-www-form-urlencoded. Invalid for what no browser sends; OtherAccount
    where its page was drawn for somebody else than who is signed in by now."""
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_INPUTS, encoding="utf-8", errors="strict"
        )
    except ValueError as error:
        raise Invalid([], "Le formulaire reçu est illisible. Revenez à la page et envoyez-le à nouveau.") from error
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Invalid([], "Le formulaire contient un caractère nul, qui ne peut pas être conservé.")
    sent = Inputs(pairs)
    require_author(actor_of(request), author_of(sent.one("_key")))
    return sent


def fresh_key(actor: Actor) -> str:
    """An idempotency key for a form that is about to be shown, which tells whose page it is on."""
    return f"{actor.account or ''}.{secrets.token_urlsafe(18)}"


def author_of(key: str) -> str:
    """The account that a form's key was made for, "" for nobody."""
    return key.partition(".")[0] if "." in key else ""


@contextmanager
def once(sent: Inputs, act: str = "") -> Iterator[None]:
    """Run an operation once per form that was shown and content that was sent.

    The key is the form's own with a digest of what it holds: a second click changes nothing, and a form that comes back
    from the browser's history with other content is a new request. `act` tells apart two operations of one form.
    """
    key = sent.one("_key")[:100]
    if not key:
        yield
        return
    digest = hashlib.sha256(repr((act, sorted(sent.values.items()))).encode()).hexdigest()
    token = idempotency.set(f"page-{key}-{digest[:32]}")
    try:
        yield
    finally:
        idempotency.reset(token)


async def receive_file(request: AnyRequest, place: Place) -> None:
    """Attach the file of a form whose address tells whose page it is on (`compte`): before anything of it is kept."""
    try:
        require_author(actor_of(request), request.query_params.get("compte", ""))
    except OtherAccount:
        await let_finish(request)
        raise
    await receive(request, actor_of(request), place)


def address_of(request: AnyRequest) -> str:
    """The path of a request with what its address asks for."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else str(request.url.path)


def return_path(wanted: str, otherwise: str = "/espace") -> str:
    """Where to go after signing in: a path of this site, and nothing else."""
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and len(wanted) < 500:
        return wanted
    return otherwise


def faults(problem: Problem, labels: Mapping[str, str]) -> list[Fault]:
    """The lines of the summary for a short form whose inputs are named, and anchored, by the paths of its errors."""
    if not isinstance(problem, Invalid) or not problem.errors:
        return [Fault(problem.detail)]
    return [Fault(error.fr, labels.get(error.path, ""), error.path.replace("/", "-")) for error in problem.errors]


def told_of(problem: Problem) -> list[str]:
    """All that a problem says, for the one input of a form."""
    found = [error.fr for error in problem.errors] if isinstance(problem, Invalid) else []
    return [typography(one) for one in found or [problem.detail]]


def status_of(problem: Problem | None) -> int:
    """The status of a page that tells this: 409 for what has changed meanwhile, 422 for what is to be corrected."""
    if problem is None:
        return 200
    return 409 if isinstance(problem, Conflict | Stale) else 422


def sentences(problem: Problem | None) -> dict[str, list[str]]:
    """The same sentences by path, for the inputs themselves."""
    told: dict[str, list[str]] = {}
    for error in problem.errors if isinstance(problem, Invalid) else ():
        told.setdefault(error.path, []).append(error.fr)
    return told
