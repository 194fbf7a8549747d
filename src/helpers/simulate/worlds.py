"""In which worlds is the truth known? Their names, what holds in them, and their rates by account size."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


WORLDS = ("documents", "literature", "null")
"""The claims hold as the documents say; as studies found it, evidence against included; nothing holds."""

BANDS = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
"""Edges of the bands that accounts are drawn from, equally many from each, as studies with quotas do. Within a band
small accounts are commoner than large ones."""


@dataclass(frozen=True)
class World:
    """A world with its planted rates.

    Parameters
    ----------
    name : str
        Name on the command line.
    meaning : str
        What holds in it, in words.
    like_rates, comment_rates : tuple of float
        Expected rates of an average account in each of the six bands of `BANDS`.
    disclosure : float, default 0
        Ln ratio of likes and comments, sponsored posts that say so to those of the same account that do not.
    """

    name: str
    meaning: str
    like_rates: tuple[float, ...]
    comment_rates: tuple[float, ...]
    disclosure: float = 0.0


DISCLOSURE = {"documents": float(np.log(1.25)), "literature": float(np.log(0.9)), "null": 0.0}
"""The documents claim that disclosure helps and give no figure; Waltenrath (2024) found that it lowers engagement,
other research (Bertaglia et al. 2025) no further fall."""


def _published_rates() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Split HypeAuditor's engagement rates of 2018 by Quintly's share of comments of 2013 (data/published.csv)."""
    from helpers.claims.published import figures

    rates = figures("account-size", measures=["engagement_rate"]).query("study == 'HypeAuditor 2018, mean'")
    shares = figures("account-size", measures=["comment_share_of_interactions"])
    middles = np.sqrt(np.array(BANDS[:-1]) * np.array(BANDS[1:]))
    rate, share = _looked_up(rates, middles), _looked_up(shares, middles)
    return tuple((rate * (1 - share)).round(6).tolist()), tuple((rate * share).round(6).tolist())


def _looked_up(table: "pd.DataFrame", sizes: np.ndarray) -> np.ndarray:
    table = table.sort_values("followers_low")
    at = np.searchsorted(table["followers_low"].to_numpy(), sizes, side="right") - 1
    return table["estimate"].to_numpy()[np.maximum(at, 0)]


def world(name: str, *, others: Iterable[str] = ()) -> World:
    """Give a world by its name.

    Parameters
    ----------
    name : str
        ``"documents"``, ``"literature"`` or ``"null"``.
    others : iterable of str, default ()
        Further names that could have been meant, for the refusal.

    Returns
    -------
    World
        The world.

    Raises
    ------
    Refusal
        If there is no such world.
    """
    from helpers.base.refusals import Refusal, nearest

    if name == "documents":
        meaning = "the documents' figures hold: likes fall from 8% to 1.6%, comments from 0.5% to 0.04%"
        steps = np.exp(np.linspace(np.log(0.005), np.log(0.0004), 6)).round(6)
        return World(name, meaning, (0.08, 0.04, 0.0237, 0.018, 0.0166, 0.016), tuple(steps.tolist()), DISCLOSURE[name])
    if name == "literature":
        meaning = "engagement as HypeAuditor (2018) and Quintly (2013) published it by account size"
        return World(name, meaning, *_published_rates(), DISCLOSURE[name])
    if name == "null":
        return World(name, "account size changes nothing: the same rates at every size", (0.031,) * 6, (0.0014,) * 6)
    names = [*WORLDS, *others]
    raise Refusal(
        f"World '{name}' is unknown{nearest(name, names)}.",
        mend=f"Choose one of {', '.join(names)}: make sample WORLD=null",
    )
