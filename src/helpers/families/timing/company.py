"""Were other formats posted at these hours, or with these hashtags? Then theirs is the difference."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.base.words import percent
from helpers.claims import registry
from helpers.claims.verdicts import Threat
from helpers.estimates import Estimate
from helpers.families.timing.estimators import FEWEST_POSTS
from helpers.measures import Reduced

BY_CHANCE = 0.01
"""Formats that hours or hashtags share more evenly than this often comes by chance are no reason to doubt."""

Rows = Callable[..., pd.DataFrame]
"""Gives posts with week, relative (what they gathered, 1 is usual), and the cell that each lies in."""


def spread_of_formats(claim_id: str, rows: Rows, *, whose: str) -> Callable[..., Sequence[Threat]]:
    """Doubt a spread that the formats of the cells alone would give.

    Parameters
    ----------
    claim_id : str
        The claim.
    rows : callable
        Called with the posts and the choices.
    whose : str
        What the cells are, in a sentence.

    Returns
    -------
    callable
        As `claims.analysis.Own` wants its threats: what formats differ by is taken off the spread.
    """

    def threats(data: Reduced, found: Estimate, **how: object) -> list[Threat]:
        table = expected(data.frames["posts"], rows(data.frames["posts"], **how))
        common = table[table.groupby("cell")["week"].transform("size") >= FEWEST_POSTS]
        if not hang_together(common["cell"], common["format"]):
            return []
        means, sizes = common.groupby("cell")["expected"].mean(), common.groupby("cell").size()
        alone = float(np.average((means - np.average(means, weights=sizes)) ** 2, weights=sizes))
        low, high = (float(np.sqrt(max(end**2 - alone, 0.0))) for end in (found.low, found.high))
        says = f"formats are spread unevenly over the {whose}, and alone make them differ by {percent(np.sqrt(alone))}"
        return _told(claim_id, Threat(says, min(low, found.low), max(high, found.high)), float(np.sqrt(alone)))

    return threats


def gain_of_formats(
    claim_id: str, rows: Rows, chosen: Callable[..., pd.Series], *, whose: str
) -> Callable[..., Sequence[Threat]]:
    """Doubt a gain that the formats of the chosen posts alone would bring.

    Parameters
    ----------
    claim_id, rows, whose
        As in `spread_of_formats`.
    chosen : callable
        Called with the data and the choices: 1 for posts that were chosen, 0 for those that they are tried against.

    Returns
    -------
    callable
        As `claims.analysis.Own` wants its threats.
    """

    def threats(data: Reduced, found: Estimate, *, outcome: str, **how: object) -> list[Threat]:
        posts = data.frames["posts"]
        table = expected(posts, rows(posts, outcome=outcome)).assign(cell=chosen(data, outcome=outcome, **how)).dropna()
        if not hang_together(table["cell"], table["format"]):
            return []
        means = table.groupby("cell")["expected"].mean()
        alone = float(np.log(means[1.0] / means[0.0]))
        low, high = min(found.low, found.low - alone), max(found.high, found.high - alone)
        brings = f"{percent(abs(np.expm1(alone)))} {'more' if alone > 0 else 'less'}"
        says = f"other formats were posted with the chosen {whose}, which alone bring {brings}"
        return _told(claim_id, Threat(says, low, high), alone)

    return threats


def _told(claim_id: str, threat: Threat, alone: float) -> list[Threat]:
    """Tell what formats alone do where it matters, also where a verdict stands: they are part of its number."""
    return [threat] if abs(alone) >= registry()[claim_id].given("margin") else []


ROUNDS = 20
"""Rounds in which the formats' levels are fitted; more change nothing."""


def expected(posts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row its post's format, and what a post of that format can expect among those of its block of weeks.

    Every format has a level, and a post its format's over the mean of the levels around it, so that a photo among
    videos can expect less than one among photos. The levels are those that give each format what it gathered, found
    round by round, as the multipliers of a table with given margins are.

    Parameters
    ----------
    posts : pandas.DataFrame
        From `measures.own_posts`.
    rows : pandas.DataFrame
        With the index of the posts, ``relative`` and ``block``; several rows may be of one post.

    Returns
    -------
    pandas.DataFrame
        With ``format`` and ``expected``, 1 being usual; without rows of posts whose format is not told.

    References
    ----------
    Deming, W. E. & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the expected
    marginal totals are known. Annals of Mathematical Statistics 11.
    """
    told = rows.assign(format=posts["format"].reindex(rows.index)).dropna(subset=["format"])
    single = told[~told.index.duplicated()]
    gathered, level, usual = single.groupby("format")["relative"].mean(), pd.Series(1.0, index=single.index), 1.0
    for _ in range(ROUNDS):
        usual = level / level.groupby(single["block"]).transform("mean")
        level = level * single["format"].map(gathered / usual.groupby(single["format"]).mean()).astype(float)
    return told.assign(expected=pd.Series(usual, index=single.index).reindex(told.index))


def hang_together(cells: pd.Series, formats: pd.Series) -> bool:
    """Say whether formats are spread over cells more unevenly than chance would, but for one in `BY_CHANCE`.

    References
    ----------
    Yates, F. (1934). Contingency tables involving small numbers and the chi-squared test. Supplement to the Journal of
    the Royal Statistical Society 1.
    Pearson, K. (1900). On the criterion that a given system of deviations can be reasonably supposed to have arisen
    from random sampling. Philosophical Magazine 50.
    """
    table = pd.crosstab(cells, formats).to_numpy(dtype=float)
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    if freedom < 1:
        return False
    usual = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    far = np.abs(table - usual)
    far = far - np.minimum(far, 0.5) if freedom == 1 else far  # scipy.stats has it too, and takes a second to load
    return bool(special.chdtrc(freedom, (far**2 / usual).sum()) < BY_CHANCE)
