"""What does a figure show? Its numbers as rows, and the figure itself as a vector file whose text stays text."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

TRAVELS = "ENGAGEMENT_CLAIMS_FIGURES"
"""The variable of the environment that a batch sets: each picture then hands over its vector and its numbers."""

FIGURE = "application/vnd.engagement-claims.figure+json"
"""The type under which a notebook hands a picture's vector and numbers to the run that it is part of."""

COLUMNS = ("panel", "series", "shows", "row", "x", "x_low", "x_high", "y", "y_low", "y_high", "value")
"""What the rows of `numbers` hold: ``row`` where an axis has names instead of numbers, ``value`` of a coloured cell."""

LOOK: Any = {"svg.fonttype": "none", "svg.hashsalt": "engagement-claims"}
"""Text stays text, and names inside the file depend on nothing but the drawing."""

_DIGITS = 8


def travelling(figure: Figure, *, title: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Draw a figure as a notebook shows it, and as it travels: laid out and measured once, which is half of drawing.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it keeps its layout.
    title : str
        What it shows; a reader without eyes is told it.

    Returns
    -------
    shown : dict
        What IPython would show, by type.
    figure : dict
        ``svg``, the same bytes for the same drawing, and ``numbers``, as `numbers` gives them.
    """
    import matplotlib as mpl

    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")
    box = figure.get_tightbbox().padded(mpl.rcParams["savefig.pad_inches"])
    figure.savefig(png := io.BytesIO(), format="png", bbox_inches=box, dpi=figure.dpi)
    with mpl.rc_context(dict[Any, Any](LOOK)):
        metadata = {"Date": None, "Creator": None, "Title": title}
        figure.savefig(out := io.StringIO(), format="svg", bbox_inches=box, metadata=metadata)
    vector = out.getvalue().replace("<svg ", '<svg role="img" ', 1)
    shown = {"image/png": b64encode(png.getvalue()).decode("ascii"), "text/plain": repr(figure)}
    return shown, {"svg": vector, "numbers": numbers(figure)}


def numbers(figure: Figure) -> list[dict[str, Any]]:
    """Read the numbers behind a figure from what is drawn.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Points, lines, intervals, bars, bands and coloured cells are read; text and colour bars are not.

    Returns
    -------
    list of dict
        Rows with those keys of `COLUMNS` that they fill. ``shows`` is one of point, line, estimate, interval,
        bar, band, cell and mark (a line across the whole panel).
    """
    panels = [ax for ax in figure.axes if ax.get_label() != "<colorbar>" and ax.axison]
    rows = []
    for place, ax in enumerate(panels, start=1):
        panel = ax.get_title(loc="center") or ax.get_title(loc="left") or (str(place) if len(panels) > 1 else "")
        rows += [_named(row, ax, panel) for row in _of_panel(ax)]
    return rows


def _named(row: dict[str, Any], ax: Axes, panel: str) -> dict[str, Any]:
    """Put names for numbers where an axis has them, dates as dates, the rest with few digits."""
    named = {"panel": panel, **row}
    for axis, letter in ((ax.xaxis, "x"), (ax.yaxis, "y")):
        names = _names(axis)
        if names and isinstance(at := named.get(letter), int | float):
            near = min(names, key=lambda tick: abs(tick - at))
            if abs(near - at) < 0.5:
                named["row"] = " ".join(filter(None, (named.get("row"), names[near])))
                del named[letter]
        for key in (letter, f"{letter}_low", f"{letter}_high"):
            if key in named:
                named[key] = _told(named[key], axis)
    if "value" in named:
        named["value"] = _short(named["value"])
    return {key: value for key, value in named.items() if value is not None and value != ""}


def _names(axis: Axis) -> dict[float, str]:
    """Give the names at the ticks of an axis that has names instead of numbers: fixed ones, a step apart."""
    import numpy as np
    from matplotlib.category import StrCategoryFormatter
    from matplotlib.ticker import FixedLocator

    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    if not isinstance(formatter, StrCategoryFormatter) and not isinstance(locator, FixedLocator):
        return {}
    ticks = np.sort(axis.get_majorticklocs())
    words = [" ".join(str(name).split()) for name in formatter.format_ticks(ticks.tolist())]
    numeric = all(re.fullmatch(r"([-−+]?\d[\d.,]*\S?)?", word) for word in words)
    return {} if numeric or (np.diff(ticks) != 1).any() else dict(zip(ticks.tolist(), words, strict=True))


def _told(value: Any, axis: Axis) -> Any:
    from matplotlib.dates import DateConverter, num2date

    if isinstance(axis.get_converter(), DateConverter) or "Date" in type(axis.get_major_formatter()).__name__:
        return f"{num2date(value):%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    return _short(value)


def _short(value: Any) -> float | int:
    number = float(f"{float(value):.{_DIGITS}g}")
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _of_panel(ax: Axes) -> Iterator[dict[str, Any]]:
    """Read what one panel shows, in the order in which it was drawn."""
    from matplotlib.container import BarContainer, ErrorbarContainer

    held: set[int] = set()
    for container in ax.containers:
        held |= {id(artist) for artist in _parts(container)}
        if isinstance(container, ErrorbarContainer):
            yield from _estimates(container)
        elif isinstance(container, BarContainer):
            yield from _bars(container)
    for artist in (*ax.patches, *ax.collections, *ax.lines, *ax.images):
        if id(artist) not in held and artist.get_visible():
            yield from _of_artist(artist, ax)


def _parts(container: Any) -> Iterator[Artist]:
    for part in container:
        yield from part if isinstance(part, tuple | list) else [part] if part is not None else []


def _label(artist: Any) -> str:
    label = str(getattr(artist, "get_gid", lambda: None)() or artist.get_label() or "")
    return "" if label.startswith("_") else label


def _estimates(container: Any) -> Iterator[dict[str, Any]]:
    """Read estimates with their intervals; the bars lie across the direction in which the points stand."""
    import numpy as np

    line, _, bars = container
    points = _points(line) if line is not None else []
    ends: list[dict[str, float]] = [{} for _ in points]
    for bar in bars:
        for place, segment in enumerate(bar.get_segments()[: len(points)]):
            if len(segment) < 2:
                continue
            (x0, y0), (x1, y1) = segment[0], segment[-1]
            across = ("x", x0, x1) if y0 == y1 and x0 != x1 else ("y", y0, y1)
            ends[place] |= {f"{across[0]}_low": min(across[1:]), f"{across[0]}_high": max(across[1:])}
    for (x, y), interval in zip(points, ends, strict=True):
        if np.isfinite([x, y]).all():
            yield {"series": _label(container), "shows": "estimate", "x": x, "y": y, **interval}


def _points(line: Any) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in line.get_xydata()]


def _bars(container: Any) -> Iterator[dict[str, Any]]:
    """Read bars from their foot to their end."""
    for patch in container:
        left, low = float(patch.get_x()), float(patch.get_y())
        width, height = float(patch.get_width()), float(patch.get_height())
        if container.orientation == "horizontal":
            along = {"y": low + height / 2, "x_low": left, "x": left + width}
        else:
            along = {"x_low": left, "x_high": left + width, "y_low": low, "y": low + height}
        yield {"series": _label(container), "shows": "bar", **along}


def _of_artist(artist: Any, ax: Axes) -> Iterator[dict[str, Any]]:
    """Read what stands alone: lines, points, bands, segments, cells."""
    import numpy as np
    from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    series = {"series": _label(artist)}
    if isinstance(artist, Line2D):
        yield from _line(artist, ax)
    elif isinstance(artist, Rectangle):
        yield from _strip(artist, ax)
    elif isinstance(artist, QuadMesh):
        yield from _cells(artist, ax)
    elif isinstance(artist, LineCollection):
        for segment in artist.get_segments():
            if len(segment):
                (x0, y0), (x1, y1) = segment[0], segment[-1]
                yield {**series, "shows": "interval", **_span("x", x0, x1), **_span("y", y0, y1)}
    elif isinstance(artist, PathCollection):
        for x, y in np.ma.getdata(artist.get_offsets()):
            if np.isfinite([x, y]).all():
                yield {**series, "shows": "point", "x": float(x), "y": float(y)}
    elif isinstance(artist, PolyCollection):
        yield from ({**series, "shows": "band", **row} for row in _between(artist))


def _span(letter: str, one: float, other: float) -> dict[str, float]:
    if one == other:
        return {letter: float(one)}
    return {f"{letter}_low": float(min(one, other)), f"{letter}_high": float(max(one, other))}


def _line(line: Any, ax: Axes) -> Iterator[dict[str, Any]]:
    import numpy as np

    series = {"series": _label(line)}
    for letter, across in (("x", ax.get_xaxis_transform()), ("y", ax.get_yaxis_transform())):
        if line.get_transform() == across and line.get_transform() != ax.transData:
            at = _points(line)[0][0 if letter == "x" else 1]
            yield {**series, "shows": "mark", letter: at}
            return
    shows = "point" if line.get_linestyle() in ("None", "", " ") else "line"
    for x, y in _points(line):
        if np.isfinite([x, y]).all():
            yield {**series, "shows": shows, "x": x, "y": y}


def _strip(patch: Any, ax: Axes) -> Iterator[dict[str, Any]]:
    """Read a band across the whole panel, or a rectangle of its own."""
    x, y = float(patch.get_x()), float(patch.get_y())
    row = {"series": _label(patch), "shows": "band"}
    whole = patch.get_transform() - patch.get_patch_transform() if patch.get_transform() else None
    if whole != ax.get_xaxis_transform() and patch.get_height() == 1 and y == 0:
        whole = ax.get_xaxis_transform()
    across = {"x_low": x, "x_high": x + float(patch.get_width())}
    up = {"y_low": y, "y_high": y + float(patch.get_height())}
    if whole == ax.get_xaxis_transform():
        yield {**row, **across}
    elif x == 0 and patch.get_width() == 1:
        yield {**row, **up}
    else:
        yield {**row, **across, **up}


def _between(band: Any) -> Iterator[dict[str, float]]:
    """Read the lower and the upper edge of an area between two lines."""
    import numpy as np

    for path in band.get_paths():
        edges: dict[float, list[float]] = {}
        for x, y in path.vertices:
            edges.setdefault(float(x), []).append(float(y))
        for x, ys in edges.items():
            if np.isfinite([x, *ys]).all():
                yield {"x": x, "y_low": min(ys), "y_high": max(ys)}


def _cells(mesh: Any, ax: Axes) -> Iterator[dict[str, Any]]:
    """Read coloured cells; one without a value is left out."""
    import numpy as np

    corners = mesh.get_coordinates()
    heights: np.ndarray = np.ma.asarray(mesh.get_array(), dtype=float)
    values: np.ndarray = np.ma.filled(heights, np.nan).reshape(corners.shape[0] - 1, -1)
    named = [bool(_names(axis)) for axis in (ax.xaxis, ax.yaxis)]
    for (i, j), value in np.ndenumerate(values):
        if np.isfinite(value):
            (x0, y0), (x1, y1) = corners[i, j], corners[i + 1, j + 1]
            across = {"x": (x0 + x1) / 2} if named[0] else _span("x", x0, x1)
            up = {"y": (y0 + y1) / 2} if named[1] else _span("y", y0, y1)
            yield {"shows": "cell", "value": float(value), **across, **up}
