"""Claims about social-media engagement, put to the test: the pieces behind the notebooks."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder: where ``data/``, ``notebooks/`` and ``reports/`` stand."""
