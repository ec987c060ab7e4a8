"""What a form asks for as money."""

from forms import kinds
from forms.form import Form

NBSP = "\u00a0"


def amounts_of(form: Form) -> tuple[tuple[str, str], ...]:
    """The questions whose answers are money, and the columns of tables that are."""
    found: list[tuple[str, str]] = []
    for section in form.sections:
        for field in section.fields:
            if isinstance(field, kinds.Money):
                found.append((field.id, field.label.fr))
            elif isinstance(field, kinds.Table):
                money = [one for one in field.columns if isinstance(one, kinds.Money)]
                found += [(f"{field.id}/{one.id}", f"{field.label.fr}{NBSP}: {one.label.fr}") for one in money]
    return tuple(found)
