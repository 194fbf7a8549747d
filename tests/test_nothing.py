"""Where nothing holds, no direction may come out oftener than chance lets it: what was counted, and how."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims import registry
from helpers.tools import nothing
from helpers.tools.calibrate import studies

COUNTS = pd.read_csv(nothing.TABLE, keep_default_na=False)


def test_directions_by_hand():
    verdicts = ["supported", "inconclusive", "direction contradicted", "too little data", "negligible"]
    rows = [{"claim_id": "trend-video", "verdict": verdict} for verdict in verdicts]
    rows += [{"claim_id": "dialogue-bait-does-not-help", "verdict": "supported"}]  # of no effect: names no direction
    assert nothing.directions(rows).to_numpy().tolist() == [["", "", "", "trend-video", 4, 0.25, 0.25]]


def test_a_study_replaces_its_own_rows_only(tmp_path, monkeypatch):
    monkeypatch.setattr(nothing, "_worlds", lambda *_: [{"claim_id": "trend-live", "verdict": "supported"}])
    path = tmp_path / "null.csv"
    pd.DataFrame(
        {
            "study": ["trends", "tiers"],
            "world": "null",
            "size": "1",
            "claim_id": ["trend-video", "tier-fit-helps"],
            "worlds": 3,
        }
    ).assign(up=0.0, down=0.0).to_csv(path, index=False)
    nothing.main(study="trends", seeds=1, path=path)
    assert pd.read_csv(path)[["study", "claim_id"]].to_numpy().tolist() == [
        ["tiers", "tier-fit-helps"], ["trends", "trend-live"],
    ]  # fmt: skip


def test_the_committed_table_knows_the_studies_and_their_claims():
    assert tuple(COUNTS["study"].unique()) == tuple(studies())
    assert not COUNTS.duplicated(["study", "world", "claim_id"]).any()
    assert {registry()[claim_id].kind for claim_id in COUNTS["claim_id"]} == {"D"}


def test_every_direction_that_the_null_world_can_tell_was_counted():
    """Left out are only claims whose null world plants something, or that no simulated study judges."""
    directions = {claim_id for claim_id, one in registry().items() if one.kind == "D"}
    assert directions - set(COUNTS["claim_id"]) == set()


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.world}-{row.claim_id}") for row in COUNTS.itertuples()])
def test_over_two_hundred_seeds_directions_come_out_in_a_twentieth_at_most(row):
    """The contract's 2.5% a side, and two Monte Carlo errors; worlds without an estimate say nothing."""
    assert row.worlds >= 0.9 * nothing.SEEDS
    assert row.up + row.down <= nothing.MOST + 2 * np.sqrt(nothing.MOST * (1 - nothing.MOST) / row.worlds)
