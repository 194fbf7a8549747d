import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from conftest import in_browser
from toys import (
    CLAIMS,
    ENTRIES,
    NAME_LIKE_MATHS,
    NASTY,
    ToyClaim,
    code,
    entry,
    prose,
    sample,
    toy_cells,
    toy_project,
    write_notebook,
)

from helpers.base.refusals import Refusal
from helpers.claims import questions, registry
from helpers.pages import comparison, findings
from helpers.pages.assets import asset, look, template
from helpers.pages.known import in_the_world, known
from helpers.pages.outputs import LONG, picture, tidy_table
from helpers.pages.prose import Prose, harmless
from helpers.pages.scoreboard import grouped, index_page, shortly
from helpers.pages.takeaways import takeaways
from helpers.pages.views import MARKS, bar, claim_views, facts, margin_words, needs_words
from helpers.running.reports import make_reports

PAGES = ["index.html", "01-toy.html", "02-other.html"]


REL = 'rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (NASTY, "alert(1)"),
        ("$x_$ and $y_$", "<p>$x_$ and $y_$</p>"),
        ("$5 is **much**, $6 more", "<p>$5 is <strong>much</strong>, $6 more</p>"),
        ('<img src="x" onerror="alert(1)">', ""),
        ('<p onclick="alert(1)">a</p>', "<p>a</p>"),
        ("[a](javascript:alert(1))", "<p>a</p>"),
        ("[a](../docs/a.md) [b](#b)", f'<p>a <a href="#b" {REL}>b</a></p>'),
        ("![a](https://x.org/a.png)", f'<p><a href="https://x.org/a.png" {REL}>picture: a</a></p>'),
        ("![a](x.png)", "<p>picture: a</p>"),
        ("a<br>b <sub>2</sub>", "<p>a<br>b <sub>2</sub></p>"),
        ("1 < 2, `<b>` & ~~3~~", "<p>1 &lt; 2, <code>&lt;b&gt;</code> &amp; <del>3</del></p>"),
    ],
)
def test_prose_is_safe_and_knows_no_mathematics(source, html):
    made = str(Prose().html(source)).strip()
    assert re.sub(r"\s*(</?p>)\s*", r"\1", made) == html
    assert not re.search(r"<script|<img|<[^>]+(onclick|onerror|javascript:)", made)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("a<script>alert(1)</script>b", "aalert(1)b"),
        ("a<SCRIPT SRC=//x.org/a.js></SCRIPT >b", "ab"),
        ("<style>p { color: red }</style><p style='color: red'>a</p>", "p { color: red }<p>a</p>"),
        ("<style><img src=x onerror=alert(1)></style>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("<p onclick=alert(1) ONMOUSEOVER='alert(1)' id=top class=banner data-x=1 dir=rtl>a</p>", "<p>a</p>"),
        ("<img src=x onerror=alert(1)>a<img srcset='//x.org/a.png 2x'>", "a"),
        ("<iframe src='https://x.org' srcdoc='<script>alert(1)</script>'>a</iframe>", "a"),
        ("<object data=x.swf>a</object><embed src=x.swf><applet code=x>b</applet>", "ab"),
        ("<meta http-equiv=refresh content='0; url=https://x.org'>a<base href=https://x.org>", "a"),
        ("<link rel=stylesheet href=https://x.org/a.css>a", "a"),
        ("<form action=https://x.org><input name=a autofocus onfocus=alert(1)><button>go</button></form>", "go"),
        ("<video src=https://x.org/a.mp4 autoplay></video><audio src=https://x.org/a.mp3></audio>a", "a"),
        ("a<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:alert(1)'>b</a></svg>", "a"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>a", "&lt;p title=''&gt;a"),
        ("<template><p onclick=alert(1)>a</p></template>b", "b"),
        ("a<!-- <b>b</b> -->c<![CDATA[d]]><?php e ?>", "ac"),
        ("<unknown>a</unknown> <b>b</b> <div>c</div> <marquee>d</marquee>", "a b c d"),
    ],
)
def test_what_may_do_harm_goes_and_the_words_in_it_stay(html, left):
    assert harmless(html) == left


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript&colon;alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://x.org/a",
    ],
)
def test_a_link_to_anything_but_the_web_or_mail_leads_nowhere(address):
    assert harmless(f'<a href="{address}">a</a>') == f"<a {REL}>a</a>"
    assert "href" not in Prose().html(f"[a]({address}) [b]({address.strip()})")


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>a<em>b<strong>c</p>d", "<p>a<em>b<strong>c</strong></em></p><em><strong>d</strong></em>"),
        ("<em><p>a</em>b</p>", "<em></em><p><em>a</em>b</p>"),
        ("a</p></div></table>b", "a<p></p>b"),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        ("<<p>a", "&lt;<p>a</p>"),
        ("<p title='a\"b' onclick", ""),
        ("<script>a <em>b</em>", "a &lt;em&gt;b&lt;/em&gt;"),
        ("<p>a\0b &lt;script&gt; &amp;lt;", "<p>ab &lt;script&gt; &amp;lt;</p>"),
    ],
)
def test_broken_markup_is_made_whole(html, left):
    assert harmless(html) == left


def test_a_script_that_nobody_closes_takes_no_prose_with_it():
    assert "a *name*?" in Prose().html("Is <script> a \\*name\\*?")


@pytest.mark.parametrize(
    "html",
    [
        "<h1>a</h1><h6>b</h6>",
        "<ul><li>a<ol><li>b</li></ol></li></ul>",
        "<blockquote><pre><code>a</code></pre></blockquote><hr>",
        "<dl><dt>a</dt><dd>b</dd></dl>",
        "<details><summary>Solution</summary><p>a<br>b</p></details>",
        '<table><thead><tr><th class="left">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>',
        '<abbr title="a &lt;b&gt;">x</abbr>',
        "<del>a</del><em>b</em><kbd>c</kbd><strong>d</strong><sub>e</sub><sup>f</sup>",
        f'<a href="https://x.org/a?b=1&amp;c=2#d" title="a" {REL}>a</a>',
        f'<a href="mailto:a@x.org" {REL}>a</a><a href="#a" {REL}>b</a><a href="../a.html" {REL}>c</a>',
    ],
)
def test_what_prose_needs_stays_as_it_is(html):
    assert harmless(html) == html


def test_a_cell_stands_to_a_side_and_has_no_other_class():
    html = "<table><tbody><tr><td class='right banner'>a</td><th class=banner>b</th></tr></tbody></table>"
    assert harmless(html) == '<table><tbody><tr><td class="right">a</td><th class="">b</th></tr></tbody></table>'
    aligned = str(Prose().html("| a | b |\n|:-:|--:|\n| 1 | 2 |"))
    assert re.findall(r'<t[hd][^>]*class="(\w+)"', aligned) == ["center", "right"] * 2


@pytest.mark.parametrize("opening", ["<table onclick=alert(1) x", "<th onclick=alert(1) x", "<h1>a</h1>"])
def test_what_looks_like_a_tag_inside_an_attribute_is_no_tag_on_the_page(opening):
    html = str(Prose().html(f"<abbr title='{opening}'>a</abbr> <a href='https://x.org/{opening}'>b</a>"))
    assert not re.search("<(table|div|th|h[1-6])", html)
    assert html.count("&lt;") >= 2


def test_headings_keep_their_order_and_have_places_of_their_own():
    page = Prose()
    html = str(page.html("# One\n\n#### Two\n\n## Three & more\n\n## Three & more"))
    assert re.findall(r'<(h\d) id="([\w-]+)">', html) == [
        ("h2", "one"), ("h3", "two"), ("h2", "three-more"), ("h2", "three-more-2")
    ]  # fmt: skip
    assert page.contents[1] == ("three-more", "Three &amp; more")


def test_a_table_of_pandas_gets_scopes_and_a_box():
    import pandas as pd

    html = str(tidy_table(pd.DataFrame({"a": [NASTY]})._repr_html_()))
    assert '<th scope="col">a</th>' in html
    assert '<th scope="row">0</th>' in html
    assert "<script>" not in html
    assert "<style" not in html
    assert html.count('class="scroll" tabindex="0"') == 1
    assert str(tidy_table("<p>no table</p>")) == "<p>no table</p>"


def test_a_long_table_is_folded_and_says_how_long_it_is():
    import pandas as pd

    for n in (LONG, LONG + 1):
        html = str(tidy_table(pd.DataFrame({"a": range(n)})._repr_html_()))
        assert ("<details>" in html) == (n > LONG)
        assert html.count("<tr") == n + 1
    two = str(tidy_table(pd.DataFrame({"a": range(30)})._repr_html_() + pd.DataFrame({"b": [1]})._repr_html_()))
    assert two.count("<details><summary>Table of 30 rows: a</summary>") == 1
    assert two.index("</details>") < two.index(">b</th>")
    facts = pd.DataFrame({"fact": range(40), "value": 1}).set_index("fact")
    assert "<details>" not in str(tidy_table(facts._repr_html_()))


def test_a_table_without_rows_is_a_sentence():
    nothing = pd.DataFrame(columns=["claim", "answer"])
    for html in (nothing.to_html(), nothing.set_index("claim").to_html(), nothing.style.hide().to_html()):
        shown = tidy_table(html)
        assert "<table" not in shown
        assert re.search(r"<p>Nothing to list here; the table would have: .*answer.*</p>", shown)
    assert "<table" in tidy_table(pd.DataFrame({"claim": ["a"]}).to_html())


def test_a_table_of_pandas_reads_well():
    import pandas as pd

    frame = pd.DataFrame({"n": [1200, 3], "share": ["1.5%", "–"], "word": ["a", "2"]}, index=["x", "y"])
    for html in (frame.rename_axis("band")._repr_html_(), frame.rename_axis("band").style.to_html()):
        rows = re.findall(r"<tr>(.*?)</tr>", str(tidy_table(html)), flags=re.S)
        cells = [re.findall(r"<(t[hd])([^>]*)>(.*?)</t[hd]>", row) for row in rows]
        assert [[words for _, _, words in row] for row in cells] == [
            ["band", "n", "share", "word"], ["x", "1200", "1.5%", "a"], ["y", "3", "–", "2"]
        ]  # fmt: skip
        assert [["data-right" in attributes for _, attributes, _ in row] for row in cells] == [
            [False, True, True, False]
        ] * 3
        assert all('scope="col"' in attributes for _, attributes, _ in cells[0])
    below = pd.DataFrame({"change": [-0.5, 2.0], "words": ["-1", "a"]})  # a true minus before numbers, not in a text
    assert re.findall(r"<td[^>]*>(.*?)</td>", str(tidy_table(below._repr_html_())))[1:] == ["−0.5", "-1", "2.0", "a"]


def test_a_pictures_text_is_escaped():
    output = {"data": {"image/png": "aGk=\n"}, "metadata": {"image/png": {"alt": '"><script>'}}}
    assert str(picture(output)) == (
        '<figure><img src="data:image/png;base64,aGk=" alt="&#34;&gt;&lt;script&gt;"></figure>'
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "0.310 (0.280 to 0.340), judged against 0; margin −0.0500 to 0.0500"),
        (
            {"kind": "V", "published": 0.08, "margin": 0.2, "unit": "(share)"},
            "31.0% (28.0% to 34.0%), judged against 8.00%; margin 6.40% to 9.60%",
        ),
    ],
)
def test_a_bar_says_what_it_shows(changes, says):
    assert f'aria-label="{says}"' in str(bar({**ENTRIES[0], **changes}))


def test_a_bar_stays_inside_its_picture_and_needs_an_interval():
    drawn = str(bar({**ENTRIES[0], "ci_low": -1e6, "ci_high": 2e9}))
    places = [float(place) for place in re.findall(r'(?:x|x1|x2|cx)="([\d.]+)"', drawn)]
    assert min(places) >= 0
    assert max(places) <= 150
    assert str(bar({**ENTRIES[0], "ci_low": None})) == ""


def test_every_verdict_of_the_rules_has_a_sign_and_a_word():
    from helpers.claims import STATUSES, VERDICTS

    words = [*VERDICTS, *STATUSES]
    assert set(words) == set(MARKS) - {""}
    views = claim_views([entry(CLAIMS[0], verdict=verdict) for verdict in words], registry={})
    assert [view["word"] for view in views] == words
    assert all(view["mark"] for view in views)


def test_beside_a_verdict_stands_what_was_measured_what_matters_how_robust_and_how_many_would_do():
    falls = registry()["size-like-rate-falls"]
    row = entry(falls, verdict="direction supported", kind="D", margin=falls.margin, unit=falls.unit, robust_share=0.75)
    row |= {"n_units": 40, "units_needed": 160, "unit_of_analysis": "account", "survives": False}
    (view,) = claim_views([row], registry={falls.id: falls})
    assert (view["plain"], view["fragile"]) == ("yes, perhaps too little to matter", True)
    # 10 ** -0.05 = 0.891 and 10 ** 0.05 = 1.122: in natural units, the slope under Technical alone
    assert view["measured"] == "an account with ten times the followers gets … likes per follower"
    assert (view["margin_told"], view["margin_reason"]) == ("11% fewer or 12% more", "")
    assert (view["estimand"], view["model_reason"]) == (falls.estimand, falls.margin_reason)
    assert view["margin_words"] == "0.0500 slope, sign turned either way"
    shown = str(template("parts.html.j2").module.verdict(view))
    assert "slope" in shown
    assert "slope" not in shown[: shown.index("<summary>Technical")]
    assert view["robust_words"] == "75% of the analyses tried, this one among them, say the same"
    assert view["needed_words"].startswith("160 accounts like these would do to show the direction")
    # A quarter of the units needed: Phi(2.801585 / 2 - 1.959964) = Phi(-0.559) = 0.288
    assert 'aria-label="Chance of that by number of units: 29% with the 40 here.' in view["curve"]
    nothing = claim_views([{**row, "units_needed": None, "robust_share": None}], registry={falls.id: falls})[0]
    assert (nothing["needed_words"], nothing["curve"], nothing["robust_words"]) == ("", "", "")
    quoted_figure = claim_views([{**row, "kind": "Q", "margin": None}], registry={falls.id: falls})[0]
    assert (quoted_figure["estimand"], quoted_figure["margin_words"]) == ("", "")


@pytest.mark.parametrize(
    ("share", "hold"), [(None, ""), (1.0, "firm"), (0.9, "firm"), (0.5, "mixed"), (0.49, "fragile")]
)
def test_a_chip_shows_whether_other_analyses_agree(share, hold):
    falls = registry()["size-like-rate-falls"]
    row = entry(falls, verdict="supported", kind="D", margin=falls.margin, unit=falls.unit, robust_share=share)
    (view,) = claim_views([row], registry={falls.id: falls})
    assert view["hold"] == hold
    assert view["hold_words"] == (f"{hold}: {100 * share:.0f}% of the ways to analyse it agree" if hold else "")
    chip = str(template("parts.html.j2").module.chip(view))
    assert ("✓" in chip) == (hold != "fragile")  # no tick beside a doubt, which words tell as well
    assert ("supported, fragile" in chip) == (hold == "fragile")


def test_what_was_found_stands_in_words_before_the_technical_number():
    falls = registry()["size-like-rate-falls"]
    said = "Yes: an account with ten times the followers gets 30% fewer likes per follower"
    numbers = {"estimate": 0.1544, "ci_low": 0.1438, "ci_high": 0.1657, "n_units": 3229}
    row = entry(falls, verdict="supported", kind="D", margin=falls.margin, unit=falls.unit, **numbers)
    row["answer"] = f"{said} (95% interval 28% to 32% fewer; 3,229 accounts)."
    (view,) = claim_views([row], registry={falls.id: falls})
    assert view["plain_here"] == said.removeprefix("Yes: ")
    assert view["plain_interval"] == "28% to 32% fewer"
    # 10 ** -0.1544 = 0.701: 30% fewer
    assert (view["brief"], view["brief_interval"]) == ("30% fewer", "(28% to 32% fewer)")
    assert view["brief_of"] == "an account with ten times the followers gets … likes per follower"
    page = str(template("parts.html.j2").module.verdicts([view]))
    assert page.index("30% fewer") < page.index("0.154 (0.144 to 0.166)") < page.rindex("slope, sign turned")
    seen = re.sub(r"<(details|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert "30% fewer" in seen
    assert not re.search(r"0\.154|slope", seen)
    bare = claim_views([{**row, "answer": ""}], registry={})[0]
    assert (bare["plain_here"], bare["brief"]) == ("", bare["here"])


def compared(*values, verdicts=None, quoted=()):
    """Compare runs that found so many estimates of one claim, beside quoted figures."""
    falls = registry()["size-like-rate-falls"]
    numbers = {"kind": "D", "margin": falls.margin, "unit": falls.unit, "notebook": "01-toy", "answer": ""}
    runs = [
        comparison.Told(f"run {at}", f"run-{at}", None, {"name": "d", "kind": "user"}, [row, *quoted], [])
        for at, (value, verdict) in enumerate(zip(values, verdicts or ["supported"] * len(values), strict=True))
        for row in [entry(falls, verdict=verdict, estimate=value, ci_low=value - 0.01, ci_high=value + 0.01) | numbers]
    ]
    about = {"name": "b", "registry": {falls.id: falls}, "notebooks": ["01-toy"], "split": None, "varied": True}
    return comparison.page(runs, fingerprint="f", **about)


def test_runs_that_agree_as_far_as_they_decide_say_how_far_apart_their_estimates_lie():
    page = compared(0.00286, 0.127, 0.154, verdicts=["inconclusive", "supported", "supported"])
    # 10 ** -0.00286 = 0.993, 10 ** -0.127 = 0.746, 10 ** -0.154 = 0.701
    assert "Estimates of 3 runs: from 0.66% fewer to 30% fewer, the middle one 25% fewer." in page
    assert "In small: slope, sign turned." in page
    assert "In each run: an account with ten times the followers gets … likes per follower" in page


def test_quoted_figures_are_the_same_for_everyone_and_are_not_compared():
    row = {
        **ENTRIES[0],
        "kind": "Q",
        "claim_id": "quoted-one",
        "verdict": "confirmed",
        "margin": None,
        "scope": "general",
    }
    page = compared(0.1, 0.2, quoted=[row])
    assert "quoted-one" not in page
    assert "Not compared: 1 figure that the documents quote" in page
    assert "Not compared" not in compared(0.1, 0.2)


def test_a_page_without_pictures_does_not_explain_any():
    assert "In the pictures" not in compared(0.1, 0.2)
    assert "In the pictures" in compared(*(0.1 + at / 100 for at in range(comparison.FEW + 1)))


def test_what_was_left_out_has_a_unit():
    left = facts({"excluded": {"comments missing": 1502, "posts too young at capture": 738}})
    assert left == ["left out: 1,502 posts with comments missing; 738 posts too young at capture"]


def test_paper_shows_what_folds_hide():
    paper = look()["css"].split("@media print")[1]
    assert "details:not(.planted)::details-content { content-visibility: visible" in paper
    assert re.search(r"details\.made,[^}]*display: none", paper)  # what was simulated is no part of what is sent on


def test_the_columns_that_can_answer_a_claim_are_named_so_that_a_search_finds_them():
    told = needs_words(registry()["format-video-beats-image"])
    assert "format (image, carousel, video, reel" in told
    assert told.startswith("posts: ")


def test_takeaways_are_the_sentences_of_notebooks_that_finished():
    book = {"name": "01-toy", "title": "A toy?", "state": "done", "answer": "Yes: 3.3% more (95% interval 1 to 2). No."}
    told = takeaways([book, {**book, "state": "failed"}, {**book, "answer": ""}])
    assert [(one["link"], one["sentences"]) for one in told] == [
        ("01-toy.html", ["Yes: 3.3% more (95% interval 1 to 2).", "No."])
    ]


def test_a_margin_of_a_value_is_a_share_of_the_published_figure():
    assert margin_words({"kind": "V", "margin": 0.25, "unit": "likes (share)"}) == "within 25% of the published figure"
    assert margin_words({"kind": "N", "margin": 0.02, "unit": "users (share)"}) == "2.00% either way"


def test_facts_leave_out_what_is_empty():
    assert facts(
        {"rows": {"posts": 3}, "period": [None, None], "excluded": {"too young": 0, "hidden": 1, "no followers": 2}}
    ) == [
        "3 rows of posts",
        "left out: 2 no followers; 1 hidden",
    ]
    assert facts({"rows": {"posts": 3, "diary": 9}}, tables={"diary"}) == ["9 rows of diary"]


@pytest.mark.parametrize("module", ["assets", "headings", "scoreboard", "comparison"])
def test_only_the_pages_of_notebooks_import_what_renders_notebooks(module):
    heavy = {"nbconvert", "nbformat", "mistune", "nh3", "bleach", "pandas", "numpy"}
    ask = f"import sys, helpers.pages.{module}; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


TELLING = """
import sys
import helpers.running.kernel, helpers.pages.notebook, helpers.pages.scoreboard as board
from helpers.claims import COLUMNS, registry
row = {"claim_id": "size-like-rate-falls", "kind": "D", "unit": "slope, sign turned", "verdict": "supported"}
row |= {"estimate": 0.154, "ci_low": 0.143, "ci_high": 0.165, "notebook": "01-account-size", "document": "1"}
about = {"data": {"name": "d", "kind": "simulated"}, "notebooks": [], "registry": registry(), "fingerprint": ""}
board.index_page([dict.fromkeys(COLUMNS) | row], run="r", **about)
print(sorted({"numpy", "pandas", "scipy", "matplotlib", "statsmodels"} & set(sys.modules)))
"""


def test_whoever_writes_pages_loads_nothing_that_computes():
    """One estimate told by an object of `helpers.estimates` took each notebook's process a second."""
    done = subprocess.run([sys.executable, "-c", TELLING], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def brightness(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_have_the_contrast_of_wcag_aa():
    light, dark = asset("page.css").split("prefers-color-scheme: dark", 1)
    pairs = [(f"{name}", f"{name}-tint") for name in ("good", "bad", "even", "open", "none", "notice")]
    pairs += [(text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "card", "tint")]
    pairs += [(f"code-{part}", "tint") for part in ("word", "text", "number", "note", "name")]
    for sheet in (light, dark.split("}", 1)[0]):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", sheet))
        for text, ground in pairs:
            high, low = sorted((brightness(colours[text]), brightness(colours[ground])), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)


def test_pages_load_nothing_and_hold_no_path(toy_run):
    for name in PAGES:
        html = (toy_run.reports / "first" / name).read_text()
        assert "default-src 'none'" in html
        assert not re.search(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(?!data:)', html)
        assert "@import" not in html
        assert str(toy_run.root) not in html


@pytest.mark.usefixtures("warmed")
def test_user_data_are_announced_as_such(tmp_path):
    project = replace(toy_project(tmp_path), open_dataset=open_user)
    entries = [{**ENTRIES[0], "data_kind": "user"}]
    cells = toy_cells(prose("## The result"), code("'x' * 3"), entries=entries)
    cells[-1]["source"] = cells[-1]["source"].replace("'simulated'", "'user'")
    write_notebook(project.notebooks, "01-toy", cells)
    assert make_reports(data=sample(project), run="r", project=project, say=lambda line: None) == 0
    for name in PAGES[:2]:
        html = (project.reports / "r" / name).read_text()
        assert "Your data." in html
        assert "Simulated data." not in html


def open_user(path: Path, *, engine: str):
    from toys import ToyDataset

    if not path.exists():
        raise Refusal("missing")
    return ToyDataset("mine", "user")


@pytest.fixture
def opened(open_page, toy_run):
    """Open a page of the toy run by its name."""
    return lambda name, **options: open_page(toy_run.reports / "first" / name, **options)


@pytest.fixture
def unfolded(opened):
    """Open the scoreboard of the toy run, which is simulated, with the fold that holds every claim."""

    def unfold(**options):
        tab = opened("index.html", **options)
        tab.locator("#every > summary").click()
        return tab

    return unfold


@in_browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_and_every_picture_has_its_text(opened, name, width, scheme):
    tab = opened(name, viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert tab.evaluate("[...document.images].every((image) => image.alt && image.naturalWidth > 0)")
    assert tab.evaluate("document.images.length") == (name == "01-toy.html")
    assert tab.evaluate("document.documentElement.lang") == "en"
    levels = tab.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((head) => +head.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tab.evaluate("[...document.querySelectorAll('th')].every((head) => head.scope)")
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))


@in_browser
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_first_screen_holds_the_answer_and_a_verdict_and_no_code(opened, size):
    width, height = size
    tab = opened("01-toy.html", viewport={"width": width, "height": height})
    for what in ("h1", ".banner", ".answer p", ".verdicts .chip"):
        box = tab.locator(what).first.bounding_box()
        assert box["y"] + box["height"] < height, what
    assert tab.locator("pre:visible, details.code").first.bounding_box()["y"] > height
    assert tab.locator("details.code[open]").count() == 0


@in_browser
def test_names_that_look_like_code_or_mathematics_stay_names(opened):
    tab = opened("01-toy.html")
    cells = tab.locator(".dataframe td").all_inner_texts()
    assert NASTY in cells
    assert NAME_LIKE_MATHS in cells
    assert tab.locator("img").get_attribute("alt") == 'A line that falls from 3 to 1, of "$x_$"'
    assert tab.locator("script").count() == 0


@in_browser
def test_code_is_folded_away_but_there(opened):
    tab = opened("01-toy.html")
    folded = tab.locator("details.code").nth(1)
    assert not folded.locator("pre").is_visible()
    folded.locator("summary").press("Enter")
    assert "plt.subplots" in folded.locator("pre").inner_text()
    tab.emulate_media(media="print")
    assert not folded.is_visible()


@in_browser
def test_the_scoreboard_filters(opened):
    tab = opened("index.html")
    rows = tab.locator("#claims tbody tr:visible")
    assert rows.count() == 0  # simulated verdicts are no wall: they stand in a fold
    tab.fill("#filter-text", "toys")
    assert rows.count() > 0  # which opens for whoever looks for something
    tab.fill("#filter-text", "")
    assert rows.count() == 4
    tab.fill("#filter-text", "toys rise")
    assert rows.count() == 1
    assert tab.locator("#shown").inner_text() == "1 of 4 claims"
    tab.fill("#filter-text", "")
    tab.select_option("#filter-verdict", "not reproduced")
    assert rows.evaluate_all("rows => rows.map((row) => row.id)") == ["toy-level"]
    tab.select_option("#filter-document", "001")
    assert rows.count() == 0


@in_browser
def test_what_is_filtered_stands_in_the_address_and_comes_back_with_it(opened):
    tab = opened("index.html")
    tab.select_option("#filter-verdict", "supported")
    tab.fill("#filter-text", "falls")
    assert tab.evaluate("location.search") == "?words=falls&verdict=supported"
    assert tab.inner_text("#shown").startswith("1 of ")
    tab.reload()
    assert (tab.input_value("#filter-text"), tab.input_value("#filter-verdict")) == ("falls", "supported")
    assert tab.inner_text("#shown").startswith("1 of ")
    tab.goto(tab.url.partition("?")[0] + "?verdict=nonsense&by=document")
    assert (tab.input_value("#filter-verdict"), tab.input_value("#grouping")) == ("", "document")
    assert tab.locator("#by-document").is_visible()
    tab.select_option("#grouping", "question")
    assert tab.evaluate("location.search") == ""


@in_browser
def test_the_scoreboard_sorts_by_click_and_by_keyboard(unfolded):
    tab = unfolded()
    order = "[...document.querySelectorAll('#claims tbody tr')].map((row) => row.id)"
    here = tab.get_by_role("columnheader", name="Here (95% interval)")
    here.get_by_role("button").click()
    assert tab.evaluate(order) == ["toy-level", "other-rises", "toy-falls", "toy-none"]
    assert here.get_attribute("aria-sort") == "ascending"
    here.get_by_role("button").press("Enter")
    assert tab.evaluate(order) == ["toy-falls", "other-rises", "toy-level", "toy-none"]
    assert here.get_attribute("aria-sort") == "descending"
    tab.get_by_role("columnheader", name="Verdict").get_by_role("button").press("Space")
    assert tab.evaluate(order)[0] == "toy-none"
    assert here.get_attribute("aria-sort") == "none"


@in_browser
def test_the_scoreboard_sorts_on_a_telephone(unfolded):
    tab = unfolded(viewport={"width": 390, "height": 844})
    assert tab.locator("#claims thead:visible").count() == 0
    tab.select_option("#sorter", label="Here (95% interval), down")
    assert tab.evaluate("document.querySelector('#claims tbody tr').id") == "toy-falls"


@in_browser
def test_the_scoreboard_is_a_plain_table_without_scripts(unfolded):
    tab = unfolded(java_script_enabled=False)
    assert tab.locator("#claims tbody tr:visible").count() == 4
    assert not tab.locator("#filter").is_visible()


@in_browser
def test_a_claim_leads_to_its_row_in_the_report_and_back(unfolded):
    tab = unfolded()
    tab.get_by_role("link", name="The rate falls as toys grow.").click()
    assert tab.url.endswith("01-toy.html#toy-falls")
    assert tab.locator(":target").inner_text().startswith("The rate falls as toys grow.")
    tab.get_by_role("link", name="All claims", exact=True).click()
    assert tab.url.endswith("index.html")


def test_claims_are_grouped_and_their_verdicts_counted_in_the_order_of_the_rules():
    rows = [*ENTRIES, entry(CLAIMS[3], verdict="supported", estimate=0.2, ci_low=0.1, ci_high=0.3)]
    views = claim_views(rows, registry={claim.id: claim for claim in CLAIMS})
    by_document = grouped(views, by="document", titles={"004": "On toys"})
    assert [(group["name"], group["title"], len(group["claims"])) for group in by_document] == [
        ("001", "Document 001", 1), ("002", "Document 002", 1), ("004", "On toys", 2)
    ]  # fmt: skip
    assert [word for (word, _, _), _ in by_document[2]["counts"]] == ["supported", "no data"]
    (question,) = grouped(views, by="question")
    assert question["notebooks"] == ["01-toy", "02-other"]
    assert [(word, count) for (word, _, _), count in question["counts"]] == [
        ("supported", 2), ("not reproduced", 1), ("no data", 1)
    ]  # fmt: skip


def test_claims_that_no_document_makes_stand_apart_and_in_no_documents_tally():
    rows = [{**ENTRIES[0], "document": ""}, *ENTRIES[1:]]
    views = claim_views(rows, registry={claim.id: claim for claim in CLAIMS})
    *others, beside = grouped(views, by="document", titles={"004": "On toys"})
    assert (beside["name"], beside["number"], len(beside["claims"])) == ("beside", "", 1)
    assert sum(len(group["claims"]) for group in others) == len(rows) - 1


def test_a_claim_stands_in_dutch_too():
    claim = registry()["size-like-rate-falls"]
    (view,) = claim_views([entry(claim, verdict="supported")], registry={claim.id: claim})
    assert view["text_nl"] == claim.claim_nl != claim.claim
    page = index_page(
        [{**ENTRIES[0], "claim_id": claim.id, "notebook": claim.notebook, "p_holm": None}], run="r",
        data={"name": "d", "kind": "simulated"}, notebooks=[], fingerprint="f", registry={claim.id: claim},
        evidence={claim.id: "2 datasets, supported in 2"},
    )  # fmt: skip
    assert f'<span class="small" lang="nl">{claim.claim_nl}</span>' in page
    assert page.count("<summary>In open data</summary>2 datasets, supported in 2") == 1


@pytest.mark.parametrize(
    ("kind", "truth", "verdict", "right"),
    [
        ("D", 0.2, "supported", True), ("D", 0.2, "direction supported", True), ("D", 0.2, "inconclusive", False),
        ("D", 0.01, "negligible", True), ("D", 0.2, "negligible", False), ("D", -0.2, "contradicted", True),
        ("D", -0.2, "supported", False), ("D", 0.0, "inconclusive", True), ("D", 0.0, "direction supported", False),
        ("N", 0.0, "supported", True), ("N", 0.0, "inconclusive", False), ("N", 0.2, "contradicted", True),
        ("V", 0.081, "reproduced", True), ("V", 0.2, "not reproduced", True), ("V", 0.2, "reproduced", False),
        ("V", 0.08, "too little data", False),
    ],
)  # fmt: skip
def test_the_method_finds_what_was_planted_or_it_does_not(kind, truth, verdict, right):
    row = {"kind": kind, "verdict": verdict, "margin": 0.2 if kind == "V" else 0.05, "published": 0.08}
    assert findings.finds(row, truth) == right


def test_a_question_on_simulated_data_is_one_line():
    rows = [{**ENTRIES[0], "claim_id": name, "kind": "D", "margin": 0.05} for name in "abc"]
    views = [{**row, "verdict": verdict} for row, verdict in zip(rows, ("supported", "inconclusive", ""), strict=True)]
    assert findings.method(views, {"a": 0.2, "b": 0.2}) == (
        "the method finds what was planted in 1 of 2 claims (1 more without a planted value or a verdict)"
    )
    fragile = findings.method([{**views[0], "robust_share": 0.2}], {"a": 0.2})
    assert fragile.endswith("1 of 1 claim; on 1 of them most other ways to analyse the same data give another verdict")
    assert findings.method(views, {}) == "nothing planted is told"
    assert findings.method([{**views[0], "kind": "Q"}], {}) == ""


def test_a_figure_that_was_looked_up_is_not_said_to_stand_on_simulated_data():
    one = {**ENTRIES[0], "p_holm": None}
    rows = [one, {**one, "claim_id": "quote", "kind": "Q", "verdict": "confirmed", "question": "q"}]
    names = {claim.id: claim for claim in CLAIMS}
    told = {"run": "r", "notebooks": [], "fingerprint": "f", "registry": names}
    page = index_page(rows, data={"name": "d", "kind": "simulated"}, **told)
    assert "<summary>Every claim: 1 with a verdict on simulated data, which say nothing about the world; 1 quo" in page
    page = index_page(rows[:1], data={"name": "d", "kind": "simulated"}, **told)
    assert "which say nothing about the world</summary>" in page
    page = index_page(rows[:1], data={"name": "d", "kind": "user"}, **told)
    assert "<summary>Every claim with its verdict (1)</summary>" in page


def test_rates_by_size_are_planted_band_by_band():
    truth = {"claims": {"toy": 1, "size-like-rate-falls": 0.16}, "band_edges": [100, 1_000, 10_000, 100_000]}
    planted = findings.planted({**truth, "like_rates": [0.08, 0.04, 0.016]}, registry=registry())
    assert planted == {
        "size-like-rate-falls": 0.16,
        "size-like-rate-under-1k": 0.08,
        "size-like-rate-1k-10k": 0.04,
        "size-like-rate-over-10m": 0.016,
    }


def test_a_page_of_simulated_data_says_what_open_data_gave_on_its_question():
    claims = registry()
    size, micro = claims["size-like-rate-falls"].question, claims["tier-micro-beats-macro"].question
    answers = {size: "Yes, in the world.", micro: "micro"}
    asked = [{"claim_id": "size-like-rate-falls"}, {"claim_id": "nothing-of-ours"}]
    assert in_the_world(claims, asked, answers) == "Yes, in the world."
    assert in_the_world(claims, [*asked, {"claim_id": "tier-micro-beats-macro"}], answers) == "Yes, in the world. micro"
    assert in_the_world(claims, [{"claim_id": "nothing-of-ours"}], answers) == ""
    assert in_the_world(claims, [{"claim_id": "format-video-beats-image"}], answers) == ""


def test_the_scoreboard_leads_with_the_three_named_questions():
    world = known(registry(), questions())
    assert [one.name for one in world if one.lead] == [
        "Account size", "Micro against macro", "Looking on or taking part"
    ]  # fmt: skip
    assert [one.lead for one in world] == sorted((one.lead for one in world), reverse=True)
    assert {one.question for one in world} == set(questions().values()) - {questions()["quoted-figures"]}
    for one in world:
        assert one.texts.startswith("Document")
        assert not re.search(r"\d", one.studies + one.open)  # figures stand in published.csv
        assert one.cited
        assert all(url.startswith("http") for _, url in one.cited)


def test_each_question_stands_in_short_with_the_world_and_the_run_told_apart():
    world = known(
        registry(), questions(), answers={questions()["timing"]: "Yes: 3% more. How sure: little, in one set."}
    )
    quoted, lead = questions()["quoted-figures"], world[0].question
    asked = [(questions()["timing"], "the method"), (quoted, ""), (lead, "the method")]
    groups = [{"name": name, "method": method, "notebooks": [name]} for name, method in asked]
    books = {name: {"answer": f"In these simulated data, yes: 3.5% {name} The rest."} for name, _ in asked}
    rows = shortly(groups, world, books=books)
    assert [row["group"]["name"] for row in rows] == [lead, questions()["timing"], quoted]
    assert [row["place"] for row in rows] == [1, world.index(rows[1]["told"]) + 1, 0]
    assert rows[0]["known"] == f"From studies. {world[0].studies}"
    assert rows[1]["known"] == "In real open data, yes: 3% more. How sure: little."
    assert rows[1]["found"] == f"In these simulated data, yes: 3.5% {questions()['timing']}"
    assert (rows[2]["known"], rows[2]["found"]) == (f"In these simulated data, yes: 3.5% {quoted}", "")
    assert shortly(groups, [], books={})[0]["found"] == ""


def test_in_short_the_run_answers_the_claim_that_open_data_answered():
    views = [
        {"claim_id": "a", "answer": "Yes: 5% more (95% interval 4% to 6% more).", "plain_here": "5% more"},
        {"claim_id": "b", "answer": "The data cannot tell.", "plain_here": ""},
        {"claim_id": "c", "answer": "No: 2% fewer.", "plain_here": "2% fewer"},
    ]
    group = {"name": "asked", "method": "the method", "notebooks": ["01"], "claims": views}
    books = {"01": {"answer": "In these simulated data, yes: 5% more (95% interval 4% to 6% more). The rest."}}

    def found(**leads):
        return shortly([group], [], books=books, leads=leads)[0]["found"]

    assert found() == found(asked="a") == found(asked="z") == books["01"]["answer"].removesuffix(" The rest.")
    assert found(asked="c") == "No: 2% fewer."


def test_open_data_are_told_where_there_are_any():
    size, *_ = known(registry(), questions())
    assert size.open_data == "No open dataset here can say."
    last = known(registry(), questions())[-1].question
    told = known(registry(), questions(), answers={last: "Yes."}, sets={last: ["set-a: yes"]})
    assert (told[-1].open_data, told[-1].sets) == ("Yes.", ["set-a: yes"])
    assert (told[0].open_data[:2], told[0].sets) == ("No", ())


def test_a_quoted_figure_has_a_bar_only_against_a_number():
    row = {**ENTRIES[0], "kind": "Q", "margin": None, "unit": "(share)", "published": 0.3}
    assert 'aria-label="31.0% (28.0% to 34.0%), judged against 30.0%"' in str(bar(row))
    assert str(bar({**row, "published": "most people"})) == ""
    (view,) = claim_views([{**row, "ci_low": None, "ci_high": None, "verdict": "confirmed"}], registry={})
    assert (view["here"], view["kind_text"], view["group"]) == ("31.0%", "quoted figure", "good")


@in_browser
def test_the_scoreboard_groups_by_document_and_back(unfolded):
    tab = unfolded()
    headings = tab.locator("#claims h2:visible")
    assert headings.all_inner_texts() == [CLAIMS[0].question]
    tab.select_option("#grouping", "document")
    assert headings.all_inner_texts() == ["001 On other toys", "002 On levels", "004 On toys"]
    assert tab.locator("#claims tbody tr:visible").count() == 4
    tab.fill("#filter-text", "toys rise")
    assert headings.all_inner_texts() == ["001 On other toys"]
    tab.get_by_role("link", name=CLAIMS[0].question).click()
    assert headings.all_inner_texts() == [CLAIMS[0].question]
    assert tab.locator("#claims tbody tr:visible").count() == 4
    tab.get_by_role("link", name="002 On levels").click()
    assert tab.url.endswith("#document-002")
    assert tab.locator("#document-002").is_visible()


@in_browser
def test_what_cannot_be_tested_stands_on_the_scoreboard_with_its_reason(opened):
    tab = opened("index.html")
    tab.get_by_text("1 statements, each with the reason").click()
    text = tab.locator("table.untestable").inner_text()
    assert "Toys smile." in text
    assert "A smile is not recorded." in text


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_a_scoreboard_of_a_hundred_claims_fits(open_page, tmp_path, width):
    from helpers import claims
    from helpers.families.quoted import analysis as quoted

    asked = [ToyClaim(f"toy-{n}", f"{n % 10:02}-toy", question=f"Does toy {n % 10} work?") for n in range(80)]
    words = claims.VERDICTS
    figures = {"estimate": 0.31, "ci_low": 0.28, "ci_high": 0.34, "p_value": 0.04, "p_holm": 1.0}
    rows = [entry(claim, verdict=words[n % len(words)], **figures) for n, claim in enumerate(asked)]
    quotes = claims.of_notebook("11-quoted-figures")
    named = {"data_name": "toy", "data_kind": "simulated", "n_rows": 0}
    rows += [{**verdict.row(**named), "p_holm": None} for verdict in quoted.statuses(quotes).values()]
    names = sorted({claim.notebook for claim in [*asked, *quotes]})
    books = [{"name": name, "title": name, "state": "done", "answer": "Yes. " * 30, "message": ""} for name in names]
    page = index_page(
        rows, run="r", data={"name": "toy", "kind": "simulated"}, notebooks=books, fingerprint="f",
        registry={claim.id: claim for claim in [*asked, *quotes]},
        documents=claims.documents(), untestable=claims.untestable(),
        evidence={claim.id: "5 datasets, supported in 3; mean of 4: 0.675 (0.420 to 0.929)" for claim in asked},
    )  # fmt: skip
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    tab = open_page(tmp_path / "index.html", viewport={"width": width, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    tab.locator("#every > summary").click()
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert tab.locator("#claims section:visible").count() == 11
    # no cell's content may reach into its neighbour
    cells = "[...document.querySelectorAll('table.claims td, table.claims th')]"
    too_wide = f"{cells}.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.innerText)"
    assert tab.evaluate(too_wide) == []
    tab.select_option("#grouping", "document")
    assert tab.locator("#claims tbody tr:visible").count() == len(rows)
