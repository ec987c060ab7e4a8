"""What a file is, by its content; what its name may look like."""

import pytest

from service.store import filetypes
from service.store.arriving import HEAD, TAIL
from tests.api.samples import TYPES


@pytest.mark.parametrize("kind", TYPES)
def test_the_type_comes_from_the_content(kind: str) -> None:
    content, expected = TYPES[kind]
    assert filetypes.media_type(content[:HEAD], content[-TAIL:], len(content)) == expected


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("rapport.pdf", "rapport.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\camille\\bilan.xlsx", "bilan.xlsx"),
        ("a/b/", "fichier"),
        ("", "fichier"),
        ("...", "fichier"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("nul\0.pdf", "nul.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("e\u0301tude.pdf", "étude.pdf"),
        ("a \t  b.pdf", "a b.pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 300, "x" * 255),
        ("étude d’impact « 2026 ».pdf", "étude d’impact « 2026 ».pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_names_are_shown_without_what_deceives(sent: str, shown: str) -> None:
    assert filetypes.shown_name(sent) == shown
