"""How are the claims about comments and captions put to one account?"""

import numpy as np

from helpers.claims.analysis import Own
from helpers.claims.own_account import BLOCKS, FEWEST_WEEKS, weekly_slope, weeks_of
from helpers.estimates import Estimate, regress
from helpers.measures import Reduced


def caption_slope(data: Reduced, *, block: str = "four weeks") -> Estimate | None:
    """Estimate the slope of the ln expected number of comments on ln words of the caption, within blocks of weeks."""
    posts = data.frames["posts"]
    used = posts[(posts["words"] > 0) & posts["comments"].notna() & posts["week"].notna()]
    block_of = used["account"].astype(str) + " " + (used["week"] // BLOCKS[block]).astype(int).astype(str)
    table = used.assign(ln_words=np.log(used["words"]), block=block_of)
    table = table[table.groupby("block")["comments"].transform("sum") > 0]
    fit = regress(
        table, outcome="comments", terms=["ln_words"], adjust=["block"], cluster="week", link="log", exposure="per"
    )
    return fit.term("ln_words") if fit else None


def _said(data: Reduced) -> "object":
    """Give the weeks with what their comments said, and the ln reach of their posts."""
    weeks = weeks_of(data, **{name: lambda p, name=name: p[name] for name in ("substantive", "hollow", "reach")})
    counts = weeks["posts"] * weeks[["substantive", "hollow"]].T
    substantive, hollow = counts.loc["substantive"], counts.loc["hollow"]
    with np.errstate(divide="ignore", invalid="ignore"):
        return weeks.assign(
            share=substantive / (substantive + hollow).where(substantive + hollow > 0),
            ln_all=np.log1p(substantive + hollow),
            ln_substantive=np.log1p(substantive),
            ln_hollow=np.log1p(hollow),
            ln_reach=np.log(weeks["reach"].where(weeks["reach"] > 0)),
        )


def substance(data: Reduced, *, held: str = "reach now") -> Estimate | None:
    """Estimate next week's ln reach after nothing but substantive comments against none, their number held fixed."""
    return weekly_slope(_said(data), term="share", outcome="ln_reach", held=_held("ln_all", held), later=1)


def stock_phrases(data: Reduced, *, held: str = "reach now") -> Estimate | None:
    """Estimate the slope of next week's ln reach on ln(1 + emoji and stock phrases), substantive ones held fixed."""
    return weekly_slope(_said(data), term="ln_hollow", outcome="ln_reach", held=_held("ln_substantive", held), later=1)


def _held(fixed: str, held: str) -> list[str]:
    return [fixed, *(["ln_reach"] if held == "reach now" else [])]


_QUALITY = tuple(
    {"posts": ("post_id", "created_at", "reach"), "comments": ("post_id", name)} for name in ("quality", "text")
)
_HELD = {"held": ("reach now", "nothing")}

OWN = {
    "comment-caption-length": Own(
        caption_slope,
        tuple({"posts": ("created_at", "comments", name)} for name in ("caption_words", "caption")),
        choices={"block": ("four weeks", "week", "quarter")},
        told="a text twice as long draws {doubled:more|fewer} comments {per}",
    ),
    "comment-substance-lifts-reach": Own(substance, _QUALITY, fewest=FEWEST_WEEKS["slope"], choices=_HELD),
    "comment-stock-phrases-do-nothing": Own(stock_phrases, _QUALITY, fewest=FEWEST_WEEKS["slope"], choices=_HELD),
}
"""By claim."""
