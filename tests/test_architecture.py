"""The house is as docs/architecture.md draws it: rooms, floors, the way of posts, and the small package within it."""

import ast
import importlib
import io
import re
import tokenize
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

from helpers import ROOT
from helpers.families import found

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CODE = ROOT / "src" / "helpers"
SMALL = ("base", "tables", "measures", "estimates", "claims", "plots")
DYNAMIC = {"families/__init__.py", "running/warm.py"}
"""Where modules are imported by name: families are discovered, and a server loads libraries before it forks."""


def rooms() -> dict[str, int]:
    """Read the rooms of the page with their floors."""
    told = PAGE.split("## Rooms")[1].split("\n## ")[0]
    return {room.rstrip("/"): int(floor) for floor, room in re.findall(r"^\| (\d) \| `([\w./]+)` \|", told, flags=re.M)}


def room_of(path: Path) -> str:
    return path.relative_to(CODE).parts[0]


def modules() -> list[Path]:
    return [path for path in CODE.rglob("*.py") if path != CODE / "__init__.py"]


def arrows() -> dict[str, set[str]]:
    """List which room imports which, also inside functions."""
    drawn = defaultdict(set)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
                inside = node.module.split(".")[1:2] or [alias.name for alias in node.names]
                drawn[room_of(path)] |= {name for name in inside if (CODE / name).is_dir()}
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: relative imports hide the room"
    return {room: names - {room} for room, names in drawn.items()}


def dotted(path: Path) -> str:
    """Name the module that a file is."""
    parts = path.relative_to(CODE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """List the modules of the house that a file imports, also inside functions and for types alone."""
    names = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            there = {name for name in inside if is_file(name)}
            names |= there | ({node.module} if inside - there else set())
    return {name for name in names if is_file(name)} - {dotted(path)}


def is_file(name: str) -> bool:
    place = CODE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def lines_of_code(path: Path) -> int:
    """Count the lines that hold code: no comments, no blank lines, no docstrings."""
    source = path.read_text(encoding="utf-8")
    told = set()
    for node in ast.walk(ast.parse(source)):
        for line in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
            if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
                told |= set(range(line.lineno, line.end_lineno + 1))
    empty = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    held = {line for token in tokens if token.type not in empty for line in range(token.start[0], token.end[0] + 1)}
    return len(held - told)


def test_the_page_names_every_room_on_its_floor():
    folders = {path.name for path in CODE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert set(rooms()) == folders | {"__main__.py"}
    assert max(rooms().values()) <= 9
    for room, below in arrows().items():
        for name in below:
            assert rooms()[name] < rooms()[room], f"{room} imports {name}, which is not below it"


def is_there(name: str) -> object:
    """Say whether a dotted name is a module of ours, or something in one."""
    module, _, last = name.rpartition(".")
    try:
        return hasattr(importlib.import_module(f"helpers.{module}"), last) or bool(
            importlib.import_module(f"helpers.{name}")
        )
    except ModuleNotFoundError:
        return False


def test_every_step_of_the_way_is_there():
    told = PAGE.split("## The way of")[1].split("\n## ")[0]
    steps = re.findall(r"^\| \d+ \| (`.+?`) \| (.+) \|$", told, flags=re.M)
    assert len(steps) == 10
    named = re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", "".join(part for step in steps for part in step))
    assert [name for name in named if not is_there(name)] == []


def test_every_file_that_the_page_names_is_there():
    for name in re.findall(r"`((?:claims|estimates|measures|reading|sources|families|data|notebooks)/[\w./-]+)`", PAGE):
        assert any((base / name).exists() for base in (CODE, ROOT)), name


def test_every_link_from_one_page_to_another_leads_to_a_file():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    ]
    assert links
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_the_small_package_stays_small_and_no_room_holds_more_than_a_third():
    sizes = defaultdict(int)
    for path in modules():
        sizes[room_of(path)] += lines_of_code(path)
    assert sum(sizes[room] for room in SMALL) <= 3_500
    assert max(size for room, size in sizes.items() if room != "families") <= sum(sizes.values()) / 3


def test_modules_are_imported_by_name_in_two_places_only():
    dynamic = re.compile(r"\bimport_module\b|\b__import__\b")
    there = {
        path.relative_to(CODE).as_posix()
        for path in [*modules(), CODE / "__init__.py"]
        if dynamic.search(path.read_text(encoding="utf-8"))
    }
    assert there == DYNAMIC


def test_no_file_needs_a_file_that_needs_it():
    needed = {dotted(path): imported(path) for path in [*modules(), CODE / "__init__.py"]}
    assert needed["helpers.reading.dataset"] >= {
        "helpers.reading.loading",
        "helpers.reading.opened",
    }  # also in functions
    list(TopologicalSorter(needed).static_order())  # CycleError names the files of a circle


def test_every_notebook_has_a_family_and_every_family_a_notebook():
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {family.notebook for family in found().values()} == notebooks
