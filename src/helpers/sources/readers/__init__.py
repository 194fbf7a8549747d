"""Which native exports are known? Every reader of this package declares its own as ``LAYOUTS``."""

from __future__ import annotations

from helpers.sources.layouts import Layout
from helpers.sources.readers import (
    archives,
    conversations,
    crowdtangle,
    dashboards,
    fourcat,
    interfaces,
    linkedin,
    lists,
    meta,
    minet,
    scrapers,
    tiktok,
    x,
    youtube,
)

LAYOUTS: tuple[Layout, ...] = (
    *meta.LAYOUTS,
    *youtube.LAYOUTS,
    *tiktok.LAYOUTS,
    *linkedin.LAYOUTS,
    *x.LAYOUTS,
    *crowdtangle.LAYOUTS,
    *fourcat.LAYOUTS,
    *scrapers.LAYOUTS,
    *lists.LAYOUTS,
    *conversations.LAYOUTS,
    *interfaces.LAYOUTS,
    *minet.LAYOUTS,
    *dashboards.LAYOUTS,
    *archives.LAYOUTS,
)
