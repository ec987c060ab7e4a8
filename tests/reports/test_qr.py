"""QR codes are those that the standard gives: of every version here, and of a text too long for any."""

from hashlib import sha256

import pytest

from reports.qr import TooLongError, matrix

# Digests of codes that another encoder drew of the same texts, at level M.
KNOWN = [
    ("a", 21, "e8ab680854e4019c4ac89bd0e19dfe1f7e967f3cafd048091b3e3ec474b6f431"),
    ("x" * 100, 41, "898a791db8daf87950e6fd89cebf33096e6b40e0b49b39bdd015fdd3c07d3ec9"),
    ("q" * 122, 45, "4aa6218c6d712f94d9042877ffea9da9baf42c4a1a7fe436052d388be178b484"),
    ("y" * 150, 49, "230adb2b282df71c405a01a24dc833c1eab6b49b30c774cf62628459aa935412"),
    ("r" * 152, 49, "713c3a5b43f200439973b53dfc0acb5f1bc5ed569dde8719a0bab7ee383d3624"),
    ("s" * 180, 53, "61d4868cd3b96bb9d67bf00d2de641433190f5d9fe042142533519d07be148ec"),
    ("é" * 100, 57, "5345c8b263548ac9034e9756484da1a4ab5597cfdf521ece9292c761c0e75fcb"),
    ("z" * 213, 57, "f6862dc828d614e511c1aea5f5a112d3daed5599ae635fd3e675eb5a0f04fc3a"),
]


@pytest.mark.parametrize(("text", "side", "digest"), KNOWN)
def test_each_version(text: str, side: int, digest: str) -> None:
    drawn = matrix(text)
    lines = "\n".join("".join("01"[dark] for dark in row) for row in drawn)
    assert (len(drawn), sha256(lines.encode()).hexdigest()) == (side, digest)


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(TooLongError):
        matrix("z" * 214)
