"""Files of ours made one: the pages of each, with their tags, bookmarks, named places and enclosed files.

They are read one after the other and written as they are read, so memory holds one of them, however many there are.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

import pikepdf

from reports.overlay import MM, forms, small
from reports.syntax import Writer, array_of, dictionary, moved, ref, reference, said

POINT = "point:"
"""How a link begins that leads to a place of another file, by its name."""
_LEAF = 64
"""Names in one leaf of their tree."""
_WIDE, _HIGH = 40, 4  # millimetres of a number
_DRAWN = 500  # numbers at once
_UPRIGHT, _LYING = (22, 15), (18, 11)  # millimetres from the edges of a page, as style.css has its feet
_FOOT = b"\nQ\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq 1 0 0 1 %.3f %.3f cm /Number%d Do Q\nEMC"
_CELL = re.compile(rb"\((\d+-\d+-\d+)\)")
_OUTSIDE = frozenset({"/ObjStm", "/XRef", "/Catalog", "/StructTreeRoot"})


def join(files: Sequence[Path], out: BinaryIO) -> None:
    """Write these files as one. What the first says of itself is said of the whole; the pages of the others are
    numbered after its own."""
    pages = [pages_of(file) for file in files]
    joined = _Joined(out, pages[0] + 1, sum(pages[1:]))
    for file in files:
        with pikepdf.open(file) as document:
            joined.add(document)
    joined.end(b"".join(map(_digest, files)))


def pages_of(file: Path) -> int:
    """How many a file has."""
    with pikepdf.open(file) as document:
        return len(document.pages)


def _digest(file: Path) -> bytes:
    with file.open("rb") as content:
        return file_digest(content, "sha256").digest()


class _Joined:
    """What is written so far, and what is written in the end.

    keys: of pages and links in the tree of tags. shown: bookmarks that are open. waiting: the last bookmark, until the
    next is known.
    """

    def __init__(self, out: BinaryIO, first: int, many: int) -> None:
        self.to = Writer(out)
        self.catalog, self.tree, self.whole, self.titles, self.pages = (self.to.take() for _ in range(5))
        self.begun = self.to.add_stream(b"", b"q")
        self.number, self.numbers = first, self._drawn(range(first, first + many))
        self.said: dict[str, bytes] = {}
        self.info = b""
        self.kids: list[int] = []
        self.count = self.keys = self.shown = self.first = 0
        self.leaves: list[int] = []
        self.elements: list[int] = []
        self.places: list[tuple[bytes, bytes]] = []
        self.enclosed: list[tuple[bytes, bytes]] = []
        self.waiting: tuple[int, bytes] | None = None

    def add(self, document: pikepdf.Pdf) -> None:
        """One more, after those before it."""
        by = self.to.take(int(document.trailer.Size)) - 1
        root = document.Root
        if self.kids:
            self._foot(document, by)
        else:
            self._begin(document, by)
        self._shift(document, by)
        self._keep(root, by)
        last = self._bound(root, by)
        root.Pages.Parent = reference(self.pages)
        self.kids.append(by + root.Pages.objgen[0])
        self.count += len(document.pages)
        self._copy(document, by, last)

    def _copy(self, document: pikepdf.Pdf, by: int, last: int) -> None:
        """All that it is made of; its last bookmark waits for the next one."""
        root, part = document.Root, len(self.kids)
        own = [document.trailer.Info, *([root.Outlines] if "/Outlines" in root else ())]
        own += [root.Metadata] if part > 1 else []
        left_out = {one.objgen for one in own}
        pages = {one.objgen for page in document.pages for one in (page.obj, page.obj.Resources)} | {root.Pages.objgen}
        for item in document.objects:
            kind = str(item.get("/Type")) if isinstance(item, pikepdf.Dictionary | pikepdf.Stream) else ""
            if item.objgen in left_out or kind in _OUTSIDE:
                continue
            if isinstance(item, pikepdf.Stream):
                self.to.copy(item, by)
                continue
            told, number = moved(_unique(said(item), part), by), by + item.objgen[0]
            if number == last:
                self.waiting = (number, told)
            else:
                self.to.add(told, number, page=item.objgen in pages)

    def _begin(self, document: pikepdf.Pdf, by: int) -> None:
        root = document.Root
        for name in ("Lang", "MarkInfo", "Metadata", "OutputIntents", "ViewerPreferences"):
            self.said[name] = moved(_told(root, name), by)
        self.info = moved(document.trailer.Info.unparse(resolved=True), by)

    def _foot(self, document: pikepdf.Pdf, by: int) -> None:
        """The number of each page, as an artifact at its foot."""
        for page in document.pages:
            box = [float(one) for one in page.MediaBox]
            right, low = _UPRIGHT if box[3] > box[2] else _LYING
            foot = _FOOT % (box[2] - (right + _WIDE) * MM, low * MM, self.number)
            contents = reference(by + page.obj.Contents.objgen[0])
            page.obj.Contents = pikepdf.Array(
                [reference(self.begun), contents, reference(self.to.add_stream(b"", foot))]
            )
            page.obj.Resources.XObject[f"/Number{self.number}"] = reference(next(self.numbers))
            self.number += 1

    def _drawn(self, numbers: range) -> Iterator[int]:
        """Each number as a form, drawn as it is wanted, some at a time."""
        for i in range(0, len(numbers), _DRAWN):
            lines = [f"Page {n}" for n in numbers[i : i + _DRAWN]]
            yield from forms(self.to, small(lines, _WIDE, _HIGH, align="right", size=8.5))

    def _shift(self, document: pikepdf.Pdf, by: int) -> None:
        """What belongs to the tags of this file, among those of all."""
        tree = document.Root.StructTreeRoot
        first = self.keys
        for page in document.pages:
            page.obj.StructParents = int(page.obj.StructParents) + first
            for link in page.obj.get("/Annots", ()):
                if "/StructParent" in link:
                    link.StructParent = int(link.StructParent) + first
                if not self.kids and "/A" in link and str(link.A.get("/URI", "")).startswith(POINT):
                    _lead(link, str(link.A.URI).removeprefix(POINT))
        nums = tree.ParentTree.Nums
        for i in range(0, len(nums), 2):
            nums[i] = int(nums[i]) + first
        self.keys += len(nums) // 2
        tree.ParentTree.Limits = pikepdf.Array([first, self.keys - 1])
        self.leaves.append(by + tree.ParentTree.objgen[0])
        for element in tree.K:
            element.S, element.P = pikepdf.Name.Part, reference(self.whole)
            self.elements.append(by + element.objgen[0])

    def _keep(self, root: pikepdf.Object, by: int) -> None:
        """The names of its places, and of the files inside it."""
        names = root.get("/Names", pikepdf.Dictionary())
        for kind, kept in (("/Dests", self.places), ("/EmbeddedFiles", self.enclosed)):
            told = list(names[kind].Names) if kind in names else []
            for name, one in zip(told[::2], told[1::2], strict=True):
                what = b"%d 0 R" % (by + one.objgen[0]) if one.is_indirect else moved(one.unparse(), by)
                kept.append((bytes(name), what))

    def _bound(self, root: pikepdf.Object, by: int) -> int:
        """Its bookmarks behind those before them; the number of the last one, 0 for none."""
        if "/Outlines" not in root:
            return 0
        self.shown += int(root.Outlines.Count)
        one = root.Outlines.First
        number = by + one.objgen[0]
        self.first = self.first or number
        if self.waiting is not None:
            before, told = self.waiting
            self.to.add(told[:-2] + b"/Next %d 0 R >>" % number, before)
            one.Prev = reference(before)
        while True:
            one.Parent = reference(self.titles)
            if "/Next" not in one:
                return by + one.objgen[0]
            one = one.Next

    def end(self, seed: bytes) -> None:
        """What is said of the whole."""
        self.said |= {"Type": b"/Catalog", "Pages": ref(self.pages), "StructTreeRoot": ref(self.tree)}
        self.to.add(dictionary(Type=b"/Pages", Kids=array_of(self.kids), Count=b"%d" % self.count), self.pages)
        self._end_tags()
        self._end_bookmarks()
        self._end_names()
        self.to.add(dictionary(**self.said), self.catalog)
        key = sha256(seed).hexdigest()[:32].encode()
        info = self.to.add(self.info)
        self.to.end(b"/Root %s /Info %s /ID [<%s> <%s>]" % (ref(self.catalog), ref(info), key, key))

    def _end_tags(self) -> None:
        whole = dictionary(Type=b"/StructElem", S=b"/Document", P=ref(self.tree), K=array_of(self.elements))
        parents = self.to.add(dictionary(Kids=array_of(self.leaves)))
        tree = dictionary(Type=b"/StructTreeRoot", ParentTree=ref(parents), K=array_of([self.whole]))
        self.to.add(whole, self.whole)
        self.to.add(tree, self.tree)

    def _end_bookmarks(self) -> None:
        if self.waiting is None:
            return
        last, told = self.waiting
        self.to.add(told, last)
        first, count = ref(self.first), b"%d" % self.shown
        self.to.add(dictionary(Type=b"/Outlines", First=first, Last=ref(last), Count=count), self.titles)
        self.said["Outlines"] = ref(self.titles)

    def _end_names(self) -> None:
        names: dict[str, bytes] = {}
        if self.enclosed:
            self.said["AF"] = b"[%s]" % b" ".join(one for _, one in self.enclosed)
            names["EmbeddedFiles"] = self._named(self.enclosed)
        if self.places:
            names["Dests"] = self._named(self.places)
        if names:
            self.said["Names"] = dictionary(**names)

    def _named(self, told: list[tuple[bytes, bytes]]) -> bytes:
        """A tree of names."""
        told = sorted(told)
        leaves = []
        for first in range(0, len(told), _LEAF):
            some = told[first : first + _LEAF]
            names = b" ".join(b"<%s> %s" % (name.hex().encode(), one) for name, one in some)
            limits = b"[<%s> <%s>]" % (some[0][0].hex().encode(), some[-1][0].hex().encode())
            leaves.append(self.to.add(dictionary(Limits=limits, Names=b"[%s]" % names)))
        return ref(self.to.add(dictionary(Kids=array_of(leaves))))


def _unique(told: bytes, part: int) -> bytes:
    """With the names of a table's cells, which each file gives anew, told apart."""
    return _CELL.sub(b"(%d-\\1)" % part, told) if b"/ID " in told or b"/Headers " in told else told


def _told(root: pikepdf.Object, name: str) -> bytes:
    """An entry of the catalog, as it stands there."""
    one = root[f"/{name}"]
    return ref(one.objgen[0]) if one.is_indirect else one.unparse()


def _lead(link: pikepdf.Object, place: str) -> None:
    """To this place, instead of an address."""
    del link.A
    number = place.removeprefix("p").partition("-")[0]
    link.Dest, link.Contents = pikepdf.String(place), pikepdf.String(f"Point {number}")
