"""What does a reader take away from each notebook? Its answer, sentence by sentence."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_BETWEEN = re.compile(r"(?<=[.?!])\s+(?=[A-Z“])")
"""Where one sentence ends and the next begins; numbers hold points, and no space after them."""


def sentences(answer: str) -> list[str]:
    """Take an answer apart.

    Examples
    --------
    >>> sentences("Yes: 3.3% more. The same figure: 117 minutes.")
    ['Yes: 3.3% more.', 'The same figure: 117 minutes.']
    """
    return [said for said in _BETWEEN.split(answer.strip()) if said]


def takeaways(notebooks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give what each notebook of a run that finished says first.

    Parameters
    ----------
    notebooks : sequence of mapping
        As the scoreboard gets them: name, title, state, answer.

    Returns
    -------
    list of dict
        In their order name, title, link (to its page, from the run's folder) and sentences, where there is an answer.
    """
    told = [book for book in notebooks if book["state"] == "done" and book["answer"]]
    return [
        {"name": book["name"], "title": book["title"], "link": f"{book['name']}.html", "sentences": said}
        for book in told
        if (said := sentences(book["answer"]))
    ]
