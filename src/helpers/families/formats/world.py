"""What would format do? Stills, videos short and long, and live broadcasts, planted on the panel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.simulate.panel import made_again
from helpers.simulate.parts import Effect

MIX = {"image": 0.36, "carousel": 0.12, "text": 0.08, "video": 0.20, "reel": 0.14, "live": 0.08, "link": 0.02}
"""Share of posts in each format, the same for every account and hour, so that formats meet no other effect."""

SHORT_SHARE = 0.6
"""Share of recorded videos of at most 60 s."""

SHORT_S, LONG_S, LIVE_S = (8.0, 60.0), (61.0, 900.0), (600.0, 5_400.0)
"""Seconds that short, long and live videos last, evenly spread on the log scale."""

EFFECTS = {
    "documents": {"video": np.log(1.35), "short": np.log(1.25), "live_comments": np.log(3.0), "carousel": 0.0},
    "literature": {"video": np.log(1.11), "short": 0.0, "live_comments": np.log(6.0), "carousel": np.log(1.22)},
    "null": {"video": 0.0, "short": 0.0, "live_comments": 0.0, "carousel": 0.0},
}
"""Differences in ln engagement. Literature: reels 0.50, carousels 0.55 and images 0.45% (Socialinsider 2025), no study
of length found; live video with six times the interactions (Facebook 2018, a company's own word)."""


def plan(posts: pd.DataFrame, name: str, *, rng: np.random.Generator) -> pd.DataFrame:
    """Give every post a format, videos a length, and their effects.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts of the panel.
    name : str
        World.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Columns format, duration_s, ln_engagement and ln_comments, with the rows of `posts`.
    """
    n, effect = len(posts), EFFECTS[name]
    drawn = rng.choice(list(MIX), n, p=list(MIX.values()))
    short, place = rng.random(n) < SHORT_SHARE, rng.random(n)
    drawn = made_again(pd.Series(drawn), posts).to_numpy()
    video, live = np.isin(drawn, ["video", "reel"]), drawn == "live"
    low, high = (np.where(live, LIVE_S[end], np.where(short, SHORT_S[end], LONG_S[end])) for end in (0, 1))
    seconds = np.round(low * (high / low) ** place)
    lift = effect["video"] * video + effect["short"] * (video & short) + effect["carousel"] * (drawn == "carousel")
    return pd.DataFrame(
        {
            "format": drawn,
            "duration_s": pd.array(np.where(video | live, seconds, np.nan), dtype="Float64").astype("Int64"),
            "ln_engagement": lift,
            "ln_comments": effect["live_comments"] * live,
        },
        index=posts.index,
    )


def truths(name: str) -> dict[str, float]:
    """Say what is planted, by claim."""
    effect = {kind: float(value) for kind, value in EFFECTS[name].items()}
    still = np.average(
        [1, np.exp(effect["carousel"]), 1], weights=[MIX[kind] for kind in ("image", "carousel", "text")]
    )
    recorded = np.exp(effect["video"]) * (SHORT_SHARE * np.exp(effect["short"]) + 1 - SHORT_SHARE)
    return {
        "format-video-beats-image": float(np.log(recorded / still)),
        "format-short-beats-long-video": effect["short"],
        # A live broadcast is compared with recorded video, which draws more comments where video draws more of all.
        "format-live-draws-comments": float(effect["live_comments"] - np.log(recorded)),
    }


def card(tables: Mapping[str, pd.DataFrame]) -> str:
    """Tell in Markdown what is planted."""
    del tables
    return f"  Formats fall by chance: {', '.join(f'{kind} {share:.0%}' for kind, share in MIX.items())}.\n"


EFFECT = Effect("formats", plan, truths, card=card)
"""What is planted on the panel."""
