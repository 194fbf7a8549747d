"""Numbers and dates as people's files have them: read right, or refused, never guessed."""

import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from helpers.reading.typing import in_utc
from helpers.reading.values import (
    UNKNOWN,
    harmless,
    is_unknown,
    mended,
    plain_name,
    read_numbers,
    read_times,
    seconds,
    spans,
    tags,
)


def counts(*cells, **stated):
    return read_numbers(list(cells), kind="count", **stated)


def numbers(*cells, **stated):
    return read_numbers(list(cells), kind="number", **stated)


def plain(reading):
    assert reading.faults == ()
    return [None if pd.isna(value) else value for value in reading.column.tolist()]


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("424", 424),
        ("424.0", 424),
        ("475.8m", 475_800_000),
        ("1.2K", 1_200),
        ("3.3k", 3_300),
        ("29.0b", 29_000_000_000),
        ("0.89k", 890),
        ("78,9 mln", 78_900_000),
        ("12 345", 12_345),
        ("12\u00a0345", 12_345),
        ("12\u2009345", 12_345),
        ("12\u202f345", 12_345),
        ("1.234.567", 1_234_567),
        ("1,234,567", 1_234_567),
        ("1,23,456", 123_456),  # as in India
        ("12,34,567", 1_234_567),
        ("1,2 tys.", 1_200),
        ("2,5 mi", 2_500_000),
        ("1,2 mld", 1_200_000_000),
        ("1.234,0", 1_234),
        ("1'234", 1_234),
        ("1’234", 1_234),
        ("\u200e1\u200f2", 12),
        ("１２３", 123),
        ("١٢", 12),  # digits of Arabic, Persian, Devanagari and Thai
        ("١٬٢٣٤٬٥٦٧", 1_234_567),
        ("۳۴", 34),
        ("१२३", 123),
        ("๑๒", 12),
        ("1.2万", 12_000),
        ("3.5萬", 35_000),
        ("1.5만", 15_000),
        ("3천", 3_000),
        ("2千万", 20_000_000),
        ("1.2亿", 120_000_000),
        ("1.2億回", 120_000_000),
        ("12次", 12),
        ("1,234,567회", 1_234_567),
        ("1,2 тыс.", 1_200),
        ("3 млн", 3_000_000),
        ("1.2 lakh", 120_000),
        ("3 crore", 30_000_000),
        ("2,3 jt", 2_300_000),
        ("+5", 5),
        ("007", 7),
        ("1.5E+06", 1_500_000),
        ("-1", -1),
        ("-5", -5),
        ("−1", -1),
        (7, 7),
        (7.0, 7),
    ],
)
def test_a_count_that_can_be_read_in_one_way_only(cell, count):
    assert plain(counts(cell)) == [count]


@pytest.mark.parametrize("cell", [*sorted(UNKNOWN), "N/A'", "#VALOR!", "NaN", " - ", "\u200e", None, float("nan")])
def test_cells_that_say_nothing_are_unknown_and_not_zero(cell):
    assert plain(counts(cell, "0")) == [None, 0]


@pytest.mark.parametrize(
    "cell",
    [
        "twelve",
        "1.2.3",
        "1,2,345",
        "1.234,567.8",
        "12,",
        "1 2",
        "10²",
        "½",
        "1e",
        "5 q",
        "1_000",
        "0x1A",
        "--1",
        "inf",
        "9" * 30,
        "12:30",
        "1億2,345万",
        "5 lakhs of",
        "1.234e5.",
        "$ five",
        "12 3456",
    ],
)
def test_what_is_no_number_is_a_fault(cell):
    for reading in (counts(cell), numbers(cell)):
        assert [fault.at for fault in reading.faults] == [(0,)]
        assert reading.column.isna().all()


def test_a_column_of_counts_takes_the_only_reading_in_which_all_are_whole():
    reading = counts("407.137", "12", "5")
    assert plain(reading) == [407_137, 12, 5]
    assert reading.notes[0].at == (0,)


def test_beside_plain_counts_above_999_the_mark_is_not_guessed():
    reading = counts("407.137", "5612", "3")
    assert reading.faults[0].at == (0,)
    assert "dataset.toml" in reading.faults[0].says


def test_totals_decide_where_the_column_cannot():
    assert plain(counts("407.137", "5612", expected=[407_137, None])) == [407_137, 5_612]
    assert counts("407.137", "5612", expected=[407_138, None]).faults
    assert counts("407.137", "5612", expected=[None, None]).faults


def test_statements_decide_and_are_held_to():
    assert plain(counts("407.137", "5612", decimal=",")) == [407_137, 5_612]
    assert plain(counts("407.137", "5612", thousands=".")) == [407_137, 5_612]
    assert plain(numbers("407.137", thousands=",")) == [407.137]
    assert numbers("1,5", decimal=".").faults[0].at == (0,)


@pytest.mark.parametrize(("cell", "said"), [("1.2 mil", "with 'mil'"), ("1,2 B", "with 'B' behind a decimal comma")])
def test_words_that_mean_several_scales_are_said(cell, said):
    (fault,) = counts(cell, "5").faults
    assert (fault.at, fault.says.startswith(said)) == ((0,), True)


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        *(("3:25", "205"), ("0:07", "7"), ("75:59", "4559"), ("3:75", "3:75"), ("1:03:25", "3805"), ("45 Sek.", "45")),
        *(("2m5s", "125"), ("1h 2m", "3720"), ("1 uur, 2 minuten", "3720"), ("3 min 25.5 s", "205.5"), ("90", "90")),
        *(
            ("3:25 min", "205"),
            ("3:25 Min.", "205"),
            ("3:25 (mm:ss)", "205"),
            ("3:25 min:sec", "205"),
            ("1:30 uur", "5400"),
        ),
        *(("1:03:25 hh:mm:ss", "3805"), ("1:03:25 h", "3805"), ("3'25\"", "205"), ("3’25”", "205"), ("3分25秒", "205")),
        *(("3:25 s", "3:25 s"), ("3:25 hh:mm:ss", "3:25 hh:mm:ss"), ("3:25 km", "3:25 km"), ("3:75 min", "3:75 min")),
        *(("500 ms", "0.5"), ("5s 2m", "5s 2m"), ("2m 3m", "2m 3m"), ("1.2K", "1.2K"), ("5 km", "5 km"), ("", "")),
    ],
)
def test_lengths_of_videos_are_seconds(text, lasting):
    assert seconds(text, of_video=True) == lasting


def test_three_zeros_may_be_decimals_or_thousands():
    assert counts("424.000").faults
    assert plain(counts("424.000", "0.000")) == [424, 0]
    assert plain(counts("424.000", "1.000.000")) == [424_000, 1_000_000]


def test_other_cells_decide_and_contradictions_are_faults():
    assert plain(numbers("105,68", "1.234")) == [105.68, 1234.0]
    assert plain(numbers("0.5", "1.234")) == [0.5, 1.234]
    assert numbers("1,5", "2,5", "1.5").faults[0].at == (2,)
    assert numbers("1.234").faults[0].at == (0,)
    assert counts("1.234.567", "1,234,567").faults
    assert counts("1.234", "5,678").faults


def test_a_count_is_whole_and_no_percentage():
    assert counts("12.5", "3").faults[0].at == (0,)
    assert counts("1.2345K").faults[0].at == (0,)
    assert counts("5%").faults[0].says.startswith("a percentage")


def test_percent_signs_make_shares_and_must_be_on_all_cells():
    assert plain(numbers("1,39%", "2%", "0")) == [0.0139, 0.02, 0.0]
    assert numbers("1,39%", "2").faults[0].at == (1,)


def test_factors_are_exact_and_leave_hidden_counts_hidden():
    assert plain(counts("1.5", "-1", "0.1", factor=Decimal(1000))) == [1500, -1, 100]
    assert counts("1.234", "12", factor=Decimal(1000)).faults


def test_types_index_and_notes():
    cells = pd.Series(["1.2K", "N/A"], index=[7, 9], dtype="str")
    reading = read_numbers(cells, kind="count")
    assert reading.column.index.tolist() == [7, 9]
    assert str(reading.column.dtype) == "Int64"
    assert {note.at for note in reading.notes} == {(0,), (1,)}


notations = {
    "plain": str,
    "float": "{}.0".format,
    "comma": "{:,}".format,
    "dot": lambda n: f"{n:,}".replace(",", "."),
    "space": lambda n: f"{n:,}".replace(",", " "),
    "narrow space": lambda n: f"{n:,}".replace(",", "\u202f"),
    "apostrophe": lambda n: f"{n:,}".replace(",", "'"),
    "thousands": lambda n: f"{Decimal(n) / 1000}K",
    "millions": lambda n: f"{Decimal(n) / 1_000_000:f}m",
    "full width": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
}


@given(st.sampled_from(sorted(notations)), st.lists(st.integers(0, 10**10), min_size=1, max_size=6))
def test_writing_and_reading_counts_gives_them_back_or_says_that_it_cannot(notation, values):
    reading = read_numbers([notations[notation](value) for value in values], kind="count")
    refused = {at for fault in reading.faults for at in fault.at}
    for at, value in enumerate(values):
        assert at in refused or reading.column.iloc[at] == value


@given(
    st.lists(st.integers(0, 10**10), min_size=1, max_size=6), st.sampled_from(["comma", "dot", "space", "apostrophe"])
)
def test_grouped_counts_with_one_long_one_are_always_read(values, notation):
    values = [*values, 1_234_567]
    assert plain(read_numbers([notations[notation](value) for value in values], kind="count")) == values


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=6))
def test_numbers_as_python_writes_them_are_read_back(values):
    reading = read_numbers([*map(repr, values), "0.5"], kind="number")
    assert plain(reading)[:-1] == pytest.approx(values)


@given(st.text(max_size=12))
def test_random_text_gives_a_number_only_when_it_holds_digits(text):
    for reading in (counts(text), numbers(text)):
        value = reading.column.iloc[0]
        if reading.faults:
            assert pd.isna(value)
        elif pd.isna(value):
            assert is_unknown(text)
        else:
            assert math.isfinite(value)
            assert any(character in "0123456789０１２３４５６７８９" for character in text)


@given(st.text(alphabet="0123456789.,- '%KkMmeE+", max_size=14))
def test_text_like_numbers_never_ends_in_a_traceback(text):
    for reading in (counts(text), numbers(text), counts(text, decimal=","), counts(text, factor=Decimal(1000))):
        assert reading.column.isna().all() or not reading.faults


def times(*cells, **stated):
    return read_times(list(cells), **stated)


def moments(reading):
    assert reading.faults == ()
    return [None if pd.isna(value) else value.to_pydatetime() for value in reading.column]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-05-01", datetime(2024, 5, 1)),
        ("2024-05-01 18:42", datetime(2024, 5, 1, 18, 42)),
        ("2024-05-01T18:42:05.789Z", datetime(2024, 5, 1, 18, 42, 5, 789000)),
        ("2024-05-01T18:42:05+02:00", datetime(2024, 5, 1, 16, 42, 5)),
        ("2024-05-01T18:42:05+0000", datetime(2024, 5, 1, 18, 42, 5)),
        ("2015-09-30 18:42 +0000", datetime(2015, 9, 30, 18, 42)),
        ("2015-09-30 18:42 -0530", datetime(2015, 10, 1, 0, 12)),
        ("2024-05-01 18:42:05 UTC", datetime(2024, 5, 1, 18, 42, 5)),
        ("2024/5/1", datetime(2024, 5, 1)),
        ("Wed Oct 10 20:19:24 +0000 2018", datetime(2018, 10, 10, 20, 19, 24)),
        ("1368652098", datetime(2013, 5, 15, 21, 8, 18)),
        ("1368652098.0", datetime(2013, 5, 15, 21, 8, 18)),
        ("1368652098500", datetime(2013, 5, 15, 21, 8, 18, 500000)),
        ("1368652098500250", datetime(2013, 5, 15, 21, 8, 18, 500250)),
        ("1368652098500250000", datetime(2013, 5, 15, 21, 8, 18, 500250)),
        ("22.04.2018 06:00", datetime(2018, 4, 22, 6)),
        ("4/22/2018 6:00 PM", datetime(2018, 4, 22, 18)),
        ("4/22/2018, 12:05:01 AM", datetime(2018, 4, 22, 0, 5, 1)),
        ("22/4/2018 6:00 p.\u00a0m.", datetime(2018, 4, 22, 18)),
        ("22/4/2018 12:05 a. m.", datetime(2018, 4, 22, 0, 5)),
        ("30/12/98", datetime(1998, 12, 30)),
        ("2024年5月13日", datetime(2024, 5, 13)),
        ("2024年05月13日 14:30", datetime(2024, 5, 13, 14, 30)),
        ("2024年5月13日(月) 午後2時30分", datetime(2024, 5, 13, 14, 30)),
        ("2024年5月13日 下午2:30", datetime(2024, 5, 13, 14, 30)),
        ("2024년 5월 13일 (월) 오전 12:05", datetime(2024, 5, 13, 0, 5)),
        ("2024. 5. 3.", datetime(2024, 5, 3)),
        ("2024. 5. 3. 오후 2:30", datetime(2024, 5, 3, 14, 30)),
        ("3 mai 2024 à 14h05", datetime(2024, 5, 3, 14, 5)),
        ("13/05/2024 9h", datetime(2024, 5, 13, 9)),
        ("3. Mai 2024, 14:30 Uhr", datetime(2024, 5, 3, 14, 30)),
        ("6 Mrz 2024", datetime(2024, 3, 6)),
        ("13. maj 2024 kl. 14:30", datetime(2024, 5, 13, 14, 30)),
        ("03.05.2024 14.30", datetime(2024, 5, 3, 14, 30)),
        ("2024-05-13 | 14:30", datetime(2024, 5, 13, 14, 30)),
        ("20240513T143000Z", datetime(2024, 5, 13, 14, 30)),
        ("20240513 1430", datetime(2024, 5, 13, 14, 30)),
        ("Mon May 13 2024 14:30:00 GMT+0200 (Central European Summer Time)", datetime(2024, 5, 13, 12, 30)),
        ("١٣/٠٥/٢٠٢٤", datetime(2024, 5, 13)),
        ("N/A", None),
        ("", None),
    ],
)
def test_times_that_can_be_read_in_one_way_only(cell, moment):
    assert moments(times(cell)) == [moment]


@pytest.mark.parametrize(
    "cell",
    [
        "5.1",
        "13.09",
        "September 1",
        "2021-02-30",
        "2024-05-01 25:00",
        "13 PM",
        "31/31/2020",
        "20241301",
        "yesterday",
        "24.09xcaeyJTx4Co",
        "100",
        "2021-07-05 18:02:45 BRT",
        "2021-07-05 18:02:45 Europe/Berlin",
        "12.5.20240",
        "2024年13月3日",
        "2024-05-03 25h",
        "20241345T143000Z",
        "3 mai 20.24",
        "1785520341122334455",  # an id of X
        "13359031200000000",  # microseconds since 1601
    ],
)
def test_what_is_no_moment_is_a_fault(cell):
    reading = times(cell)
    assert reading.faults[0].at == (0,)
    assert reading.column.isna().all()


def test_named_zones_have_a_fault_of_their_own():
    assert "named time zone" in times("2021-07-05 18:02:45 BRT").faults[0].says


def test_the_column_decides_whether_the_month_comes_first():
    april = [datetime(2018, 4, 22, 6), datetime(2018, 4, 11, 4, 53)]
    assert moments(times("4/22/2018 6:00", "4/11/18 04:53")) == april
    assert moments(times("22/4/2018 6:00", "11/4/18 04:53")) == april
    assert times("4/11/18 04:53", "3/12/18 04:53").faults[0].at == (0, 1)
    assert times("4/22/2018", "4/21/2018", "22/4/2018").faults[0].at == (2,)


SHOWING = ("7-16-2020", "8-29-2020", "1-18-2021")


def test_cells_that_a_spreadsheet_has_written_anew_are_the_other_way_round():
    written = ("08-05-2020", "10-01-2021", "01-10-2020", "03-02-2021")
    days = [(2020, 7, 16), (2020, 8, 29), (2021, 1, 18), (2020, 5, 8), (2021, 1, 10), (2020, 10, 1), (2021, 2, 3)]
    assert times(*SHOWING, *written).faults[0].at == (3, 4, 5, 6)  # May 2020 lies beyond the others' months as well
    reading = times("5-16-2020", *SHOWING, *written)
    assert moments(reading) == [datetime(2020, 5, 16), *(datetime(*day) for day in days)]
    assert reading.notes[1].at == (4, 5, 6, 7)
    assert "spreadsheet" in reading.notes[1].says


def test_cells_written_anew_stay_where_their_order_alone_fits():
    reading = times("4/22/2018", "5/16/2018", "6/13/2018", "4/11/18", "5/2/18", "6/8/18")
    assert [day.month for day in moments(reading)] == [4, 5, 6, 4, 5, 6]
    assert len(reading.notes) == 1


def test_cells_written_anew_that_fit_both_ways_are_refused():
    year = [f"{month}-{day}-2020" for month in range(1, 10) for day in (13, 28)]
    assert times(*year, "08-05-2020", "02-03-2020", "06-07-2020").faults[0].at == (18, 19, 20)
    same = times(*year, "8-5-2020", "2-3-2020", "6-7-2020")  # written as the others are
    assert [day.month for day in moments(same)[-3:]] == [8, 2, 6]
    few = times(*year, "08-05-2020", "02-03-2020")
    assert few.faults == ()


def test_with_points_and_whole_years_the_day_comes_first():
    assert moments(times("04.03.2025", "05.03.2025")) == [datetime(2025, 3, 4), datetime(2025, 3, 5)]
    assert times("04.03.2025", "05/03/2025").faults[0].at == (0, 1)
    assert times("04.03.25", "05.03.25").faults[0].at == (0, 1)


def test_two_digit_years_may_come_first_and_are_then_not_guessed():
    assert times("17/10/16", "18/09/16").faults[0].at == (0, 1)
    assert moments(times("17/10/16", "01/09/16")) == [datetime(2016, 10, 17), datetime(2016, 9, 1)]
    assert moments(times("10/17/16")) == [datetime(2016, 10, 17)]


def test_a_stated_format_decides():
    assert moments(times("4/11/18", fmt="%d/%m/%y")) == [datetime(2018, 11, 4)]
    assert times("4/31/18", fmt="%d/%m/%y").faults[0].at == (0,)


def test_times_without_a_zone_are_in_the_stated_one():
    reading = times("2024-07-01 12:00", "2024-01-01 12:00", "2024-01-01T12:00Z", timezone="Europe/Amsterdam")
    assert moments(reading) == [datetime(2024, 7, 1, 10), datetime(2024, 1, 1, 11), datetime(2024, 1, 1, 12)]
    assert reading.notes[0].at == (0, 1)


def test_hours_in_which_clocks_change_are_read_and_said():
    twice = times("2024-10-27 02:30", timezone="Europe/Amsterdam")
    assert moments(twice) == [datetime(2024, 10, 27, 0, 30)]
    assert any("repeat" in note.says for note in twice.notes)
    # As the standard library reads it (fold=0): by the clock before the change, so 03:30 summer time.
    never = times("2024-03-31 02:30", timezone="Europe/Amsterdam")
    assert (never.column.tolist(), never.faults) == ([pd.Timestamp("2024-03-31 01:30")], ())
    assert "leave out in Europe/Amsterdam" in never.notes[1].says
    assert times("0001-01-01", timezone="Asia/Tokyo").faults[0].at == (0,)


def test_money_is_read_in_one_currency():
    fees = read_numbers(["1.000,50 €", "50,00 €", "12"], kind="number")
    assert (fees.column.tolist(), fees.faults) == ([1000.5, 50.0, 12.0], ())
    assert "in €, read without the sign" in [note.says for note in fees.notes]
    assert read_numbers(["$1,000.50", "USD 5"], kind="number").faults[0].says.startswith("of several currencies")
    assert read_numbers(["$5"], kind="count").faults[0].at == (0,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            ("45292.5", "a number of days"),
            ("45292", "a number of days"),
            ("2024-03", "a month"),
            ("mrt 2024", "a month"),
        ),
        *(("1.7145576E+12", "shortened by a spreadsheet"), ("1,71E+09", "shortened by a spreadsheet")),
    ],
)
def test_what_is_nearly_a_date_is_said(text, said):
    assert said in times(text).faults[0].says
    assert said in read_times([text], fmt="%m/%d/%Y").faults[0].says


instants = st.datetimes(datetime(1995, 1, 1), datetime(2049, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, offsets, st.sampled_from(["%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S %z", "%a %b %d %H:%M:%S %z %Y"]))
def test_times_with_an_offset_are_read_back(moment, offset, fmt):
    local = moment.replace(tzinfo=UTC).astimezone(offset)
    assert moments(times(local.strftime(fmt))) == [moment]


@given(st.lists(instants, min_size=1, max_size=5), st.sampled_from(["%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S"]))
def test_days_and_months_are_read_back_or_refused(dates, fmt):
    reading = times(*(date.strftime(fmt) for date in dates))
    refused = {at for fault in reading.faults for at in fault.at}
    for at, date in enumerate(dates):
        assert at in refused or reading.column.iloc[at] == date
    assert not refused or all(date.day <= 12 for date in dates)


@given(st.text(max_size=24) | st.text(alphabet="0123456789/-.: TZAPM+", max_size=24))
def test_random_text_never_gives_a_time_silently_nor_a_traceback(text):
    for zone in ("UTC", "America/New_York"):
        reading = read_times([text], timezone=zone)
        if reading.column.isna().all():
            assert reading.faults or is_unknown(text)
        else:
            assert not reading.faults
            assert sum(character.isdigit() for character in text) >= 4


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        *(("array(['a', 'b'], dtype=object)", "a b"), ("#a/#b", "a b"), ("“a”, “b”", "a b"), ("- a\n- b", "a b")),
        *(("#a • #b", "a b"), ("«a»; «b»", "a b"), ("['a-b']", "a-b"), ("#a.#b", "a b")),
        ("Index(['a'], dtype='str')", "a"),
    ],
)
def test_hashtags_in_any_form_are_words(cell, found):
    assert tags(cell) == found


@pytest.mark.parametrize("sign", ["\ufe0f", "\u3164", "\U000e0061", "\u2028", "\u2060", "\u00ad", "\ufffa", "\u180e"])
def test_what_nobody_sees_in_a_name_does_not_matter(sign):
    assert plain_name(f"post{sign}_id{sign}") == "post_id"


@pytest.mark.parametrize("text", ["één café", "Ünïcode 😀", "Привет, как дела", "こんにちは", "it’s “fine”"])
def test_text_that_was_decoded_as_latin_1_or_cp1252_is_mended(text):
    assert mended(text.encode().decode("latin-1")) == text
    assert mended(text) == text


@pytest.mark.parametrize("text", ["", "plain", "São Paulo", "Ângela", "ÐÐ", "a\nb", "&amp; <b>", "ﬁne", "‘x’"])
def test_text_that_is_well_stays_as_it_is(text):
    assert mended(text) == text


@given(st.text("=+-@\t\r1.,a", max_size=6))
def test_no_text_for_a_spreadsheet_begins_like_a_formula_unless_it_is_a_number(text):
    made = harmless(text)
    assert made in (text, f"'{text}")
    if made[:1] in tuple("=+-@\t\r"):
        assert math.isfinite(float(made.replace(",", "").replace(".", "") or 0))


ZONES = ["America/Los_Angeles", "Europe/Amsterdam", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "UTC"]


@pytest.mark.parametrize("zone", ZONES)
def test_sql_brings_times_to_utc_as_python_does(zone):
    # Every 17 minutes of the days around the changes of 30 years, and single moments of other days.
    edges = [edge for span in spans(zone) for edge in (span.start, span.end) if edge.year < 2030]
    near = [edge + timedelta(minutes=17 * step - 1) for edge in edges for step in range(-16, 17)]
    moments = sorted({*near, *(datetime(1990, 1, 2) + timedelta(days=9.1 * step) for step in range(1500))})
    con = duckdb.connect()
    con.execute("CREATE TABLE given AS SELECT unnest(?::TIMESTAMP[]) AS moment", [moments])
    for moment, utc in con.execute(f"SELECT moment, {in_utc('moment', zone)} FROM given").fetchall():
        local = moment.replace(tzinfo=ZoneInfo(zone))
        doubtful = local.utcoffset() != local.replace(fold=1).utcoffset() or moment < spans(zone)[0].start
        assert utc == (None if doubtful else local.astimezone(UTC).replace(tzinfo=None)), moment


def test_changes_of_the_clock_are_those_of_the_law():
    # Directive 2000/84/EC: the last Sundays of March and October at 01:00 UTC, for Amsterdam 02:00 and 03:00 local.
    winter, summer, _ = spans("Europe/Amsterdam", first=2024, last=2024)
    assert (winter.end, summer.start) == (datetime(2024, 3, 31, 2), datetime(2024, 3, 31, 3))
    assert summer.end == datetime(2024, 10, 27, 2)
