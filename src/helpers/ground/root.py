"""Where does the project stand?"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The project's folder: where ``data/``, ``notebooks/`` and ``reports/`` stand."""
