"""A piece of a page is drawn again for any other content, and for none that is the same."""

import pytest
from markupsafe import Markup

from service.pages import drawn

FORM, OTHER = object(), object()


@pytest.mark.parametrize(
    ("form", "content", "again"),
    [
        (FORM, ({"a": 1}, 3, ()), False),
        (FORM, ({"a": 1}, 3, ["b"]), True),
        (FORM, ({"a": 2}, 3, ()), True),
        (OTHER, ({"a": 1}, 3, ()), True),
    ],
)
def test_the_same_is_drawn_once(
    monkeypatch: pytest.MonkeyPatch, form: object, content: tuple[object, ...], *, again: bool
) -> None:
    monkeypatch.setattr(drawn, "_drawn", type(drawn._drawn)())
    assert drawn.once(FORM, {"a": 1}, 3, (), caller=lambda: Markup("first")) == "first"
    assert drawn.once(form, *content, caller=lambda: Markup("second")) == ("second" if again else "first")


def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "_drawn", type(drawn._drawn)())
    long = Markup("x") * (drawn.LARGEST + 1)
    assert drawn.once(FORM, "long", caller=lambda: long) == long
    for number in range(2 * drawn.MOST):
        drawn.once(FORM, number, caller=lambda: Markup("short"))
    assert len(drawn._drawn) == drawn.MOST
    assert drawn.once(FORM, "long", caller=lambda: Markup("anew")) == "anew"
