"""Templates to answers: one environment, French typography, what every page shows around its content."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from litestar import MediaType, Response
from litestar.response import Redirect

from service import clock
from service.domain.actor import Actor, Role
from service.doors.people import AnyRequest, actor_of
from service.pages import boarding, drawn, fields, french, grids, mails, meeting, piloting, reading, wording
from service.pages.door import fresh_key
from service.pages.faults import Fault, Said
from service.pages.static import address as static_address

TEMPLATES = Path(__file__).parent / "templates"
PRIVATE = {"Cache-Control": "no-store"}
Page = Response[str]


class Typography(Extension):
    """Puts the no-break spaces of French into templates when they are compiled: text between tags, and sentences that
    are handed to macros. Tags are left alone."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        in_tag = False
        for token in stream:
            if token.type == "string":
                yield Token(token.lineno, "string", french.typography(token.value))
            elif token.type == "data":
                text, in_tag = _outside_tags(token.value, in_tag=in_tag)
                yield Token(token.lineno, "data", text)
            else:
                yield token


def _outside_tags(html: str, *, in_tag: bool) -> tuple[str, bool]:
    """The same HTML with French spaces in its text; and whether it ends inside a tag."""
    parts = re.split(r"([<>])", html)
    made = []
    for part in parts:
        if part in ("<", ">"):
            in_tag = part == "<"
        made.append(part if in_tag or part in ("<", ">") else french.typography(part))
    return "".join(made), in_tag


class MenuEntry(msgspec.Struct, frozen=True):
    """One entry of the main menu; `here`: the page is in its part of the site."""

    label: str
    address: str
    here: bool


@functools.cache
def environment() -> Environment:
    """The only environment. What is undefined is an error, never an empty string."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # no look at each file of a page for each page: they change with the code
        extensions=[Typography, "jinja2.ext.do"],
    )
    made.globals["static"] = static_address
    made.globals["once"] = drawn.once
    made.globals["left"] = french.left
    made.globals["remaining"] = french.remaining
    made.globals["plural"] = french.plural
    made.globals["role_options"] = [(role.value, name) for role, name in wording.ROLES.items()]
    made.filters |= {
        "day": french.day,
        "moment": french.moment,
        "deadline": french.deadline,
        "hour": french.hour,
        "short_day": french.short_day,
        "number": french.number,
        "filesize": french.size,
        "duration": french.duration,
        "paragraphs": reading.paragraphs,
        "typo": french.typography,
        **fields.FILTERS,
        **grids.FILTERS,
        **reading.FILTERS,
        **wording.FILTERS,
        **boarding.FILTERS,
        **mails.FILTERS,
        **meeting.FILTERS,
        **piloting.FILTERS,
    }
    made.tests["address"] = reading.is_address
    made.tests["far_apart"] = grids.far_apart
    made.tests["fitted"] = reading.is_fitted
    made.globals["ui"] = made.get_template("dsfr/components.html").module
    made.globals["ask"] = made.get_template("dsfr/inputs.html").module
    return made


def menu(actor: Actor, path: str) -> tuple[MenuEntry, ...]:
    """Where a person may want to go. Each place checks rights itself: this is a sign-post, not a lock."""
    wanted = [("Appels à candidatures", "/", path == "/" or path.startswith("/appels"))]
    wanted.append(("Catalogue", "/catalogue", path.startswith("/catalogue")))
    if actor.account is not None:
        wanted.append(("Mes candidatures", "/candidatures", path.startswith("/candidatures")))
        if actor.calls(Role.EXPERT):
            wanted.append(("Mes évaluations", "/evaluations", path.startswith(("/evaluations", "/profil"))))
        if actor.calls(Role.OFFICER) or actor.has(Role.AUDITOR):
            wanted.append(("Instruction", "/gestion", path.startswith("/gestion")))
        if actor.calls(Role.COMMITTEE, Role.CHAIR, Role.OFFICER) or actor.has(Role.AUDITOR):
            wanted.append(("Comité", "/comite", path.startswith("/comite")))
        if actor.has(Role.ADMIN):
            wanted.append(("Comptes", "/comptes", path.startswith("/comptes")))
    return tuple(MenuEntry(*entry) for entry in wanted)


def own_place(actor: Actor) -> str:
    """Where a person's work waits: the page that signing in leads to, unless they asked for another."""
    places = (
        (bool(actor.calls(Role.OFFICER)), "/gestion"),
        (bool(actor.calls(Role.COMMITTEE, Role.CHAIR)), "/comite"),
        (bool(actor.calls(Role.EXPERT)), "/evaluations"),
        (actor.has(Role.ADMIN), "/comptes"),
        (actor.has(Role.AUDITOR), "/gestion"),
    )
    return next((address for here, address in places if here), "/candidatures")


def said_of(request: AnyRequest) -> Said | None:
    """The sentence of the act that led here, which the address names."""
    return SAID.get(request.query_params.get("fait", ""))


def page(
    request: AnyRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    errors: Sequence[Fault] = (),
    said: Said | None = None,
    headers: Mapping[str, str] | None = None,
) -> Page:
    """One HTML page. `errors` begin it and mark its title; `said` is the sentence that follows an act."""
    actor = actor_of(request)
    html = (
        environment()
        .get_template(template)
        .render(
            {
                "actor": actor,
                # An address that leads nowhere is answered before anybody is asked who they are.
                "asked_who": "user" in request.scope,
                "path": request.url.path,
                "menu": menu(actor, request.url.path),
                "now": clock.now(),
                "key": fresh_key(actor),
                "errors": errors,
                "said": said or said_of(request),
                **(context or {}),
            }
        )
    )
    return Response(html, media_type=MediaType.HTML, status_code=status, headers={**PRIVATE, **(headers or {})})


def see(address: str, done: str = "") -> Redirect:
    """Go there after an act that succeeded (303); `done` names the sentence that the page will say."""
    if done:
        path, _, anchor = address.partition("#")
        address = f"{path}{'&' if '?' in path else '?'}fait={done}{'#' + anchor if anchor else ''}"
    return Redirect(address, status_code=303)


SAID = {
    name: Said(kind, french.typography(text))
    for name, kind, text in (
        ("enregistre", "success", "Vos réponses sont enregistrées."),
        ("equipe", "success", "L’équipe est enregistrée."),
        ("profil", "success", "Le profil est enregistré."),
        ("preferences", "success", "Vos préférences sont enregistrées."),
        ("choix-fixe", "success", "L’évaluateur est fixé pour cette candidature. Recalculez pour en tenir compte."),
        ("choix-ecarte", "success", "L’évaluateur est écarté de cette candidature. Recalculez pour en tenir compte."),
        ("choix-libre", "success", "Le choix est laissé à la répartition. Recalculez pour en tenir compte."),
        ("confie", "success", "L’évaluation est confiée. La personne de votre équipe est invitée par courriel."),
        ("suggestion", "success", "La personne est invitée par courriel, et figure sur la liste."),
        ("limite", "success", "La limite est enregistrée. Les candidatures déjà confiées le restent."),
        ("equipe-dissoute", "success", "L’équipe est dissoute. Les candidatures qu’elle a reçues lui restent."),
        ("piece", "success", "Le fichier est joint à votre candidature."),
        ("piece-remplacee", "success", "Le nouveau fichier a pris la place de l’ancien."),
        ("piece-retiree", "success", "Le fichier est retiré. Vous pouvez le rétablir pendant 30 jours."),
        ("piece-retablie", "success", "Le fichier est de nouveau joint à votre candidature."),
        ("pieces-ordre", "success", "L’ordre des fichiers est enregistré."),
        ("depose", "success", "Votre candidature est déposée. Un accusé de réception vous a été envoyé par courriel."),
        ("retire", "success", "Votre candidature est retirée."),
        ("retrait-annule", "success", "Le retrait est annulé. L’examen de votre candidature reprend où il en était."),
        ("modifiable", "info", "Vous pouvez modifier vos réponses. Déposez à nouveau pour qu’elles comptent."),
        ("abandonne", "success", "Vos modifications sont abandonnées : tout est comme dans la version déposée."),
        ("supprime", "success", "Le brouillon est supprimé. Vous pouvez le rétablir pendant quatorze jours."),
        ("retabli", "success", "Le brouillon est rétabli."),
        ("invite-partage", "success", "L’invitation est partie. Le lien qu’elle contient est valable 24 heures."),
        ("niveau", "success", "Le niveau est changé. La personne en est informée par courriel."),
        ("participant-retire", "success", "Cette personne n’a plus accès à la candidature. Ce qu’elle a écrit reste."),
        ("transfert-propose", "success", "Le transfert est proposé. Il prendra effet si la personne l’accepte."),
        ("invitation-annulee", "success", "L’invitation est annulée : son lien ne sert plus à rien."),
        ("quitte", "success", "Vous avez quitté la candidature. Ce que vous y avez écrit reste."),
        ("partage-decline", "success", "Votre refus est enregistré. Merci d’avoir répondu."),
        ("rejoint", "success", "Vous participez maintenant à cette candidature."),
        ("porteur", "success", "Vous portez maintenant cette candidature."),
        ("message", "success", "Votre message est envoyé."),
        ("question", "success", "Votre question est envoyée. Le délai est suspendu jusqu’à la réponse."),
        ("question-close", "success", "La question est close. Le délai de l’étape reprend."),
        ("piece-jointe", "success", "Le fichier est prêt : il partira avec votre message."),
        ("demande", "success", "Votre question est envoyée. La réponse vous parviendra par courriel."),
        ("reponse-gardee", "success", "La réponse est enregistrée. Elle n’est pas publiée."),
        ("reponse-publiee", "success", "La réponse est publiée. La personne qui a posé la question est prévenue."),
        ("question-ecartee", "success", "La question est écartée. La personne qui l’a posée est prévenue."),
        ("prolonge", "success", "Le délai est prolongé. Les personnes concernées sont prévenues par courriel."),
        ("etape-passee", "success", "L’étape est passée. Le motif figure au dossier."),
        ("etape-reprise", "success", "La candidature est revenue à l’étape choisie. Le motif figure au dossier."),
        ("rouverte", "success", "La candidature est rouverte. Le candidat en est informé par courriel."),
        ("arretee", "success", "L’examen est arrêté. Le candidat reçoit une lettre qui donne le motif."),
        ("etape-prolongee", "success", "Le délai est prolongé. Le motif figure au dossier."),
        ("evaluateur-prolonge", "success", "L’évaluateur a plus de temps. Il en est informé par courriel."),
        ("reaffectee", "success", "L’affectation est changée. Les personnes concernées sont prévenues par courriel."),
        ("accepte", "success", "Merci ! Vous pouvez commencer l’évaluation."),
        ("acceptees", "success", "Merci ! Les invitations sélectionnées sont acceptées."),
        ("acceptees-aucune", "info", "Aucune invitation n’était sélectionnée."),
        ("acceptees-en-partie", "warning", "Une partie est acceptée ; les autres n’attendent plus de réponse."),
        ("acceptees-refusees", "warning", "Ces invitations n’attendent plus de réponse."),
        ("decline", "success", "Votre refus est enregistré. Merci d’avoir répondu."),
        ("conflit-confirme", "success", "Le conflit est retenu : la personne ne peut pas évaluer cette candidature."),
        ("conflit-ecarte", "success", "Le constat est écarté : il ne fait plus obstacle."),
        ("conflit-retabli", "success", "Le constat est rétabli : il fait de nouveau obstacle."),
        ("lien-declare", "success", "Votre lien d’intérêts est enregistré."),
        ("lien-termine", "success", "Il est mis fin à ce lien d’intérêts."),
        ("conflit", "success", "Votre déclaration est enregistrée : vous n’avez plus accès à cette candidature."),
        ("evaluation", "success", "L’évaluation est enregistrée comme brouillon."),
        ("evaluation-suivante", "success", "L’évaluation est remise. Voici la suivante."),
        ("evaluation-remise", "success", "L’évaluation est remise. Vous pouvez la modifier tant que l’étape dure."),
        ("evaluation-maintenue", "success", "Votre évaluation est maintenue telle quelle."),
        ("eligibilite", "success", "Le résultat de la vérification est enregistré."),
        ("experts", "success", "Les évaluateurs sont ajoutés ; ils seront invités dans cet ordre."),
        ("courriel-renvoye", "success", "Le courriel repart."),
        ("courriels-choisis", "success", "Votre choix est enregistré."),
        ("rappel", "success", "Le rappel part dans quelques minutes."),
        ("rappels", "success", "Les rappels partent dans quelques minutes."),
        (
            "rappels-en-partie",
            "info",
            "Les rappels partent dans quelques minutes, sauf ceux qu’un rappel récent rend inutiles.",
        ),
        ("rappels-aucun", "warning", "Aucun rappel n’est parti : plus rien n’est attendu, ou un rappel est récent."),
        ("invite", "success", "L’invitation est partie. Le lien qu’elle contient est valable 24 heures."),
        ("synthese", "success", "La synthèse est enregistrée comme brouillon."),
        ("synthese-remise", "success", "La synthèse est transmise au comité."),
        ("role-donne", "success", "Le rôle est donné."),
        ("role-retire", "success", "Le rôle est retiré."),
        ("compte-ferme", "success", "Le compte est fermé. Ses sessions et ses jetons ne donnent plus accès à rien."),
        ("decision", "success", "La décision est enregistrée. Elle reste confidentielle jusqu’à sa publication."),
        (
            "decisions",
            "success",
            "Les décisions sont enregistrées. Elles restent confidentielles jusqu’à leur publication.",
        ),
        (
            "decisions-en-partie",
            "warning",
            "Les décisions sont enregistrées, sauf celles qui restent à prendre ou sont laissées de côté, ci-dessous.",
        ),
        ("decisions-aucune", "info", "Aucune décision n’était à prendre : rien n’est changé."),
        ("lettres-relues", "success", "Ces lettres sont marquées comme relues."),
        ("rectification", "success", "La décision rectificative est enregistrée. Elle prendra effet à sa publication."),
        ("rectification-abandonnee", "info", "La rectification est abandonnée : la décision en vigueur le reste."),
        ("seance", "success", "La séance est enregistrée."),
        ("ordre-du-jour", "success", "L’ordre du jour est enregistré."),
        (
            "ordre-du-jour-retire",
            "warning",
            "L’ordre du jour est enregistré, sans les candidatures qui n’attendent plus le comité.",
        ),
        ("convoquee", "success", "La séance est convoquée. Chaque membre reçoit sa convocation par courriel."),
        ("seance-annulee", "success", "La séance est annulée. Ses membres en sont informés s’ils étaient convoqués."),
        ("vote", "success", "Votre vote est enregistré."),
        ("a-part", "success", "Cette candidature sera examinée seule."),
        ("presences", "success", "Les présences sont enregistrées."),
        ("notes", "success", "Les notes sont enregistrées."),
        ("commencee", "success", "La séance est ouverte."),
        ("terminee", "success", "La séance est levée. Le procès-verbal est prêt à être relu."),
        ("pv-approuve", "success", "Le procès-verbal est approuvé."),
        ("desaccord", "success", "Le procès-verbal fait mention de votre désaccord."),
        ("pilote", "success", "Le pilote est enregistré."),
        ("jalon", "success", "Le jalon est enregistré."),
        ("mesure", "success", "La mesure est enregistrée."),
        ("revue", "success", "La conclusion de la revue est enregistrée. Le candidat en est informé par courriel."),
        ("resultat", "success", "Le résultat du pilote est enregistré."),
        ("deport", "success", "Votre déport est enregistré : vous ne prenez pas part à l’examen de cette candidature."),
        ("publie", "success", "Les décisions sont publiées. Les candidats reçoivent leur lettre."),
        ("deconnecte", "info", "Vous êtes déconnecté."),
        ("connecte", "success", "Vous êtes connecté."),
        ("confirme", "success", "Votre adresse est confirmée. Vous pouvez vous connecter."),
        ("mot-de-passe", "success", "Votre mot de passe est changé."),
        ("partout", "info", "Toutes vos sessions sont fermées. Connectez-vous à nouveau."),
        ("jeton-retire", "success", "Le jeton ne donne plus accès à l’API."),
    )
}
