"""JSON of any size becomes a table, or is refused: nested keys, lists, lines, archives of X, damage, memory."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from helpers import ROOT
from helpers.base.refusals import Refusal
from helpers.reading import jsons

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def table(file: Path, **options) -> list[dict[str, str]]:
    to = file.parent / "out.csv"
    number = jsons.records_to_csv(file, to, **options)
    with to.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == number
    return rows


def saved(folder: Path, text: str | bytes, name: str = "a.json") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_keys_in_keys_are_joined_and_lists_become_words_or_lengths(tmp_path):
    record = {
        **{"id": 17841400000000001, "share": 0.1, "hidden": None, "is_ad": False},
        **{"user": {"name": "a", "stats": {"fans": 3}}, "tags": ["x", "y z"], "none": []},
        "replies": [{"by": {"name": "b"}}, {"by": {"name": "c"}, "late": 1}],
    }
    assert table(saved(tmp_path, json.dumps([record]))) == [
        {
            **{"id": "17841400000000001", "share": "0.1", "hidden": "", "is_ad": "false"},
            **{"user.name": "a", "user.stats.fans": "3", "tags": "x y z", "none": ""},
            **{"replies": "2", "replies/0.by.name": "b"},
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": "1", "n": 2}, {"id": "2", "n": 3}]',
        '{"id": "1", "n": 2}\n{"id": "2", "n": 3}\n',
        '{"id": "1", "n": 2}\r\n\r\n{"id": "2", "n": 3}',
        'window.YTD.tweets.part0 = [ {"id": "1", "n": 2}, {"id": "2", "n": 3} ]',
        '\ufeff[{"id": "1", "n": 2}, {"id": "2", "n": 3}]',
        '\n  [\n {"id": "1", "n": 2}, 7, null, {"id": "2", "n": 3}]',
    ],
)
def test_lists_lines_and_archives_of_x_are_read_alike(tmp_path, text):
    assert table(saved(tmp_path, text)) == [{"id": "1", "n": "2"}, {"id": "2", "n": "3"}]


def test_utf_16_is_read(tmp_path):
    assert table(saved(tmp_path, '[{"naam": "één"}]'.encode("utf-16"))) == [{"naam": "één"}]


def test_one_record_and_a_list_inside_one_are_read(tmp_path):
    file = saved(tmp_path, '{"status": 200, "result": {"posts": [{"id": 1}, {"id": 2, "likes": 5}]}}')
    assert jsons.shape(file) == "one"
    assert jsons.header(file) == ("status", "result.posts", "result.posts/0.id")
    around = {"^.status": "200"}
    assert table(file, path="result.posts") == [
        {"id": "1", "likes": "", **around},
        {"id": "2", "likes": "5", **around},
    ]
    assert table(file, path="result.nothing") == []


def test_a_key_that_comes_late_gets_a_column_and_no_row_shifts(tmp_path):
    rows = [{"id": n, "text": 'a "b",\nc'} for n in range(jsons.SAMPLE + 1)] + [{"late": 1, "id": "last"}]
    read = table(saved(tmp_path, json.dumps(rows)))
    assert [row["late"] for row in read] == [""] * (jsons.SAMPLE + 1) + ["1"]
    assert read[0] == {"id": "0", "text": 'a "b",\nc', "late": ""}


@pytest.mark.parametrize(
    "text", ['[{"id": 1}, {"id": ', '[{"id": 1} {"id": 2}]', '[{"id": NaN}]', "[1, 2]", "hello", ""]
)
def test_what_is_cut_off_or_no_json_is_refused_without_its_words(tmp_path, text):
    with pytest.raises(Refusal) as refusal:
        table(saved(tmp_path, text))
    assert "download it again" in str(refusal.value)
    assert "id" not in str(refusal.value)


def test_keys_that_are_values_are_refused(tmp_path):
    with pytest.raises(Refusal, match="more than 5,000 different keys"):
        table(saved(tmp_path, json.dumps([{f"user{n}": n for n in range(5001)}])))


def test_records_nested_without_end_do_not_exhaust_the_stack(tmp_path):
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    assert table(saved(tmp_path, f'[{{"id": 1, "deep": {deep}}}]')) == [{"id": "1"}]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=8)


@quick
@given(rows=st.lists(st.dictionaries(st.sampled_from("abcd"), texts | st.integers() | st.booleans()), max_size=5))
def test_plain_records_round_trip(tmp_path, rows):
    keys = {key for row in rows for key in row}
    said = {True: "true", False: "false"}
    wanted = [
        {key: said[row[key]] if isinstance(row.get(key), bool) else str(row.get(key, "")) for key in keys}
        for row in rows
    ]
    file = saved(tmp_path, json.dumps(rows))
    to = tmp_path / "out.csv"
    assert jsons.records_to_csv(file, to) == len(rows)
    with to.open(encoding="utf-8", newline="") as stream:
        read = list(csv.reader(stream))
    # A record without any cell is a blank line, or with one empty cell a line with quotation marks.
    assert [dict(zip(read[0], cells, strict=True)) for cells in read[1:] if cells] == [row for row in wanted if keys]


@quick
@given(data=st.binary(max_size=200) | st.text('[]{}",:1an\\ \n', max_size=60).map(str.encode))
def test_random_bytes_give_a_table_or_a_refusal(tmp_path, data):
    file = saved(tmp_path, data)
    try:
        jsons.records_to_csv(file, tmp_path / "out.csv")
    except Refusal:
        return
    assert (tmp_path / "out.csv").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured the POSIX way")
def test_memory_does_not_grow_with_the_file(tmp_path):
    """60 MB in a process of its own: what it takes more at the end than at the start is the reader's."""
    file, record = tmp_path / "big.json", json.dumps({"id": "1", "text": "x" * 260, "user": {"name": "a"}})
    with file.open("w") as out:
        out.write(f"[{record}")
        for _ in range(200):
            out.write(f",{record}" * 1000)
        out.write("]")
    assert file.stat().st_size > 60_000_000
    code = (
        "import resource, sys; from pathlib import Path; import csv, ijson; from helpers.reading import jsons\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "number = jsons.records_to_csv(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(number, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, sys.platform == 'darwin')"
    )
    command = [sys.executable, "-c", code, str(file), str(tmp_path / "big.csv")]
    run = subprocess.run(command, cwd=ROOT / "src", capture_output=True, text=True, check=True)
    number, growth, in_bytes = run.stdout.split()
    assert int(number) == 200_001
    assert int(growth) // (1024 if in_bytes == "True" else 1) < 20_000  # kilobytes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"id": 1, "likes": NaN}]', "NaN or Infinity"),
        ("[{'id': 1}]", "what Python prints"),
        ('[{"id": 1,', "cut off"),
    ],
)
def test_what_is_no_json_is_told_by_its_reason(tmp_path, text, says):
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(Refusal, match=says):
        list(jsons.records(file))
