"""A grid as pages draw it: scales to pick from or to type in, scores as they are written, what the script counts."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

import forms
from forms import Criterion, FieldError, Grid
from forms.scales import FEW_STEPS, Numbers
from forms.telling import rules_words, scale_words
from forms.telling.french import listed
from service.domain.reliability import RELIABLE, TENTATIVE
from service.domain.reviewing import (
    CONFIDENCE,
    GENERAL,
    RECOMMENDATION,
    ReviewContent,
    ReviewPart,
    parts_of,
    with_parts,
)
from service.pages import french
from service.pages.inputs import Inputs
from service.problems import Invalid
from service.views.walks import Earlier

ABSTAIN = "abstention"
# What static/grid.js reads too: digits of ours, one comma or point.
_NUMBER = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,6})?")


def plain(value: float) -> str:
    """A value as an input carries it: « 3.5 »."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def way(criterion: Criterion) -> str:
    """How a criterion is scored on the page: "levels" with their definitions, a row of "marks", or a "number" typed."""
    if not isinstance(criterion.scale, Numbers):
        return "levels"
    return "marks" if len(criterion.choices) <= FEW_STEPS else "number"


def shown(criterion: Criterion, sent: Inputs) -> str:
    """What the input of a criterion shows: a typed number with a comma, whatever else as it was sent."""
    said = sent.one(f"scores/{criterion.id}")
    return said.replace(".", ",") if way(criterion) == "number" else said


def mark(value: float | None, criterion: Criterion) -> str:
    """A score as its scale writes it, « 3,5 », « A », « Oui »; a mean between two marks as a number."""
    if value is None:
        return "–"
    choice = criterion.choice(value)
    return choice.mark if choice else french.number(round(value, 2))


def marked(value: float | None, criterion: Criterion) -> str:
    """The same, with the number of points beside a letter: « A (3 points) »."""
    text = mark(value, criterion)
    if value is None or isinstance(criterion.scale, Numbers) or criterion.scale is None:
        return text
    points = french.number(value) + french.NBSP + ("point" if abs(value) < 2 else "points")
    return f"{text} ({points})"


def far_apart(spread: float, criterion: Criterion | None) -> bool:
    """Whether experts disagree enough to be told: by two fifths of the scale, so two points out of five."""
    return 5 * spread >= 2 * (criterion.highest - criterion.lowest) if criterion else spread >= 2


def total_name(grid: Grid) -> str:
    """What the total is called."""
    return "Total des notes" if grid.total == "sum" else "Total pondéré"


def counted(grid: Grid) -> str:
    """What the script needs to count the total as we do, as JSON: numbers as texts, so that sums stay exact."""
    told: dict[str, Any] = {
        "total": grid.total,
        "highest": french.number(grid.highest),
        "general": grid.general_comment,
        "criteria": {
            one.id: {
                "weight": plain(one.weight),
                **{
                    name: plain(value)
                    for name, value in (("below", one.comment_below), ("above", one.comment_above))
                    if value is not None
                },
                "abstain": one.may_abstain,
                **(
                    {name: plain(getattr(one.scale, name)) for name in ("lowest", "highest", "step")}
                    if isinstance(one.scale, Numbers)
                    else {}
                ),
            }
            for one in grid.criteria
        },
    }
    return msgspec.json.encode(told).decode()


def total_shown(grid: Grid, sent: Inputs) -> str:
    """The total of what is picked and typed, « 3,45 »; a dash while there is none."""
    total = forms.weighted_total(grid, _given(grid, sent))
    return "–" if total is None else french.number(total, 2)


def scored(grid: Grid, sent: Inputs) -> int:
    """How many criteria are scored, or left out on purpose."""
    return len(_given(grid, sent)) + sum(sent.one(f"scores/{one.id}") == ABSTAIN for one in grid.criteria)


def _given(grid: Grid, sent: Inputs) -> dict[str, int | float | None]:
    found = {one.id: _number(sent.one(f"scores/{one.id}")) for one in grid.criteria}
    return {
        one.id: found[one.id]
        for one in grid.criteria
        if found[one.id] is not None and one.choice(found[one.id]) is not None
    }


def part_of(grid: Grid, name: str, sent: Inputs) -> ReviewPart:
    """One part of the review that a form makes. Raises Invalid where a score was typed that is no number."""
    if name in (RECOMMENDATION, CONFIDENCE):
        return ReviewPart(choice=sent.one(name.removeprefix("@"))[:60])
    key = "" if name == GENERAL else name
    comment, confidential = (
        sent.one(f"{part}/{key}").replace("\r\n", "\n").strip() for part in ("comments", "confidential")
    )
    criterion = grid.criterion(key)
    return ReviewPart(_score(criterion, sent) if criterion else UNSET, comment, confidential)


def _score(criterion: Criterion, sent: Inputs) -> int | float | UnsetType | None:
    said = sent.one(f"scores/{criterion.id}")
    found = _number(said)
    if found is not None:
        return found
    if said == ABSTAIN and criterion.may_abstain:
        return None
    if said.strip() and way(criterion) == "number":
        fr = f"Indiquez une note en chiffres, {scale_words(criterion)}."
        error = FieldError(f"scores/{criterion.id}", "not_a_number", fr, "Give a score in digits.")
        raise Invalid([error], "Une note n’a pas pu être lue : rien n’a été enregistré.")
    return UNSET


def content_of(grid: Grid, sent: Inputs) -> ReviewContent:
    """The review that a form makes. Raises Invalid where a score was typed that is no number."""
    made, errors = ReviewContent(), []
    for name in dict.fromkeys((*parts_of(grid), RECOMMENDATION, CONFIDENCE)):
        try:
            made = with_parts(made, {name: part_of(grid, name, sent)})
        except Invalid as wrong:
            errors += wrong.errors
    if errors:
        raise Invalid(errors, "Une note n’a pas pu être lue : rien n’a été enregistré.")
    return made


def part_told(grid: Grid, name: str, part: ReviewPart) -> str:
    """A part in words: what a clash shows of both sides."""
    if part.choice:
        return stance_name(part.choice, grid, name.removeprefix("@"))
    criterion, told = grid.criterion(name), []
    if criterion is not None:
        score = part.score
        told.append(
            "Sans note" if score is UNSET else "Ne se prononce pas" if score is None else mark(score, criterion)
        )
    told += [text for text in (part.comment, part.confidential) if text]
    return " – ".join(told) or "Rien"


def _number(said: str) -> int | float | None:
    bare = said.strip(" ")
    if not _NUMBER.fullmatch(bare):
        return None
    value = Decimal(bare.replace(",", "."))
    return int(value) if value == value.to_integral_value() else float(value)


def inputs_of(content: ReviewContent, more: Iterable[tuple[str, str]] = ()) -> Inputs:
    """The inputs that show a stored review, and more of the same form."""
    pairs = [(f"scores/{key}", ABSTAIN if score is None else plain(score)) for key, score in content.scores.items()]
    pairs += [(f"comments/{key}", text) for key, text in content.comments.items()]
    pairs += [(f"confidential/{key}", text) for key, text in content.confidential.items()]
    return Inputs([*pairs, ("confidence", content.confidence), ("recommendation", content.recommendation), *more])


def comment_rule(criterion: Criterion) -> str:
    """When a comment has to say why, in one line; "" where it never has to."""
    cases = []
    for bound, end, beyond in (
        (criterion.comment_below, criterion.lowest, "et moins"),
        (criterion.comment_above, criterion.highest, "et plus"),
    ):
        if bound is not None:
            cases.append(f"pour {marked(bound, criterion)}" + (f" {beyond}" if bound != end else ""))
    cases += ["si vous ne vous prononcez pas"] if criterion.may_abstain else []
    return f"Obligatoire {listed(cases)}." if cases else ""


def times(earlier: Mapping[str, Earlier], criterion: Criterion) -> list[tuple[str, int]]:
    """How often one gave which value elsewhere, as inputs carry it."""
    known = earlier.get(criterion.id)
    return [(plain(float(value)), count) for value, count in known.values.items()] if known else []


def holes(criterion: Criterion, sent: Inputs) -> dict[str, str]:
    """What differs in a criterion from one review to the next, and whatever a review may still put there."""
    values = [*(plain(one.value) for one in criterion.choices), ABSTAIN]
    chosen = sent.one(f"scores/{criterion.id}")
    return {
        "typed": shown(criterion, sent),
        "comment": sent.one(f"comments/{criterion.id}"),
        "confidential": sent.one(f"confidential/{criterion.id}"),
        **{f"picked {value}": " checked" if value == chosen else "" for value in values},
        **{f"times {value}": "" for value in values},
    }


def stance_name(chosen: str, grid: Grid, of: Any) -> str:
    """A confidence, or a recommendation, in words; "" for none."""
    found = grid.stance(of, chosen)
    return found.name.fr if found else ""


def agreement_words(found: float) -> str:
    """What an alpha allows, by Krippendorff's own limits."""
    if found >= RELIABLE:
        return "accord fiable"
    if found >= TENTATIVE:
        return "accord moyen, à interpréter avec prudence"
    return "accord faible" if found > 0 else "pas plus d’accord que par hasard"


FILTERS: dict[str, Callable[..., Any]] = {
    "plain": plain,
    "rules_words": rules_words,
    "mark": mark,
    "marked": marked,
    "scale_words": scale_words,
    "way": way,
    "holes": holes,
    "total_name": total_name,
    "counted": counted,
    "total_shown": total_shown,
    "stance_name": stance_name,
    "agreement_words": agreement_words,
    "comment_rule": comment_rule,
    "times": times,
}
