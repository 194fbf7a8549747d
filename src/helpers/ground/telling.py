"""How is a number of some unit told in words, where nobody says so for the claim at hand?"""

from collections.abc import Mapping

USUAL: Mapping[str, str] = {
    "ln ratio": "{change:more|less}",
    "ln ratio, sign turned": "{fall:more|less}",
    "ln ratio per point": "{change:more|less} for each point",
    "difference of ln ratios": "{change:more|less}",
    "ratio": "{found} times",
    "ratio of shares": "{found} times",
    "odds ratio": "odds {found} times as high",
    "slope": "{doubled:more|less} with twice as much",
    "slope, share from 0 to 1": "{change:more|less} with all of it against none",
    "slope, sign turned": "{tenfold:more|less} at ten times the size",
    "slope per SD, sign turned": "{fall:more|less} with one usual step more",
    "SD per SD": "two agree in their order in {agreeing} of 100 pairs",
    "standard deviations": "in {pairs} of 100 pairs it is so",
    "standard deviation": "they differ by {part} of what is usual",
    "difference of shares": "{points:more|fewer} of a hundred",
    "difference of shares for each doubling": "{points:more|fewer} of a hundred with twice as much",
    "change of a share in a year": "{points:more|fewer} of a hundred each year",
    "standard deviations per point": "in {pairs} of 100 pairs one point apart",
    "difference of R2": "{points:more|less} of a hundred parts explained",
    "gain in R2": "{points:more|less} of a hundred parts explained",
    "own SD per hour": "{swing:more|less} with an hour more, where 1 is a person's usual swing",
    "share of persons, minus one half": "{share}",
    "share of persons, minus one quarter": "{many}",
    "share of time, minus one half": "{share}",
}
"""How an estimate is told where the registry says nothing else, by the beginning of its unit."""
