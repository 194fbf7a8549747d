"""Do the commands, the environment and the lock keep their promises? Nothing here builds a real environment."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="GNU Make is not installed")

VARIABLES = ["DATA", "RUN", "PARAMS", "ENGINE", "JOBS", "WARM", "NOTEBOOK", "WORLD", "FROM", "NAME", "GRID", "PY"]
VARIABLES += ["UPGRADE", "MEMORY", "TESTS", "RUNS", "COPY"]
TARGETS = [
    "reports",
    "report",
    "import",
    "batch",
    "pool",
    "register",
    "sample",
    "lab",
    "test",
    "check",
    "bench",
    "clean",
]
INDEX_ADDRESS = re.compile(rb"--(extra-)?index-" + rb"url|py" + rb"pi\.org|pythonhosted" + rb"\.org|registry\.npm")

ECHO = """#!/bin/sh
[ "$1" = - ] && exit 0
for argument in "$@"; do printf '<%s>\\n' "$argument"; done
"""

TOOLS = ["make", "sh", "cat", "cmp", "date", "rm"]

FAKE_PIP = """#!/bin/sh
case $* in
    -) echo usable ;;
    "-m venv .venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *.venv-uv/lock) [ -n "$UV" ] && grep -q '^uv==.*[0-9] ' .venv-uv/lock && cp "$UV" .venv-uv/bin/uv ;;
    *--require-hashes*)
        for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo "Collecting x==1 (from y)"; done
        [ -z "$FAILS" ] || { echo "x does not match its hash" >&2; exit 1; } ;;
esac
"""

WITHOUT_VENV = """#!/bin/sh
exec "{python}" -c "import sys; sys.modules['venv'] = None; exec(sys.stdin.read())"
"""

FAKE_UV = """#!/bin/sh
echo "uv $*" >>"$LOG"
case $* in
    venv*) for folder; do :; done; mkdir -p "$folder/bin" && cp "$ECHO" "$folder/bin/python" ;;
    "pip sync"*) exit "${SYNC_STATUS:-0}" ;;
esac
"""


def run_make(*arguments, folder=ROOT, **environment):
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES and not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=clean | environment, capture_output=True, text=True, timeout=600
    )


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def only(folder, *names):
    """Give a PATH that holds nothing but the named programs and what is written to the folder."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


@pytest.fixture
def project(tmp_path):
    """Give a copy of what make needs, in a folder whose name holds a space."""
    folder = tmp_path / "my project"
    shutil.copytree(ROOT / "tools", folder / "tools")
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def echo(tmp_path):
    """Give a stand-in for Python that shows the arguments it was called with."""
    return script(tmp_path / "echo python", ECHO)


@pytest.fixture
def builds(project, tmp_path, echo):
    """Give a function that makes the environment with a stand-in for uv, and what that was asked to do."""
    script(tmp_path / "bin" / "uv", FAKE_UV)
    log = tmp_path / "log"

    def build(folder=project, **environment):
        log.write_text("")
        path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
        answer = run_make("env", folder=folder, PATH=path, LOG=str(log), ECHO=echo, **environment)
        return answer, log.read_text().splitlines()

    return build


# ---- the commands ----------------------------------------------------------------------------------------------------


def test_make_alone_lists_every_target_and_variable():
    answer = run_make()
    assert answer.returncode == 0
    listed = re.findall(r"^  (\w+) +\S", answer.stdout, flags=re.MULTILINE)
    assert set(TARGETS + VARIABLES) <= set(listed)
    assert re.search(rf"JOBS +{os.cpu_count()} ", answer.stdout)


def test_help_shows_the_values_given():
    answer = run_make("DATA=my $data", 'PARAMS=a "b".toml', "JOBS=7", RUN="mine")
    for shown in ("DATA       my $data ", 'PARAMS     a "b".toml ', "JOBS       7 ", "RUN        mine "):
        assert shown in answer.stdout


def test_batch_without_a_grid_names_examples():
    answer = run_make("batch")
    assert answer.returncode == 2
    assert "needs GRID=" in answer.stderr
    assert "  - notebooks/params/grid.toml\n" in answer.stderr
    assert "  - notebooks/params/each.toml\n" in answer.stderr
    assert "What to do" in answer.stderr


def test_a_batch_is_named_only_by_somebody(project, echo):
    parts = ["-m", "helpers", "batch", "--data=data/sample", "--engine=duckdb", "--grid=a b.toml"]
    answer = run_make("batch", "GRID=a b.toml", f"PY={echo}", folder=project)
    assert answer.stdout.splitlines() == [f"<{part}>" for part in parts]
    parts[4:4] = ["--run=my $run"]
    for given, environment in (["RUN=my $run"], {}), ([], {"RUN": "my $run"}):
        answer = run_make("batch", "GRID=a b.toml", "MEMORY=4GB", f"PY={echo}", *given, folder=project, **environment)
        assert answer.stdout.splitlines() == [f"<{part}>" for part in [*parts, "--memory=4GB"]]


def test_a_pool_has_a_name_of_its_own_unless_somebody_gives_one(project, echo):
    answer = run_make("pool", "RUNS=a b $c", f"PY={echo}", folder=project)
    assert answer.stdout.splitlines() == [f"<{part}>" for part in ("-m", "helpers", "pool", "--runs=a b $c")]
    answer = run_make("pool", "RUNS=a b", "RUN=mine", f"PY={echo}", folder=project)
    assert answer.stdout.splitlines()[-1] == "<--run=mine>"


def test_a_registration_is_of_data_and_run(project, echo):
    answer = run_make("register", "DATA=my $data", "RUN=mine", "PARAMS=a b.toml", f"PY={echo}", folder=project)
    parts = ("-m", "helpers", "register", "--data=my $data", "--run=mine", "--params=a b.toml")
    assert answer.stdout.splitlines() == [f"<{part}>" for part in parts]


def test_report_without_notebook_names_those_there_are(project):
    (project / "notebooks").mkdir()
    (project / "notebooks" / "01-first.ipynb").write_text("{}")
    answer = run_make("report", folder=project)
    assert answer.returncode == 2
    assert "  - 01-first\n" in answer.stderr
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(("given", "missing"), [("FROM=x", "NAME"), ("NAME=x", "FROM")])
def test_import_says_what_is_missing(project, given, missing):
    answer = run_make("import", given, folder=project)
    assert answer.returncode == 2
    assert f"{missing} is missing" in answer.stderr
    assert f"{given[:4]} is missing" not in answer.stderr


def test_a_machine_name_in_the_environment_is_not_taken_for_an_import(project):
    answer = run_make("import", "FROM=x", folder=project, NAME="DESKTOP-1")
    assert answer.returncode == 2


@pytest.mark.parametrize("through", ["command line", "environment"])
def test_paths_arrive_unharmed(project, echo, through):
    values = {"DATA": 'it\'s a $HOME "b" `c` $(d) #e;f', "PARAMS": "p $$ *.toml", "RUN": "r"}
    given = [f"{name}={value}" for name, value in values.items()]
    if through == "command line":
        answer = run_make("reports", f"PY={echo}", *given, folder=project)
    else:
        answer = run_make("reports", PY=echo, folder=project, **values)
    assert answer.returncode == 0, answer.stderr
    expected = ["-m", "helpers", "reports", f"--data={values['DATA']}", "--run=r", "--engine=duckdb"]
    assert answer.stdout.splitlines() == [f"<{part}>" for part in [*expected, f"--params={values['PARAMS']}"]]


def test_values_that_were_not_given_are_not_passed(project, echo):
    answer = run_make("report", "NOTEBOOK=01-first", "JOBS=3", f"PY={echo}", folder=project)
    parts = ["-m", "helpers", "reports", "--data=data/sample", "--run=sample", "--engine=duckdb", "--jobs=3"]
    assert answer.stdout.splitlines() == [f"<{part}>" for part in [*parts, "--notebook=01-first"]]


def test_what_python_compiles_is_kept_whatever_the_shell_says(project, tmp_path):
    python = script(tmp_path / "python", ECHO + 'echo "kept${PYTHONDONTWRITEBYTECODE+ not}"\n')
    answer = run_make("reports", f"PY={python}", folder=project, PYTHONDONTWRITEBYTECODE="1")
    assert answer.stdout.splitlines()[-1] == "kept"


def test_import_and_sample_call_their_commands(project, echo):
    answer = run_make("import", "FROM=a b.zip", "NAME=brand", f"PY={echo}", folder=project)
    assert answer.stdout.splitlines() == ["<-m>", "<helpers>", "<import>", "<--from=a b.zip>", "<--name=brand>"]
    answer = run_make("sample", "WORLD=null", f"PY={echo}", folder=project)
    assert answer.stdout.splitlines() == ["<-m>", "<helpers>", "<sample>", "<--world=null>"]


def test_tests_go_side_by_side_unless_one_file_is_named(project, echo):
    for given, parts in (
        ([], [f"--numprocesses={os.cpu_count() + 1}", "--dist=worksteal"]),
        (["JOBS=3"], ["--numprocesses=3", "--dist=worksteal"]),
        (["JOBS=3", "TESTS=tests/a b.py"], ["tests/a b.py"]),
    ):
        answer = run_make("test", *given, f"PY={echo}", folder=project)
        assert answer.stdout.splitlines() == ["<-m>", "<pytest>", *(f"<{part}>" for part in parts)]


def test_clean_leaves_the_readme_and_the_data(project):
    for name in ("reports/README.md", "reports/mine/README.md", "reports/a b/.hidden", "data/user/x.csv"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("x")
    (project / "reports" / "link").symlink_to(project / "data")
    assert run_make("clean", folder=project).returncode == 0
    assert [path.name for path in (project / "reports").iterdir()] == ["README.md"]
    assert (project / "data" / "user" / "x.csv").exists()


# ---- the environment -------------------------------------------------------------------------------------------------


def test_the_environment_is_built_once_and_again_when_content_changes(project, builds):
    answer, calls = builds()
    assert answer.returncode == 0, answer.stderr
    assert [call.split(" -")[0] for call in calls] == ["uv venv", "uv pip sync", "uv pip install"]
    assert "--require-hashes" in calls[1]
    os.utime(project / "requirements.lock")
    assert builds()[1] == []
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# a change\n")
    assert len(builds()[1]) == 3
    assert builds()[1] == []


def test_spark_has_an_environment_of_its_own(project, builds):
    builds()
    answer, calls = builds(ENGINE="spark")
    assert answer.returncode == 0, answer.stderr
    assert ".venv-spark" in calls[0]
    assert "tools/spark.lock" in calls[1]
    assert builds()[1] == builds(ENGINE="spark")[1] == []


def test_a_moved_folder_is_built_again_because_the_package_is_installed_in_place(project, builds):
    builds()
    moved = project.rename(project.with_name("moved"))
    assert len(builds(folder=moved)[1]) == 3
    assert builds(folder=moved)[1] == []


def test_a_build_that_fails_is_never_ready(project, builds):
    answer, _ = builds(SYNC_STATUS="1")
    assert answer.returncode == 2
    assert "could not be built" in answer.stderr
    assert not (project / ".venv" / ".ready").exists()
    answer, calls = builds()
    assert answer.returncode == 0
    assert len(calls) == 3


@pytest.mark.parametrize("fails", [False, True])
def test_without_uv_pip_builds_and_its_failure_shows(project, tmp_path, fails):
    path = only(tmp_path / "bin", *TOOLS, "mkdir", "cp", "mv")
    script(tmp_path / "bin" / "python3", FAKE_PIP)
    answer = run_make("env", folder=project, PATH=path, FAILS="yes" if fails else "")
    assert answer.returncode == (2 if fails else 0)
    assert ("x does not match its hash" in answer.stderr) is fails
    assert "20 packages fetched, now x==1" in answer.stderr
    assert (project / ".venv" / ".ready").exists() is not fails


@pytest.mark.parametrize("fails", ["0", "1"])
def test_without_uv_on_the_path_the_one_of_the_lock_builds_and_where_it_cannot_pip_does(project, tmp_path, echo, fails):
    path = only(tmp_path / "bin", *TOOLS, "mkdir", "cp", "mv", "sed", "grep")
    script(tmp_path / "bin" / "python3", FAKE_PIP)
    uv = script(tmp_path / "uv of the lock", FAKE_UV)
    log = tmp_path / "log"
    answer = run_make("env", folder=project, PATH=path, UV=uv, LOG=str(log), ECHO=echo, SYNC_STATUS=fails, FAILS="")
    assert answer.returncode == 0, answer.stderr
    calls = log.read_text().splitlines()
    assert [call.split(" -")[0] for call in calls] == ["uv venv", "uv pip sync", "uv pip install"][: 3 - int(fails)]
    assert ("20 packages fetched" in answer.stderr) is (fails == "1")
    assert (project / ".venv" / ".ready").exists()
    assert not (project / ".venv-uv").exists()


@pytest.mark.parametrize("fails", ["0", "1"])
def test_the_environments_own_uv_builds_that_with_spark_and_where_it_cannot_pip_does(project, tmp_path, echo, fails):
    path = only(tmp_path / "bin", *TOOLS, "mkdir", "cp", "mv")
    script(tmp_path / "bin" / "python3", FAKE_PIP)
    script(project / ".venv" / "bin" / "uv", FAKE_UV)
    given = {"PATH": path, "LOG": str(tmp_path / "log"), "ECHO": echo, "SYNC_STATUS": fails, "FAILS": ""}
    answer = run_make("env", "ENGINE=spark", folder=project, **given)
    assert answer.returncode == 0, answer.stderr
    calls = (tmp_path / "log").read_text().splitlines()
    assert [call.split(" -")[0] for call in calls] == ["uv venv", "uv pip sync", "uv pip install"][: 3 - int(fails)]
    assert ("20 packages fetched" in answer.stderr) is (fails == "1")
    assert (project / ".venv-spark" / ".ready").exists()
    assert run_make("env", "ENGINE=spark", folder=project, **given).stderr == ""


def test_an_old_python_is_refused_with_the_mend(project, tmp_path):
    script(tmp_path / "bin" / "python3", "#!/bin/sh\necho is Python 3.9.18\n")
    answer = run_make("env", folder=project, PATH=only(tmp_path / "bin", *TOOLS))
    assert answer.returncode == 2
    assert "python3 is Python 3.9.18" in answer.stderr
    assert "Allowed: Python 3.11, 3.12 or 3.13" in answer.stderr
    assert "What to do" in answer.stderr
    assert not (project / ".venv").exists()


def test_a_python_without_venv_names_the_package(project, tmp_path):
    script(tmp_path / "bin" / "python3", WITHOUT_VENV.format(python=sys.executable))
    answer = run_make("env", folder=project, PATH=only(tmp_path / "bin", *TOOLS))
    assert answer.returncode == 2
    assert f"apt install python3.{sys.version_info.minor}-venv" in answer.stderr


def test_no_python_at_all(project, tmp_path):
    answer = run_make("env", folder=project, PATH=only(tmp_path / "bin", *TOOLS))
    assert answer.returncode == 2
    assert "neither python3 nor python is on the PATH" in answer.stderr


def test_the_active_environment_is_used_when_it_has_what_is_needed():
    assert run_make("env", f"PY={sys.executable}").returncode == 0


def test_the_active_environment_must_hold_this_folders_package(project):
    answer = run_make("env", f"PY={sys.executable}", folder=project)
    assert answer.returncode == 2
    assert "this folder's package `helpers` is not installed" in answer.stderr
    assert "-m pip install --no-deps --no-build-isolation -e ." in answer.stderr


def test_the_active_environment_must_hold_the_libraries(project):
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    needs = 'dependencies = [\n    "no-such-library>=1",\n    "pandas>=99",\n'
    (project / "pyproject.toml").write_text(text.replace("dependencies = [\n", needs, 1), encoding="utf-8")
    answer = run_make("env", f"PY={sys.executable}", folder=project)
    assert answer.returncode == 2
    assert re.search(r"it lacks no-such-library>=1, pandas>=99 \(\d[\d.]* is there\)\.", answer.stderr)
    assert "--require-hashes -r requirements.lock" in answer.stderr


def test_an_interpreter_that_is_not_there(project):
    answer = run_make("env", "PY=no-such-python", folder=project)
    assert answer.returncode == 2
    assert "PY=no-such-python is not a program" in answer.stderr


# ---- the lock and the files beside it --------------------------------------------------------------------------------


def pins_of(path):
    """Read each pin of a lock with its hashes."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    pins = [Requirement(re.split(r"\s--hash=", line)[0]) for line in lines]
    return list(zip(pins, (re.findall(r"--hash=sha256:([0-9a-f]{64})\b", line) for line in lines), strict=True))


@pytest.fixture(scope="module")
def lock():
    """Give each pin of the lock with its hashes."""
    return pins_of(ROOT / "requirements.lock")


@pytest.fixture(scope="module")
def declared():
    """Give the project's table in pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_pin_is_exact_and_has_hashes(lock):
    assert len(lock) > 100
    for requirement, hashes in lock:
        assert [part.operator for part in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert requirement.url is None


def test_the_lock_names_no_index():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"https?:|file:|^\s*-(?!-hash=)", text, flags=re.MULTILINE) == []


def test_the_lock_is_in_accord_with_pyproject(lock, declared):
    wanted = [Requirement(line) for line in declared["dependencies"] + declared["optional-dependencies"]["dev"]]
    for requirement in wanted:
        pins = [pin for pin, _ in lock if canonicalize_name(pin.name) == canonicalize_name(requirement.name)]
        assert pins, f"{requirement} is not in the lock: run make lock"
        for pin in pins:
            (version,) = (part.version for part in pin.specifier)
            assert requirement.specifier.contains(version, prereleases=True), (
                f"{pin} is not {requirement}: run make lock"
            )


def test_the_lock_for_spark_is_the_lock_and_spark(lock, declared):
    wider = pins_of(ROOT / "tools" / "spark.lock")
    assert {str(pin) for pin, _ in lock} <= {str(pin) for pin, _ in wider}
    (needed,) = map(Requirement, declared["optional-dependencies"]["spark"])
    assert "pyspark" not in {pin.name for pin, _ in lock}
    (pinned,) = (pin for pin, _ in wider if pin.name == "pyspark")
    assert all(needed.specifier.contains(part.version) for part in pinned.specifier)


def test_the_lock_holds_what_each_system_needs(lock, declared):
    assert declared["requires-python"] == ">=3.11,<3.14"
    names = [canonicalize_name(pin.name) for pin, _ in lock]
    for base in ("pandas", "numpy", "duckdb"):
        for minor in (11, 12, 13):
            for system in ("linux", "darwin", "win32"):
                marked = {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.9", "sys_platform": system}
                pins = [p for p, _ in lock if p.name == base and (p.marker is None or p.marker.evaluate(marked))]
                assert len(pins) == 1, (base, marked)
    assert {"appnope", "pywinpty", "ptyprocess"} <= set(names)


distributions = cache(packages_distributions)


def sources(*patterns):
    """Give each file that holds Python with its text: the code of a notebook is that of its cells."""
    for path in (path for pattern in patterns for path in sorted(ROOT.glob(pattern))):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "code")
        yield path, text


def imports(text):
    """Name the packages that a text imports, wherever in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def undeclared(found, requirements):
    """Name what is imported, with a file that does, and comes with none of the requirements."""
    allowed = {canonicalize_name(Requirement(line).name) for line in requirements}
    of = (
        packages_distributions()
    )  # of what is not installed here, such as pyspark, the name of the import is all we have
    known = {"helpers", *sys.stdlib_module_names, *(path.stem for path in ROOT.glob("tests/*.py"))}
    named = {(name, path.name) for path, text in found for name in set(imports(text)) - known}
    return sorted(pair for pair in named if not {canonicalize_name(d) for d in of.get(pair[0], [pair[0]])} & allowed)


def test_what_is_imported_is_declared(declared):
    extras = declared["optional-dependencies"]
    needs = [*declared["dependencies"], *extras["spark"], *extras["bench"]]
    assert undeclared(sources("src/**/*.py", "notebooks/*.ipynb"), needs) == []
    assert undeclared(sources("tests/*.py", "tools/*.py"), [*needs, *extras["dev"]]) == []
    few = [line for line in needs if not line.startswith(("numpy", "ipython"))]
    assert {name for name, _ in undeclared(sources("src/**/*.py", "notebooks/*.ipynb"), few)} == {"IPython", "numpy"}


def test_every_library_that_is_declared_says_why():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.")[0]
    lines = re.findall(r'^    "[\w-]+[^"]*",(.*)$', text, flags=re.MULTILINE)
    assert len(lines) > 30
    assert all(re.match(r" +# \w", comment) for comment in lines)


def test_conda_and_binder_install_the_same_lock(declared):
    recipe = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert recipe["channels"] == ["conda-forge"]
    *conda, pip = recipe["dependencies"]
    assert conda == [f"python {declared['requires-python']}", "make", "pip"]
    # a name before the lock would want a hash of its own; a version beside the lock could only contradict it
    first, *named = pip["pip"]
    assert first == "-r requirements.lock"
    assert named == ["jupyterlab", "pandas", "seaborn", "statsmodels", "papermill"]
    assert set(named) <= {Requirement(line).name for line in declared["dependencies"]}
    assert os.access(ROOT / "postBuild", os.X_OK)


def test_commit_hooks_have_no_versions_of_their_own(lock):
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert local["repo"] == "local"
    locked, of = {pin.name for pin, _ in lock}, distributions()
    for hook in local["hooks"]:
        assert hook["language"] == "system"
        (module,) = re.findall(r'^sh tools/python\.sh (?:-m |-c "from )(\w+)', hook["entry"])
        assert set(of[module]) <= locked
        assert "additional_dependencies" not in hook


def test_the_citation_is_whole(declared):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type"} <= set(citation)
    assert (citation["version"], citation["license"]) == (declared["version"], declared["license"])


def test_no_file_in_git_names_an_index():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    assert [path.name for path in paths if path.is_file() and INDEX_ADDRESS.search(path.read_bytes())] == []


def test_what_is_made_and_what_is_a_persons_own_stays_out_of_git():
    made = ["data/worlds/null/posts.csv", "data/user/brand/posts.csv", "reports/mine/index.html"]
    asked = ["git", "check-ignore", "--no-index", *made, "data/sample/posts.csv", "data/user/README.md"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 128:
        pytest.skip("not a git checkout")
    assert answer.stdout.splitlines() == made


def test_nothing_refers_to_a_folder_of_the_machine_it_was_built_on():
    for name in ("Makefile", "tools/environment.sh", "requirements.lock", "environment.yml", ".ci/run"):
        assert str(Path.home()) + "/" not in (ROOT / name).read_text(encoding="utf-8")


def lab(folder, *, user="1000", **variables):
    """Do what `make lab` does in a folder, with a Python that says what it was called with."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for name, says in (("python", 'echo "$@"'), ("id", f"echo {user}")):
        (tools / name).write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nlab: ")[1].split("\n\n")[0].split("\n", 1)[1]
    command = recipe.replace("\t@", "").replace("$$", "$")
    environment = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "INTERPRETER": str(tools / "python"),
        **variables,
    }
    how = {"cwd": folder, "env": environment, "capture_output": True, "text": True, "check": True}
    return subprocess.run(["sh", "-c", command], **how).stdout


@pytest.mark.skipif(os.name == "nt", reason="runs a script of the shell")
@pytest.mark.parametrize("user", ["0", "1000"])
def test_root_may_open_the_lab_and_nobody_else_is_told_to(tmp_path, user):
    """In a container everybody is root, and Jupyter does not start for root unless it is allowed to."""
    said = lab(tmp_path, user=user)
    assert said.startswith("-m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks")
    assert said.rstrip().endswith("--allow-root") == (user == "0")


@pytest.mark.skipif(os.name == "nt", reason="runs a script of the shell")
def test_a_lab_on_copies_changes_nothing_that_is_tracked_and_keeps_what_was_done(tmp_path):
    """Copies work where they are: helpers is installed, and a relative path of data is taken from the project too."""
    (tmp_path / "notebooks").mkdir()
    for name in ("a.ipynb", "b c.ipynb"):
        (tmp_path / "notebooks" / name).write_text("as it was")
    assert "--LabApp.default_url=/lab/tree/data/user/notebooks" in lab(tmp_path, COPY="1")
    mine = tmp_path / "data" / "user" / "notebooks"
    (mine / "a.ipynb").write_text("worked on")
    (mine / "b c.ipynb").unlink()
    lab(tmp_path, COPY="1")
    assert {file.name: file.read_text() for file in mine.iterdir()} == {
        "a.ipynb": "worked on",
        "b c.ipynb": "as it was",
    }
    assert (tmp_path / "notebooks" / "a.ipynb").read_text() == "as it was"
