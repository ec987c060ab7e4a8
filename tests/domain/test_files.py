"""Names of files where they are saved: they end as the content does, and are fit to be a part of a path anywhere."""

import pytest

from forms.kinds.files import FORMATS
from service.domain.files import ENDINGS, saved_name, shortened
from service.views.zipping import plain_name


def test_every_accepted_type_has_its_endings() -> None:
    assert set(ENDINGS) == set(FORMATS)
    assert all(ENDINGS.values())


@pytest.mark.parametrize("media_type", sorted(ENDINGS))
@pytest.mark.parametrize("ending", ["exe", "bat", "cmd", "hta", "js", "jar", "vbs", "lnk", "scr", "html", "", "pdf "])
def test_nothing_is_saved_as_what_it_is_not(media_type: str, ending: str) -> None:
    assert saved_name(f"plan.{ending}", media_type) == f"plan.{ending}.{ENDINGS[media_type][0]}"


@pytest.mark.parametrize(
    ("media_type", "name"), [(kind, f"Plan n° 2.{ending}") for kind, endings in ENDINGS.items() for ending in endings]
)
def test_a_name_that_fits_stays_as_it_was_sent(media_type: str, name: str) -> None:
    assert (saved_name(name, media_type), saved_name(name.upper(), media_type)) == (name, name.upper())


@pytest.mark.parametrize(
    ("name", "media_type", "saved"),
    [
        ("plan", "application/pdf", "plan.pdf"),
        ("pdf", "application/pdf", "pdf.pdf"),
        ("plan.txt", "application/pdf", "plan.txt.pdf"),
        ("plan.xyz", "application/x-unknown", "plan.xyz"),
    ],
)
def test_what_lacks_its_ending_gets_it(name: str, media_type: str, saved: str) -> None:
    assert saved_name(name, media_type) == saved


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("é" * 20 + ".pdf", "é" * 6 + ".pdf"),
        ("plan.pdf", "plan.pdf"),
        ("x" * 20, "x" * 10),
        ("x." + "y" * 20, "x." + "y" * 8),
    ],
)
def test_a_name_cut_short_ends_as_it_did(name: str, short: str) -> None:
    assert shortened(name, 10) == short


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("../../plan.pdf", "_.._plan.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.tar.gz", "_LPT1.tar.gz"),
        ("console.pdf", "console.pdf"),
        (" . ", "fichier"),
    ],
)
def test_the_last_part_of_a_path(name: str, part: str) -> None:
    assert plain_name(name) == part
