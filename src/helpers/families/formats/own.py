"""How are the claims about formats put to one account?"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.analysis import Own
from helpers.claims.own_account import CHOICES, contrast
from helpers.families.formats.analysis import KINDS

SHORT_S = 60.0
"""A video up to this many seconds is short."""


def sides(treated: str, control: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Tell two groups of posts apart: 1 and 0, missing for posts of neither; a length without a format is a video's."""

    def side(posts: pd.DataFrame) -> pd.Series:
        kind = posts["format"].map(KINDS)
        kind = kind.mask(posts["format"].isna() & (posts["duration_s"] > 0), "video")
        length = pd.Series(np.where(posts["duration_s"] <= SHORT_S, "short", "long"), index=posts.index)
        kind = kind if treated in KINDS.values() else length.where((kind == "video") & posts["duration_s"].notna())
        return kind.map({treated: 1.0, control: 0.0})

    return side


_COUNTS = tuple({"posts": ("created_at", "format", name)} for name in ("likes", "comments"))

OWN = {
    "format-video-beats-image": Own(partial(contrast, treated=sides("video", "still")), _COUNTS),
    "format-short-beats-long-video": Own(
        partial(contrast, treated=sides("short", "long")),
        tuple({"posts": ("created_at", "duration_s", name)} for name in ("likes", "comments")),
    ),
    "format-live-draws-comments": Own(
        partial(contrast, treated=sides("live", "video")),
        ({"posts": ("created_at", "format", "comments")},),
        choices={**CHOICES, "outcome": ("comments",)},
    ),
}
"""By claim."""
