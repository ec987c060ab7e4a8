"""What was drawn once of the same content is not drawn again: the answers of a proposal, which several people read
several times while nothing of them changes."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from markupsafe import Markup

MOST, LARGEST = 200, 100_000  # pieces kept by one process, characters of one

_drawn: OrderedDict[tuple[int, bytes], tuple[object, Markup]] = OrderedDict()


def once(kept: object, *of: object, caller: Callable[[], Markup]) -> Markup:
    """The block of a template, whose text rests on these values alone. `kept`: what lives as long as this process and
    is known by its identity (a form); the others are compared by their content, so nobody is given what was drawn of
    anything else than what they may read."""
    key = id(kept), hashlib.sha256(msgspec.json.encode(of)).digest()
    if key in _drawn:
        _drawn.move_to_end(key)
        return _drawn[key][1]
    html = caller()
    if len(html) <= LARGEST:
        _drawn[key] = kept, html
        if len(_drawn) > MOST:
            _drawn.popitem(last=False)
    return html
