"""What tells the name of a column apart?"""

from __future__ import annotations

import unicodedata


def plain(name: str) -> str:
    """Reduce a column's name to what tells it apart.

    Soft hyphens, byte-order marks, line breaks, quotation marks, case and repeated spaces go.

    Examples
    --------
    >>> plain(' "Com\\u00adments ad\\u00added" ')
    'comments added'
    """
    text = unicodedata.normalize("NFKC", name).replace("\u00ad", "").replace("\ufeff", "")
    return " ".join(text.replace('"', " ").split()).casefold()
