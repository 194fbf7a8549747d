"""Claims about social-media engagement, put to the test: the pieces behind the notebooks.

`import helpers` offers what a person needs to open, reduce, estimate, judge and plot; docs/api.md has an example of
each. Nothing is imported before it is asked for.
"""

from types import ModuleType
from typing import Any

from helpers.ground.root import ROOT  # noqa: F401

OFFERED = {
    "open_dataset": "reading.dataset",
    "import_data": "sources",
    "account_rates": "lessons.face",
    "with_bands": "lessons.face",
    "ask": "families.face",
    "mean": "lessons.face",
    "median": "lessons.face",
    "fit_slope": "lessons.face",
    "regress": "lessons.face",
    "band_means": "lessons.face",
    "within_ratio": "lessons.face",
    "within_slope": "lessons.face",
    "paired_difference": "lessons.face",
    "standardised_difference": "lessons.face",
    "ln_ratio_of_means": "lessons.face",
    "wilson": "lessons.face",
    "registry": "lessons.face",
    "judge": "lessons.face",
    "table": "lessons.face",
    "units_needed": "lessons.face",
    "style": "plots",
    "Picture": "plots",
    "forest": "families.face",
    "rate_by_size": "families.face",
    "groups_by_size": "families.face",
}
"""The names that are offered, and the room or module that each is of."""


def __getattr__(name: str) -> Any:
    """Fetch an offered name where it is first asked for."""
    if name not in OFFERED:
        from helpers.base.refusals import nearest

        near = nearest(name, list(OFFERED))
        raise AttributeError(f"module 'helpers' has no {name!r}{near}; it offers {', '.join(OFFERED)}, and its rooms")
    return getattr(_opened(OFFERED[name]), name)


def _opened(room: str) -> ModuleType:
    """Import one of the places that names are offered from."""
    match room:
        case "estimates":
            from helpers import estimates

            return estimates
        case "plots":
            from helpers import plots

            return plots
        case "sources":
            from helpers import sources

            return sources
        case "reading.dataset":
            from helpers.reading import dataset

            return dataset
        case "lessons.face":
            from helpers.lessons import face as of_lessons

            return of_lessons
    from helpers.families import face as of_families

    return of_families


def __dir__() -> list[str]:
    """List what is offered."""
    return sorted({*globals(), *OFFERED})
