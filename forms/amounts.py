"""What a form asks for as money, and its committee may count."""

from forms import kinds
from forms.base import Field
from forms.form import Form

NBSP = "\u00a0"


def amounts_of(form: Form) -> tuple[tuple[str, str], ...]:
    """The questions whose answers are money, and the columns of tables that are; none that officers alone read."""
    found: list[tuple[str, str]] = []
    for section in form.sections:
        for field in section.fields:
            if not countable(field):
                continue
            if isinstance(field, kinds.Money):
                found.append((field.id, field.label.fr))
            elif isinstance(field, kinds.Table):
                money = [one for one in field.columns if isinstance(one, kinds.Money)]
                found += [(f"{field.id}/{one.id}", f"{field.label.fr}{NBSP}: {one.label.fr}") for one in money]
    return tuple(found)


def countable(field: Field) -> bool:
    """Whether sums and rankings, which the committee reads, may rest on the answer."""
    return field.audience != "officers"
