"""Pages of a call's transparency export on its committee: members, recusals, sittings, decisions. Pure."""

from collections.abc import Iterable, Sequence

from forms.telling.french import listed, plural
from reports import words
from reports.committee import BALLOTS, CAPACITIES, CHOICES, OPINIONS, Minutes, Vote, presence, quorum, result, runs
from reports.disclosed import Disclosure, Member, Sitting, minutes_path
from reports.public_page import Grid, Link, Page, Section, drawn


def committee_page(d: Disclosure) -> bytes:
    """Who sits, who took no part in what, and the sittings."""
    recusals = Grid(
        "Déports, séance par séance",
        ("Séance", "Point", "Candidature", "Membre"),
        tuple(
            (f"n°\u00a0{one.sitting}, {words.day(one.opened_at)}", str(one.number), one.reference, one.name)
            for one in d.recusals
        ),
    )
    sittings = tuple(
        Link(f"seances/{one.number}.html", f"Séance n°\u00a0{one.number}, {words.day(one.opened_at)}",
             "convocation, ordre du jour et procès-verbal" if one.minutes else "convocation et ordre du jour")
        for one in d.sittings
    )  # fmt: skip
    sections = (
        Section("Membres et personnes convoquées", grids=(_called("Membres et qualités", d.members),))
        if d.members
        else Section("Membres et personnes convoquées", ("Personne n’a encore été nommé au comité.",)),
        Section("Déports", grids=(recusals,))
        if d.recusals
        else Section("Déports", ("Aucun déport ne figure aux procès-verbaux approuvés, pour les décisions publiées.",)),
        Section("Séances", links=sittings)
        if sittings
        else Section("Séances", ("Aucune séance n’a encore été tenue.",)),
    )
    return drawn(d, Page("Comité, déports et séances", "Qui a délibéré, quand, et qui s’est retiré de quoi.", sections))


def _called(caption: str, members: Iterable[Member]) -> Grid:
    return Grid(caption, ("Nom", "Qualité"), tuple((one.name, CAPACITIES[one.capacity]) for one in members))


def sitting_page(d: Disclosure, sitting: Sitting) -> bytes:
    """Convocation, agenda and minutes of one."""
    urgent = ", en urgence" if sitting.urgent else ""
    again = ", à nouveau sur le même ordre du jour, sans condition de quorum" if sitting.second else ""
    convened = (
        f"Convoquée le {words.moment(sitting.convened_at)}{urgent}{again}.",
        f"Ouverte le {words.moment(sitting.opened_at)}, levée le {words.moment(sitting.closed_at)}.",
        *(("Commune à plusieurs appels : seuls les points de cet appel figurent ici.",) if sitting.shared else ()),
        f"Lieu : {sitting.place or 'à distance'}{' ou à distance' if sitting.video and sitting.place else ''}.",
    )
    agenda = Grid(
        "Candidatures à l’ordre du jour",
        ("Point", "Candidature"),
        tuple((str(one.number), _proposal(one.reference, one.title, one.organisation)) for one in sitting.agenda),
    )
    said = _minutes(sitting, sitting.minutes) if sitting.minutes else (
        Section("Procès-verbal", ("Le procès-verbal n’est pas encore approuvé.",)),
    )  # fmt: skip
    sections = (
        Section("Convocation", items=convened, grids=(_called("Personnes convoquées", sitting.called),)),
        Section("Ordre du jour", grids=(agenda,)),
        *said,
    )
    return drawn(
        d,
        Page(f"Séance n°\u00a0{sitting.number}", words.day(sitting.opened_at).capitalize(), sections, "../index.html"),
    )


def _proposal(reference: str, title: str, organisation: str) -> str:
    return " – ".join(part for part in (reference, title, organisation) if part)


def _minutes(sitting: Sitting, minutes: Minutes) -> tuple[Section, ...]:
    present = Grid(
        "Présences",
        ("Nom", "Qualité", "Présence"),
        tuple((one.name, CAPACITIES[one.capacity], presence(one)) for one in minutes.members),
    )
    points = Grid(
        "Avis rendus",
        ("Point", "Candidature", "Avis", "Scrutins", "Déports et désaccords"),
        tuple(
            (
                str(one.number),
                _proposal(one.reference, one.title, one.organisation),
                f"{OPINIONS[one.opinion] if one.opinion else 'Sans avis'}{f' ({one.outcome})' if one.outcome else ''}",
                ", ".join(f"n°\u00a0{vote}" for vote in one.votes) or "–",
                " ; ".join(_apart(one.away, [name for name, _ in one.dissent])) or "–",
            )
            for one in minutes.items
        ),
    )
    assert minutes.approved_at is not None  # noqa: S101  others are not told
    approved, by = words.moment(minutes.approved_at), minutes.approved_by or "la présidence"
    told = [
        f"Approuvé par {by} le {approved}.",
        f"Empreinte SHA-256 du procès-verbal complet, inscrite au journal : {words.grouped(minutes.digest)}.",
    ]
    if minutes.left_out:
        some = (
            "ne figurent pas ici : leur décision n’est"
            if minutes.left_out > 1
            else "ne figure pas ici : sa décision n’est"
        )
        told.append(f"{plural(minutes.left_out, 'point', 'points')} {some} pas publiée.")
    link = Link(minutes_path(sitting).removeprefix("seances/"), "Procès-verbal", "PDF")
    return (
        Section("Procès-verbal", tuple(told), links=(link,)),
        Section("Présences", grids=(present,)),
        Section("Avis", grids=(points,)) if minutes.items else Section("Avis", ("Aucun avis n’est publié.",)),
        *(Section(f"Scrutin n°\u00a0{vote.number} : {vote.question}", _vote(vote)) for vote in minutes.votes),
    )


def _apart(away: Sequence[str], dissent: Sequence[str]) -> list[str]:
    return [f"Déport : {', '.join(away)}"] * bool(away) + [f"Désaccord : {', '.join(dissent)}"] * bool(dissent)


def _vote(vote: Vote) -> tuple[str, ...]:
    on = "les points" if len(vote.points) > 1 else "le point"
    names = [f"{name} ({CHOICES[choice].lower()})" for name, choice in vote.ballots]
    given = f"{listed(names)}." if names else "Personne n’a voté."
    return (
        f"Scrutin {BALLOTS[vote.kind].lower()} sur {on} {runs(vote.points)} : {result(vote)}.",
        "Les voix ont été comptées sans les noms." if vote.kind == "secret" else given,
        *filter(None, [quorum(vote.members, vote.needed, vote.voices)]),
    )


def decisions_page(d: Disclosure) -> bytes:
    """Published decisions, with the reasons of what was retained."""
    grid = Grid(
        "Décisions publiées",
        ("Candidature", "Issue", "Publiée le", "Autorité"),
        tuple(
            (
                _proposal(one.reference, one.title, one.organisation),
                one.outcome if one.in_force else f"{one.outcome} (remplacée depuis)",
                words.day(one.published_at),
                one.capacity,
            )
            for one in d.decisions
        ),
    )
    if not d.decisions:
        sections: tuple[Section, ...] = (Section("Décisions", ("Aucune décision n’a encore été publiée.",)),)
    else:
        why = Grid(
            "Motifs des décisions sur les candidatures retenues",
            ("Candidature", "Motifs"),
            tuple(
                (_proposal(one.reference, one.title, one.organisation), one.reasons)
                for one in d.decisions
                if one.reasons
            ),
        )
        sections = (Section("Décisions", grids=(grid,)), *([Section("Motifs", grids=(why,))] if why.rows else ()))
    lead = "Ce qui a été décidé. Les candidatures non retenues n’y sont que par leur référence."
    return drawn(d, Page("Décisions publiées", lead, sections))
