"""What a page says of errors and of acts that succeeded."""

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One line of the summary of errors. `anchor`: id of the input; `address`: of its page, "" for this one; `blank`:
    nothing is wrong but that the answer is not there yet."""

    text: str
    label: str = ""
    anchor: str = ""
    address: str = ""
    blank: bool = False


class Said(msgspec.Struct, frozen=True):
    """The sentence at the top of the page that follows an act. `kind`: success, info, warning or error."""

    kind: str
    text: str
