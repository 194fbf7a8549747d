"""Claims about social-media engagement, put to the test: the pieces behind the notebooks.

`import helpers` offers what a person needs to open, reduce, estimate, judge and plot; docs/api.md has an example of
each. Nothing is imported before it is asked for.
"""

from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder: where ``data/``, ``notebooks/`` and ``reports/`` stand."""

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
"""The names that are offered, and the module that each is of."""


def __getattr__(name: str) -> Any:
    """Fetch an offered name where it is first asked for."""
    if name not in OFFERED:
        from helpers.base.refusals import nearest

        near = nearest(name, list(OFFERED))
        raise AttributeError(f"module 'helpers' has no {name!r}{near}; it offers {', '.join(OFFERED)}, and its rooms")
    from importlib import import_module

    return getattr(import_module(f"helpers.{OFFERED[name]}"), name)


def __dir__() -> list[str]:
    """List what is offered."""
    return sorted({*globals(), *OFFERED})
