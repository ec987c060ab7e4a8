"""A field that nobody types: worked out of other answers and of rows, in the page as one types and at submission."""

from typing import Any, Literal

from forms.base import Context, Field, FieldError
from forms.operands import Operand


class Computed(Field, frozen=True, kw_only=True, tag="computed"):
    """Value: a JSON number with at most `decimals` decimals, a half rounded away from zero; none while a part of it is
    missing. `shown_as`: how people read it; a percentage is in hundredths, 12.5 is 12,5 %. `unit`: what a plain number
    counts."""

    value: Operand
    decimals: int = 2
    shown_as: Literal["number", "money", "percentage"] = "number"
    unit: str = ""

    @property
    def answered(self) -> bool:
        return False

    @property
    def computed(self) -> bool:
        return True

    def accepts(self, value: Any, at: str) -> list[FieldError]:  # noqa: ARG002  whatever it is
        fr = "Cette valeur est calculée à partir des autres réponses : elle ne s’enregistre pas."
        return [FieldError(at, "computed", fr, "This value is computed from other answers: it cannot be saved.")]

    def faults(self, _value: Any, _at: str, _context: Context) -> list[FieldError]:
        return []

    def shape(self) -> dict[str, Any]:
        return {"type": "number", "readOnly": True}
