"""What was drawn once of the same content is not drawn again: the answers of a proposal, which several people read
several times while nothing of them changes; a criterion of a grid, of which little differs from one review to the next.
"""

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping

import msgspec
from markupsafe import Markup, escape

MOST, LARGEST = 200, 100_000  # pieces kept by one process, characters of one
MOST_FRAMES = 1000
# Where a hole is in what was drawn: nobody outside this process can write it.
_HOLE = f"\x1a{secrets.token_hex(8)}:{{}}\x1a"
_HOLES = re.compile(_HOLE.format(r"(\d+)"))

_drawn: OrderedDict[tuple[int, bytes], tuple[object, Markup]] = OrderedDict()
_frames: OrderedDict[tuple[object, ...], tuple[object, list[str]]] = OrderedDict()


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


def filled(
    kept: object, name: str, holes: Mapping[str, str], caller: Callable[[Mapping[str, str]], Markup], *, anew: object
) -> Markup:
    """The block of a template that rests on `kept` (as in `once`) and `name` alone, but for its holes: what stands in
    each is given by name, and reaches the block as its argument. `anew`: it rests on more this time.

    The block may put a hole anywhere, and several times, but must not look at what is in it."""
    if anew:
        return caller(holes)
    key, names = (id(kept), name, *holes), list(holes)
    if key in _frames:
        _frames.move_to_end(key)
    else:
        html = caller({hole: Markup(_HOLE.format(number)) for number, hole in enumerate(names)})  # noqa: S704  ours
        _frames[key] = kept, _HOLES.split(html)
        if len(_frames) > MOST_FRAMES:
            _frames.popitem(last=False)
    pieces = _frames[key][1].copy()
    pieces[1::2] = [escape(holes[names[int(number)]]) for number in pieces[1::2]]
    return Markup("".join(pieces))  # noqa: S704  drawn by the template, or escaped here
