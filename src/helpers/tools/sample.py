"""What do the simulated sample data hold? What every family of claims plants, in one folder.

A verdict on simulated data shows that the method finds what was planted. It says nothing about the world outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers.families import found as families
from helpers.ground.root import ROOT
from helpers.simulate import panel
from helpers.simulate.accounts import ACCOUNTS_PER_BAND, COMMENT_SPREAD, LIKE_SPREAD, draw_accounts, true_slopes
from helpers.simulate.parts import Part, Whole
from helpers.simulate.posts import CAPTURED, POST_SPREAD, draw_posts
from helpers.simulate.streams import stream
from helpers.simulate.worlds import BANDS, World, world

if TYPE_CHECKING:
    import pandas as pd


SEED = 20250701
"""Seed of the committed sample; the day of capture, chosen before anything was simulated."""


def parts() -> list[Part]:
    """List what is added to the sample's accounts and posts: the panel, with every family's effect, and their parts."""
    of_all = panel.part([family.effect for family in families().values() if family.effect])
    own = [part for family in families().values() for part in family.parts]
    return sorted([of_all, *own], key=lambda part: part.place)


def wholes() -> dict[str, Whole]:
    """Give the worlds that families have for themselves, by name."""
    return {name: whole for family in families().values() for name, whole in family.worlds.items()}


def sample(name: str, *, seed: int = SEED) -> tuple[World, Mapping[str, pd.DataFrame]]:
    """Simulate the sample data of a world.

    Parameters
    ----------
    name : str
        World, as in `world`.
    seed : int
        Seed; the same seed gives the same tables.

    Returns
    -------
    tuple of World and dict of str to pandas.DataFrame
        The world, and its tidy tables by name.
    """
    planted = world(name, others=wholes())
    rng = np.random.default_rng(seed)
    accounts = draw_accounts(planted, n=ACCOUNTS_PER_BAND * (len(BANDS) - 1), rng=rng)
    posts = draw_posts(accounts, rng=rng, disclosure=planted.disclosure)
    tables = {"posts": posts, "accounts": accounts[["account_id", "platform", "followers", "kind", "category"]]}
    for part in parts():
        for table, frame in part.draw(name, rng=stream(seed, part.name)).items():
            tables[table] = _below(tables[table], frame) if table in tables else frame
    return planted, tables


def _below(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put rows under others; counts that one of them lacks stay whole numbers."""
    import pandas as pd

    whole = {name: "Int64" for name in {*first, *second} if _is_whole(first, name) and _is_whole(second, name)}
    parts = [frame.astype({name: kind for name, kind in whole.items() if name in frame}) for frame in (first, second)]
    joined = pd.concat(parts, ignore_index=True)
    return joined[[*first.columns, *(column for column in second if column not in first)]]


def _is_whole(frame: pd.DataFrame, name: str) -> bool:
    import pandas as pd

    return name not in frame or pd.api.types.is_integer_dtype(frame[name])


def truths(name: str) -> dict[str, float]:
    """Say what is planted in a world, by claim.

    Parameters
    ----------
    name : str
        World, as in `world`.

    Returns
    -------
    dict of str to float
        For each claim that the sample speaks to, the true value of its estimand, signed as the claim is.
    """
    return {claim: value for part in parts() for claim, value in part.truths(name).items()}


def write_sample(name: str = "documents", *, seed: int = SEED, folder: Path | None = None) -> Path:
    """Write the sample data of a world, its planted truths and its card.

    Parameters
    ----------
    name : str, default "documents"
        World, as in `world`, or one of `wholes`.
    seed : int
        Seed; the same seed gives the same bytes.
    folder : Path or None
        Where the files go; files of the same names are replaced. By default ``data/sample`` for the documents' world,
        which is in the repository, and ``data/worlds/<name>`` for another.

    Returns
    -------
    Path
        The folder.
    """
    tables, texts = _whole(name, seed) if name in wholes() else _of_parts(name, seed)
    folder = folder or ROOT / "data" / ("sample" if name == "documents" else f"worlds/{name}")
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in tables.items():
        frame.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ")
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    return folder


def _of_parts(name: str, seed: int) -> tuple[Mapping[str, pd.DataFrame], dict[str, str]]:
    """Draw a world's tables, and write the texts beside them."""
    planted, tables = sample(name, seed=seed)
    return tables, {
        "dataset.toml": _dataset_toml(name, seed),
        "truth.toml": _truth_toml(planted, seed),
        "README.md": _card(planted, seed, tables),
    }


def _whole(name: str, seed: int) -> tuple[Mapping[str, pd.DataFrame], dict[str, str]]:
    """Draw the tables of a world that a family has for itself, and write the texts beside them."""
    whole = wholes()[name]
    tables = whole.draw(name, rng=stream(seed, name))
    return tables, {
        "dataset.toml": _dataset_toml(name, seed, whole.timezone),
        "truth.toml": f'world = "{name}"\nseed = {seed}\n\n{_claims_toml(whole.truths())}',
        "README.md": (
            f'# Sample data: the world "{name}"\n\n**These data are simulated.** No account or post in them exists.\n'
            f"What is planted: {whole.meaning}.\n\nMade by `make sample WORLD={name}` (seed {seed}); the same seed "
            f"gives the same bytes.\n\n{whole.card(tables)}"
        ),
    }


def _dataset_toml(name: str, seed: int, timezone: str = "UTC") -> str:
    return (
        f'name = "sample-{name}"\n'
        'kind = "simulated"\n'
        f'source = "helpers.simulate, world {name}, seed {seed}"\n'
        f'timezone = "{timezone}"\n'
    )


def _claims_toml(truths: Mapping[str, float]) -> str:
    """Write the table of what is planted by claim."""
    return "\n".join(["[claims]", *(f"{claim_id} = {value:.6f}" for claim_id, value in truths.items())]) + "\n"


def _truth_toml(planted: World, seed: int) -> str:
    slopes = true_slopes(planted)
    lines = [
        "# What was planted. Rates are fractions of followers; slopes are those that the estimator converges to.",
        f'world = "{planted.name}"',
        f"seed = {seed}",
        f"band_edges = [{', '.join(f'{edge:.0f}' for edge in BANDS)}]",
        f"like_rates = {list(planted.like_rates)}",
        f"comment_rates = {list(planted.comment_rates)}",
        "",
        "[slopes]",
        *(f"{name} = {slope:.6f}" for name, slope in slopes.items()),
        "",
        "# By claim: the true value of its estimand, signed as the claim is. What a choice gains (schedule, hashtags,",
        "# a metric for each goal) is that of the best choice, and less or more where other effects stand beside it.",
    ]
    return "\n".join(lines) + "\n" + _claims_toml(truths(planted.name))


def _card(planted: World, seed: int, tables: Mapping[str, pd.DataFrame]) -> str:
    posts, accounts = tables["posts"], tables["accounts"]
    rows = "\n".join(
        f"| {low:,.0f} to {high:,.0f} | {like:.2%} | {comment:.3%} |"
        for low, high, like, comment in zip(
            BANDS[:-1], BANDS[1:], planted.like_rates, planted.comment_rates, strict=True
        )
    )
    return f"""# Sample data: the world "{planted.name}"

**These data are simulated.** No account or post in them exists. They serve to try the notebooks, and to show that the
method finds what was planted: {planted.meaning}.

Made by `make sample WORLD={planted.name}` (helpers.simulate, seed {seed}); the same seed gives the same bytes.

| table | rows | one row is |
|---|---|---|
| posts.csv | {len(posts):,} | a post: platform, times, followers at posting, counts, reach, sponsored, disclosed |
| accounts.csv | {len(accounts):,} | an account: platform, followers, kind, category |

## What was planted

| followers | like rate | comment rate |
|---|---|---|
{rows}

The slopes that follow from them stand in truth.toml.

## What makes it look like real data

- Equally many accounts from each band of size, as in a study with quotas; within a band small accounts are commoner.
- Accounts of one size differ (standard deviation of the ln like rate {LIKE_SPREAD}, comment rate {COMMENT_SPREAD}),
  and so do the posts of one account ({POST_SPREAD}), with Poisson noise on top. Most rates are low and a few are high.
- Platforms differ by fixed factors that average 1.
- {(posts["likes"] == -1).sum():,} posts have hidden likes (-1), {posts["comments"].isna().sum():,} lack a comment
  count (empty), {posts["reach"].isna().sum():,} lack reach. Hidden, missing and zero are three things.
- Posts younger than a few days at capture ({CAPTURED}) are still gathering likes; the notebooks leave them out.

{"".join(part.card(tables) for part in parts())}
Columns are explained in docs/tables.md. The data may be used freely (MIT, as the project).
"""
