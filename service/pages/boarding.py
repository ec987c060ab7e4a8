"""The board in words: who is awaited, what happens next, how a seat stands; its bars."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service import clock
from service.domain.actor import Actor
from service.domain.chasing import Next
from service.notify.letters import reminder_words
from service.operations.chasing import MANY
from service.pages import french
from service.pages.wording import Figure, with_query
from service.settings import Settings
from service.views import seats
from service.views.awaited import AwaitedLine, Wanted
from service.views.calibration import Bar
from service.views.calls import CallView, Counts
from service.views.heat import Cell
from service.views.seats import SeatLine
from service.views.workloads import Workload

WHOM = {
    "experts": "Évaluateurs",
    "list": "Évaluateurs à désigner",
    "officer": "Service instructeur",
    "applicant": "Candidat",
    "committee": "Comité",
    "publication": "Publication de la décision",
}
# In the address of a filter.
CODES = {
    "evaluateurs": "experts",
    "liste": "list",
    "service": "officer",
    "candidat": "applicant",
    "comite": "committee",
    "publication": "publication",
}
# Words, and the DSFR's colour: nothing is told by colour alone.
PACES = {
    "done": ("Remise", "success"),
    "on_time": ("Dans les temps", "info"),
    "pressed": ("Dernier rappel passé", "warning"),
    "silent": ("Sans réponse", "warning"),
    "late": ("En retard", "error"),
    "paused": ("En pause", ""),
}
NEXT = {
    "remind": "rappel automatique le {at}",
    "escalate": "le service sera averti le {at}",
    "release": "place proposée au suivant le {at}",
}
THEN = {
    "goes_on": "l’étape se clôt avec les évaluations remises",
    "waits_for_officer": "vous êtes averti et l’étape attend votre intervention",
    "closes": "l’étape se clôt sans dépôt",
    "convenes": "la revue du pilote est convoquée",
    "lapses": "le délai de l’étape reprend et vous statuez sur le dossier tel quel",
}
WORK = {"invited": "Invitée", "accepted": "En cours"}


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """What is asked of the board's first page, by its address."""
    try:
        expert = UUID(asked.get("evaluateur", ""))
    except ValueError:
        expert = None
    return Wanted(
        whom=CODES.get(asked.get("attente", ""), ""),
        late=asked.get("retard", "") == "oui",
        expert=expert,
        stage=asked.get("etape", "")[:40],
        q=asked.get("q", "").replace("\0", ""),
    )


def round_of(asked: Mapping[str, str]) -> int | None:
    """The round that an address names, if any."""
    wanted = asked.get("tour", "")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 else None


def since(at: datetime | None, now: datetime) -> str:
    """« depuis 3 jours », « depuis moins d’une heure »."""
    if at is None:
        return ""
    return f"depuis {french.left(now + (now - at), now)}" if at < now else "à l’instant"


def lasting(at: datetime, now: datetime) -> str:
    """« 3 jours »."""
    return french.left(now + (now - at), now) if at < now else "à l’instant"


def then_words(line: AwaitedLine, now: datetime) -> str:
    """What happens at the stage's deadline, or has happened."""
    if line.whom == "publication" and not line.stage:
        return "Une décision rectificative prend effet à sa publication."
    due = line.due_at if line.then == "lapses" else line.stage_due
    if line.paused and line.then != "lapses":
        return "Le délai de l’étape est suspendu."
    if not line.then or due is None:
        return "L’étape n’a pas d’échéance."
    if due < now and line.then == "waits_for_officer":
        return f"Délai de l’étape passé le {french.short_day(due)}{french.NBSP}: elle attend votre intervention."
    return f"Le {french.short_day(due)}, {THEN[line.then]}."


def next_words(found: Next | None) -> str:
    """What the process does next, by itself."""
    return NEXT[found.what].format(at=french.short_day(found.at)) if found is not None else ""


def seat_words(seat: SeatLine, now: datetime) -> str:
    """« Invitée depuis 6 jours, sans réponse »."""
    if seat.state == "done":
        return f"Remise le {french.short_day(seat.since)}"
    name = "Invitation envoyée" if seat.state == "invited" else "Acceptée"
    return f"{name} {since(seat.since, now)}"


def heat_words(cell: Cell) -> str:
    """How a review that is not given stands: « En cours », « Sans réponse »."""
    return WORK[cell.seat.state] if cell.seat.pace == "on_time" else PACES[cell.seat.pace][0]


def heat_class(cell: Cell, low: float, high: float) -> str:
    """One of five tints, beside the number: the higher the darker; what is not given has none."""
    if cell.total is None or high <= low:
        return f"al-heat--{cell.seat.pace}"
    return f"al-heat--{min(5, 1 + int(5 * (cell.total - low) / (high - low)))}"


def board_figures(counts: Counts, address: str, query: dict[str, str]) -> list[Figure]:
    """How many late, how many proposals in each stage: each leads to what they wait for."""
    rest = {name: value for name, value in query.items() if name not in ("retard", "etape")}
    late, stage = query.get("retard", ""), query.get("etape", "")
    overdue = Figure(
        *(counts.late, "Étape en retard", with_query(address, {**rest, "retard": "oui"}), late == "oui"),
        alarm=counts.late > 0,
    )
    stages = [
        Figure(one.count, one.name, with_query(address, {**rest, "etape": one.stage}), one.stage == stage)
        for one in counts.stages
    ]
    to_publish = Figure(counts.pending_decisions, "À publier", with_query(address, {**rest, "attente": "publication"}))
    return [overdue, *stages, *([to_publish] if counts.pending_decisions else [])]


def expert_names(experts: Sequence[tuple[UUID, str]]) -> list[tuple[str, str]]:
    """The experts to choose from, by name."""
    return [(str(one), name) for one, name in sorted(experts, key=lambda one: (one[1].casefold(), one[0]))]


def chart(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    """The bars of a distribution, in a drawing of 100 by 40: place, height, count, and the range in words."""
    most = max((bar.count for bar in bars), default=0) or 1
    width = 100 / max(1, len(bars))
    return [
        {
            "x": round(n * width + width * 0.08, 2),
            "width": round(width * 0.84, 2),
            "height": round(32 * bar.count / most, 2),
            "count": bar.count,
            "middle": round(n * width + width / 2, 2),
            "range": f"de {french.number(bar.low, 2)} à {french.number(bar.high, 2)}",
        }
        for n, bar in enumerate(bars)
    ]


def severity_words(found: Workload) -> str:
    """« plus sévère de 0,9 point (de −1,5 à −0,3) »; « sans écart net » where the interval holds zero; nothing where it
    can't be told."""
    effect = found.severity
    if effect is None or effect.alone:
        return ""
    size = abs(round(effect.effect, 2))
    if effect.low is not None and effect.high is not None and effect.low <= 0 <= effect.high:
        return f"sans écart net ({signed(effect.effect)}{french.THIN}; de {signed(effect.low)} à {signed(effect.high)})"
    said = f"{'plus sévère' if effect.effect < 0 else 'plus indulgent'} de {french.number(size, 2)}"
    said += f"{french.NBSP}{'point' if size < 2 else 'points'}"
    if effect.low is None or effect.high is None:
        return said
    return f"{said} (de {signed(effect.low)} à {signed(effect.high)})"


def signed(number: float) -> str:
    """« −0,4 », « +1,2 », with the sign of typographers."""
    text = french.number(abs(round(number, 2)), 2)
    return f"{'−' if number < 0 else '+'}{text}"


class Preview(msgspec.Struct, frozen=True):
    """The mails of a bulk reminder before they go: who gets one, and who can't now, with why. `left`: how many more
    could go, since a hundred do at once."""

    ready: tuple[tuple[SeatLine, str], ...]
    held_back: tuple[tuple[SeatLine, str, str], ...]
    subject: str
    body: str
    left: int = 0


async def preview(actor: Actor, about: CallView, chosen: tuple[UUID, ...], settings: Settings) -> Preview:
    """What would go to whom, and the words of the first one."""
    now, ready, held_back = clock.now(), [], []
    for seat, reference in await seats.chosen(actor, about.id, chosen, now):
        if seat.pace == "paused":
            held_back.append((seat, reference, "le délai est suspendu, le candidat doit d’abord répondre."))
        elif seat.remind_from is None:
            held_back.append((seat, reference, "plus rien n’est attendu, ou cinq rappels sont déjà partis à la main."))
        elif seat.remind_from > now:
            after = french.moment(seat.remind_from)
            held_back.append((seat, reference, f"un rappel est récent ; le prochain sera possible le {after}."))
        else:
            ready.append((seat, reference))
    words = await reminder_words(settings, ready[0][0].assignment, now) if ready else ("", "")
    return Preview(tuple(ready[:MANY]), tuple(held_back), *words, left=max(0, len(ready) - MANY))


def standing_of_seat(cell: Cell) -> str:
    """How the review of a seat stands."""
    return "Remise" if cell.seat.state == "done" else heat_words(cell)


FILTERS: dict[str, Callable[..., Any]] = {
    "since": since,
    "next_words": next_words,
    "seat_words": seat_words,
    "heat_class": heat_class,
    "board_figures": board_figures,
    "expert_names": expert_names,
    "chart": chart,
    "severity_words": severity_words,
    "whom_name": WHOM.__getitem__,
    "pace_badge": PACES.__getitem__,
    "then_words": then_words,
    "lasting": lasting,
    "heat_words": heat_words,
}
