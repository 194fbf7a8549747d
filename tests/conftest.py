import pytest
from toys import CLAIMS, ENTRIES, PICTURE, TABLE, code, entry, prose, sample, toy_cells, toy_project, write_notebook

from helpers.batch import make_reports

QUESTION = """## The question

Why *so*? <script>alert(2)</script> and $x_$ costs $5, **surely**.

| a | b |
|---|--:|
| 1 | 2 |

#### A heading two levels too deep

![a remote picture](https://example.org/a.png) [bad](javascript:alert(3))
"""


@pytest.fixture(scope="session")
def toy_run(tmp_path_factory):
    """Run two toy notebooks side by side, once, and return the project."""
    project = toy_project(tmp_path_factory.mktemp("toy {run}"))
    spoken = code("import warnings\nwarnings.warn('careful')\nprint('hello <b>', object())")
    styled = code("pd.DataFrame({'a': [1.0]}).style.format('{:.2f}')")
    middle = [prose(QUESTION), code(PICTURE), prose("## The result\n\n## The result"), code(TABLE), styled, spoken]
    write_notebook(project.notebooks, "01-toy", toy_cells(*middle, entries=ENTRIES))
    others = [entry(claim, verdict="supported", estimate=0.2, ci_low=0.1, ci_high=0.3) for claim in CLAIMS[3:]]
    write_notebook(project.notebooks, "02-other", toy_cells(name="02-other", entries=others))
    assert make_reports(data=sample(project), run="first", project=project, jobs=2) == 0
    return project
