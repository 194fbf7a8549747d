"""How often does an interval hold the truth, and a verdict say what is so? Counted over simulated worlds."""

import math
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers import ROOT

if TYPE_CHECKING:
    import pandas as pd

    from helpers.claims import Claim
    from helpers.estimates import Estimate

SIZES = (30, 100, 300, 1_000)
"""Accounts in a simulated study, each from one of the six bands of size by chance."""

WORLDS = ("documents", "null")
REPEATS = 1_000
CHUNK = 25
"""Worlds simulated in one go, so that two processes stay busy and progress shows."""

FEWEST_WORLDS = 100
"""Fewer worlds with an interval than this say nothing about its coverage."""

MIN_AGE_DAYS = 3.0
"""As in the notebook."""


PAGE = """\
# Calibration: how far the intervals and verdicts can be trusted

Made by `make calibrate`; do not edit. Worlds with a known truth are simulated, analysed exactly as the notebook does,
and counted: {repeats:,} worlds for each kind and number of accounts. With that many worlds, a coverage of 0.95 is known
to about plus or minus {error:.3f}.

- **coverage**: share of worlds in which the 95% interval holds the planted truth. Wanted: 0.93 to 0.97.
- **plain**: the same for the textbook interval (robust or ordinary standard error, normal quantile) on the same worlds.
- **right**: in the world `documents`, share of worlds in which the claim comes out `supported` or `reproduced`, as it
  was planted. It grows with the number of accounts; a low share with few accounts means `inconclusive`, not wrong.
- **false**: in the world `null`, share of worlds in which it comes out so although nothing holds. Wanted: at most 0.03.

Rates are skewed, accounts of one size differ by a factor, and few accounts decide a slope. The plain interval then
covers too rarely, so two better ones are used. Slopes: influence values with the HC3 leverage correction, and
Student's t whose degrees of freedom come from the kurtosis of those values (Satterthwaite). Means of a band: Hall's
transformation against skewness, with degrees of freedom found the same way. Fewer than 10 accounts in a band get no
verdict, so a band's figures are empty where hardly any study of that size has them.

"""


def main(*, repeats: int = REPEATS, jobs: int | None = None, path: Path = ROOT / "docs" / "calibration.md") -> None:
    """Simulate worlds, count coverage and verdicts, and write the table.

    Parameters
    ----------
    repeats : int, default 1000
        Worlds for each kind and number of accounts.
    jobs : int or None
        Processes side by side; None means the machine's cores.
    path : Path
        The Markdown file to write.
    """
    counted = count(repeats=repeats, jobs=jobs or os.cpu_count() or 1)
    path.write_text(page(counted, repeats=repeats), encoding="utf-8", newline="\n")


def count(*, repeats: int, jobs: int) -> "pd.DataFrame":
    """Simulate worlds and summarise them, telling progress on standard error.

    Parameters
    ----------
    repeats, jobs : int
        As in `main`.

    Returns
    -------
    pandas.DataFrame
        One row for each world, number of accounts and claim: coverage, plain_coverage, n (worlds with an interval),
        right and false (shares of all worlds).
    """
    import pandas as pd

    chunks = [
        (name, size, range(start, min(start + CHUNK, repeats)))
        for name in WORLDS
        for size in SIZES
        for start in range(0, repeats, CHUNK)
    ]
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(jobs) as pool:
        for done, future in enumerate(as_completed([pool.submit(chunk, *item) for item in chunks]), start=1):
            rows += future.result()
            print(f"\rcalibrating: {done} of {len(chunks)} parts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return summary(pd.DataFrame(rows))


def chunk(name: str, size: int, seeds: range) -> list[dict[str, Any]]:
    """Simulate some worlds of one kind and judge every claim in each.

    Parameters
    ----------
    name : str
        The world.
    size : int
        Number of accounts.
    seeds : range
        One world for each.

    Returns
    -------
    list of dict
        One entry for each world and claim: world, size, claim_id, verdict, covered and plainly_covered (None where
        there was no interval).
    """
    from helpers.simulate import true_slopes, world

    planted = world(name)
    slopes = true_slopes(planted)
    return [row for seed in seeds for row in _one(name, size, seed, planted, slopes)]


def _one(name: str, size: int, seed: int, planted: Any, slopes: dict[str, float]) -> Iterator[dict[str, Any]]:
    from helpers.claims import judge, of_notebook
    from helpers.measures import account_rates
    from helpers.simulate import draw_accounts, draw_posts

    rng = np.random.default_rng([seed, size, WORLDS.index(name)])
    posts = draw_posts(draw_accounts(planted, n=size, rng=rng, quotas=False), rng=rng)
    accounts = account_rates({"posts": posts}, min_age_days=MIN_AGE_DAYS).frame
    for claim in of_notebook("01-account-size"):
        estimate, plain = _estimated(claim, accounts)
        verdict = judge(claim, estimate)
        truth = _truth(claim, planted, slopes)
        judged = verdict.estimate is not None
        yield {
            "world": name,
            "size": size,
            "claim_id": claim.id,
            "verdict": verdict.verdict,
            "covered": float(estimate.low <= truth <= estimate.high) if judged else math.nan,
            "plainly_covered": float(plain[0] <= truth <= plain[1]) if judged else math.nan,
        }


def _estimated(claim: "Claim", accounts: "pd.DataFrame") -> tuple["Estimate | None", tuple[float, float]]:
    """Estimate as the notebook does, and give the plain 95% interval beside it."""
    from helpers.account_size import estimate

    found = estimate(claim, accounts)
    if claim.kind == "V":
        low, high = claim.followers
        values = accounts.loc[accounts["followers"].between(low, high, inclusive="left"), claim.outcome].dropna()
        return found, _plain_mean(values.to_numpy())
    return found, _plain_slope(claim, accounts)


def _plain_mean(values: np.ndarray) -> tuple[float, float]:
    if len(values) < 2:
        return math.nan, math.nan
    error = values.std(ddof=1) / math.sqrt(len(values))
    return values.mean() - 1.96 * error, values.mean() + 1.96 * error


def _plain_slope(claim: "Claim", accounts: "pd.DataFrame") -> tuple[float, float]:
    """Robust errors without a small-sample correction, and the normal quantile."""
    from helpers.estimates import fit_slope

    outcomes = [claim.outcome] if claim.outcome else ["comment_rate", "like_rate"]
    both = accounts.dropna(subset=outcomes)
    fits = [fit_slope(both, outcome=outcome, leverage=False) for outcome in outcomes]
    value, influence = -fits[0].coefficients[1], -fits[0].influence[:, 1]
    if len(fits) == 2:
        value, influence = value + fits[1].coefficients[1], influence + fits[1].influence[:, 1]
    error = math.sqrt(np.sum(influence**2))
    return value - 1.96 * error, value + 1.96 * error


def _truth(claim: "Claim", planted: Any, slopes: dict[str, float]) -> float:
    from helpers.simulate import BANDS

    if claim.kind == "V":
        band = BANDS.index(claim.followers[0]) if claim.followers[0] in BANDS else 0
        return getattr(planted, f"{claim.outcome}s")[band]
    return -slopes[claim.outcome] if claim.outcome else slopes["difference"]


def summary(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Turn judged claims into coverage and shares of verdicts.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `chunk`.

    Returns
    -------
    pandas.DataFrame
        As `count` gives.
    """
    good = rows["verdict"].isin(["supported", "reproduced"])
    grouped = rows.assign(good=good, judged=rows["covered"].notna()).groupby(["world", "size", "claim_id"], sort=False)
    table = grouped.agg(
        coverage=("covered", "mean"),
        plain_coverage=("plainly_covered", "mean"),
        n=("judged", "sum"),
        good=("good", "mean"),
    )
    return table.reset_index()


def page(table: "pd.DataFrame", *, repeats: int) -> str:
    """Write the calibration page.

    Parameters
    ----------
    table : pandas.DataFrame
        From `count`.
    repeats : int
        Worlds for each kind and number of accounts.

    Returns
    -------
    str
        Markdown.
    """
    error = 1.96 * math.sqrt(0.95 * 0.05 / repeats)
    tables = [line for name in WORLDS for line in _world_table(table[table["world"] == name], name)]
    return PAGE.format(repeats=repeats, error=error) + "\n".join(tables)


def _world_table(table: "pd.DataFrame", name: str) -> list[str]:
    last = "right" if name == "documents" else "false"
    lines = [f"## World `{name}`", "", f"| claim | accounts | coverage | plain | {last} |", "|---|---:|---:|---:|---:|"]
    ordered = table.sort_values(["claim_id", "size"], kind="stable")
    for row in ordered.itertuples():
        covers = (f"{value:.3f}" if row.n >= FEWEST_WORLDS else "–" for value in (row.coverage, row.plain_coverage))
        lines.append(f"| {row.claim_id} | {row.size:,} | {' | '.join(covers)} | {row.good:.3f} |")
    return [*lines, ""]
