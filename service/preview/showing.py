"""What every page of a preview stands on: the folder under study, and the banner above the service's own templates."""

from typing import Any
from uuid import UUID

from litestar import Response

from forms import Edition
from service import clock
from service.domain.actor import Actor
from service.doors.people import AnyRequest
from service.pages.faults import Said
from service.pages.french import typography
from service.pages.render import MenuEntry, Page, page
from service.preview.study import PROPOSAL, REVIEW, Study, proposal_view
from service.views.proposals import ProposalView

Answer = Response[Any]
FORM = f"/candidatures/{PROPOSAL}"
GRID = f"/evaluations/{REVIEW}"
SOMEBODY = Actor(account=UUID(int=6), name="Candidat d’exemple")
NOTICES = {
    "depose": "La candidature serait déposée : rien n’y manque. Elle entrerait dans la première étape ci-dessous.",
    "remise": "L’évaluation serait remise : rien n’y manque.",
    "section": "Rien n’est à corriger dans cette section.",
    "fichier": "Un fichier d’exemple tient lieu de pièce jointe.",
}


def study_of(request: AnyRequest) -> Study:
    """The folder under study."""
    found: Study = request.app.state.study
    return found


def show(request: AnyRequest, template: str, context: dict[str, Any], **more: Any) -> Page:
    """A page of the service, under the banner of the preview."""
    path, slug = request.url.path, context.get("slug", "")
    entries = (
        ("Page de l’appel", f"/appels/{slug}" if slug else "/", path == f"/appels/{slug}"),
        ("Formulaire", FORM, path == FORM),
        ("Grille", GRID, path == GRID),
        ("Étapes", "/etapes", path == "/etapes"),
        ("Textes", "/textes", path == "/textes"),
    )
    said = NOTICES.get(request.query_params.get("apercu", ""))
    own = {"preview": True, "actor": SOMEBODY, "menu": tuple(MenuEntry(*entry) for entry in entries), **context}
    return page(request, template, own, said=Said("success", typography(said)) if said else None, **more)


def draft(request: AnyRequest, edition: Edition) -> ProposalView:
    """What is tried out."""
    study = study_of(request)
    return proposal_view(edition, study.answers, study.files, clock.now())
