"""What is the title of a notebook?"""

import re


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
