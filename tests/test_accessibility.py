"""Can everybody use the built pages? axe looks for what WCAG 2.2 AA forbids, with all that unfolds unfolded."""

import pytest
from conftest import in_browser

from helpers import ROOT

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
WORLDS = ("documents",)
LOOKED_AT = ("01-account-size", "11-quoted-figures", "12-own-account", "index")
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@in_browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_no_page_of_the_sample_breaks_a_rule(of_worlds, open_page, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    pages, wrong = sorted(of_worlds("documents").glob("*.html")), {}
    assert [path.stem for path in pages] == [*NOTEBOOKS, "index"]
    few = (scheme, width) != ("light", 1280)  # one style sheet serves all: elsewhere the pages that differ most do
    for path in [path for path in pages if not few or path.stem in LOOKED_AT]:
        tab = open_page(path, color_scheme=scheme, viewport={"width": width, "height": 900})
        tab.evaluate(UNFOLD)
        found = axe.run(tab, options={"runOnly": {"type": "tag", "values": AA}, "resultTypes": ["violations"]})
        wrong |= {(path.name, one["id"]): one["nodes"][0]["html"][:200] for one in found.response["violations"]}
    assert wrong == {}
