"""What is the title of a notebook, and what names the place of a heading?"""

import re
import unicodedata


def split_heading(source: str) -> tuple[str, str]:
    """Split a Markdown text into its first heading of the first level and the rest.

    Parameters
    ----------
    source : str
        Markdown.

    Returns
    -------
    tuple of str
        The heading in plain words, empty when there is none, and the text without it.

    Examples
    --------
    >>> split_heading("# Does *size* matter?")
    ('Does size matter?', '')
    """
    found = re.search(r"^# +(.+?)\s*#*$", source, flags=re.M)
    if not found:
        return "", source
    return re.sub(r"[*`]", "", found[1]), source[: found.start()] + source[found.end() :]


def slug(words: str) -> str:
    """Turn a heading into the name of its place.

    Examples
    --------
    >>> slug("What was published, and where?")
    'what-was-published-and-where'
    """
    flat = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", flat.lower())) or "part"
