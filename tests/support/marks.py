"""French marks on pages: none follows a plain space, after which a line may break and leave it alone."""

import re

# What is not read, what people typed, and tags.
_LEFT_OUT = re.compile(
    r"<(script|style|textarea)\b.*?</\1>"
    r"|<(\w+)[^>]*class=\"[^\"]*\bal-(?:text|answer|clash)\b[^\"]*\"[^>]*>.*?</\2>|<[^>]*>",
    re.DOTALL,
)
_LOOSE = re.compile(r"[^\0\n]{0,60}(?:[^\s\0] [:;!?»](?=[\s\0]|$)|« [^\s\0])[^\0\n]{0,20}")


def loose_marks(html: str) -> list[str]:
    """The places of a page where a mark may leave its word."""
    return _LOOSE.findall(_LEFT_OUT.sub("\0", html))
