"""Calibration counts what it says it counts."""

import pandas as pd
import pytest

from helpers import ROOT, calibrate


def test_a_chunk_judges_every_claim_in_every_world():
    rows = pd.DataFrame(calibrate.chunk("documents", 100, range(3)))
    assert len(rows) == 3 * 11
    assert set(rows["covered"].dropna()) <= {0.0, 1.0}
    again = pd.DataFrame(calibrate.chunk("documents", 100, range(3)))
    pd.testing.assert_frame_equal(rows, again)


def test_summary_by_hand():
    rows = pd.DataFrame(
        {
            "world": "null",
            "size": 30,
            "claim_id": "a",
            "verdict": ["supported", "negligible", "too little data", "inconclusive"],
            "covered": [0.0, 1.0, None, 1.0],
            "plainly_covered": [0.0, 0.0, None, 1.0],
        }
    )
    row = calibrate.summary(rows).iloc[0]
    assert (row["coverage"], row["plain_coverage"]) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert (row["n"], row["good"]) == (3, 0.25)
    page = calibrate.page(pd.DataFrame([row]), repeats=4)
    assert "| a | 30 | – | – | 0.250 |" in page


def test_the_committed_page_meets_what_is_wanted():
    lines = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| size-")]
    assert len(cells) == 2 * 11 * len(calibrate.SIZES)
    slopes = [float(row[2]) for row in cells if "fall" in row[0]]
    assert 0.93 <= min(slopes) <= max(slopes) <= 0.97
    bands = pd.DataFrame([row for row in cells if "fall" not in row[0] and row[2] != "–"])
    worlds = [
        f"world {i // (len(cells) // 2)}" for i, row in enumerate(cells) if "fall" not in row[0] and row[2] != "–"
    ]
    together = bands[2].astype(float).groupby([worlds, bands[1]]).mean()
    # One band's coverage is known to 0.014 only; the eight of one world and size together to 0.005.
    assert len(together) == 6
    assert together.between(0.93, 0.97).all()
    null = lines.index("## World `null`")
    false = [float(line.strip("|").split("|")[4]) for line in lines[null:] if line.startswith("| size-")]
    assert max(false) <= 0.03
