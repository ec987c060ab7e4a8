"""What the public pages of a call say, for programs: its edition in words, beside the data of `/api/calls/{slug}`."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

import forms
from forms.telling import BlankForm, Collected, Step, blank_form, collected, rules_words, scale_words, steps
from service.api.answering import answer
from service.api.routes import tell
from service.doors.caching import kept
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.problems import NotFound
from service.views import calls

CALLS = "Calls"
Kept = Response[Any]


class Steps(msgspec.Struct, frozen=True):
    """The process as an applicant meets it."""

    items: tuple[Step, ...]


class CriterionTold(msgspec.Struct, frozen=True):
    """One criterion: `scale` in words; `choices`: every value with what it means; `threshold`: the least mean score."""

    id: str
    name: forms.Text
    question: forms.Text
    weight: int | float
    scale: str
    threshold: int | float | None
    choices: tuple[forms.Choice, ...]


class ReviewTold(msgspec.Struct, frozen=True):
    """What one review stage scores. `total`: mean or sum; `threshold`: the least total out of `highest`."""

    stage: str
    name: forms.Text
    seats: int
    minimum: int
    total: str
    threshold: int | float | None
    highest: int | float
    criteria: tuple[CriterionTold, ...]


class Criteria(msgspec.Struct, frozen=True):
    """What is verified first, then what is scored."""

    checklist: forms.Checklist
    reviews: tuple[ReviewTold, ...]


class RulesTold(msgspec.Struct, frozen=True):
    """The committee's rules of procedure, a French sentence each."""

    sentences: tuple[str, ...]


class DataTold(msgspec.Struct, frozen=True):
    """What is done with personal data: the edition's texts, then every field."""

    texts: forms.PersonalData
    service: forms.Service
    fields: tuple[Collected, ...]


async def _kept(request: AnyRequest, slug: str, tell_of: Callable[[forms.Edition], msgspec.Struct]) -> Kept:
    found = await calls.call(actor_of(request), slug)
    return kept(request, lambda: answer(tell_of(found.content)), found.edition)


@get(
    "/api/calls/{slug:str}/steps",
    opt=tell(PUBLIC, "The steps of a call, as applicants meet them", CALLS, answer=Steps, problems=(404,)),
)
async def show_steps(request: AnyRequest, slug: FromPath[str]) -> Kept:
    """Names in two languages, sentences in French."""
    return await _kept(request, slug, lambda edition: Steps(steps(edition)))


@get(
    "/api/calls/{slug:str}/criteria",
    opt=tell(PUBLIC, "What is verified and scored, level by level", CALLS, answer=Criteria, problems=(404,)),
)
async def show_criteria(request: AnyRequest, slug: FromPath[str]) -> Kept:
    """One entry per review stage."""
    return await _kept(request, slug, _criteria)


def _criteria(edition: forms.Edition) -> Criteria:
    reviews = tuple(_review(edition, stage) for stage in edition.process.stages if stage.kind == "review")
    return Criteria(edition.eligibility, reviews)


def _review(edition: forms.Edition, stage: forms.Stage) -> ReviewTold:
    grid = edition.grid.at(stage.id)
    criteria = tuple(
        CriterionTold(one.id, one.name, one.question, one.weight, scale_words(one), one.threshold, one.choices)
        for one in grid.criteria
    )
    sizes = (stage.seats, stage.minimum)
    return ReviewTold(stage.id, stage.name, *sizes, grid.total, grid.threshold, grid.highest, criteria)


@get(
    "/api/calls/{slug:str}/form",
    opt=tell(PUBLIC, "The blank form, with conditions and limits in words", CALLS, answer=BlankForm, problems=(404,)),
)
async def show_form(request: AnyRequest, slug: FromPath[str]) -> Kept:
    """Conditions and limits in French; as data they are in the call itself."""
    return await _kept(request, slug, blank_form)


@get(
    "/api/calls/{slug:str}/rules",
    opt=tell(PUBLIC, "The committee's rules of procedure", CALLS, answer=RulesTold, problems=(404,)),
)
async def show_rules(request: AnyRequest, slug: FromPath[str]) -> Kept:
    """404 for a call without a committee."""
    return await _kept(request, slug, _rules)


def _rules(edition: forms.Edition) -> RulesTold:
    process = edition.process
    if not any(stage.kind == "committee" for stage in process.stages):
        raise NotFound("Cet appel n’a pas de comité.")
    return RulesTold(tuple(rules_words(process.committee)))


@get(
    "/api/calls/{slug:str}/personal-data",
    opt=tell(PUBLIC, "What is collected, what for, and who reads it", CALLS, answer=DataTold, problems=(404,)),
)
async def show_data(request: AnyRequest, slug: FromPath[str]) -> Kept:
    """Field by field."""
    return await _kept(request, slug, _data)


def _data(edition: forms.Edition) -> DataTold:
    about = edition.call
    return DataTold(about.personal_data, about.service, collected(edition))


routes = (show_steps, show_criteria, show_form, show_rules, show_data)
