"""Kernels forked from a server: the same bytes as from plain kernels, a clean start, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from test_batch import DRIVER, PATIENCE, make, wait_until
from toys import PICTURE, TABLE, code, toy_cells, toy_project, write_notebook

from helpers import ROOT
from helpers.__main__ import main
from helpers.reading.opened import OPENED
from helpers.running import warm
from helpers.running.kernel import _kill
from helpers.running.project import Project
from helpers.running.reports import make_reports

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
in_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")

DRAWN = """import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from helpers import plots
plots.style()
x = np.random.default_rng(3).normal(size=200)
plots.Picture(sns.histplot(x), alt="A histogram")"""

RANDOM = """import random
random.seed(1)
np.random.seed(1)
random.random(), np.random.random(), hash("a"), list({"a", "b", "c", "d"})"""

MODEL = """import pandas as pd
import statsmodels.formula.api as smf
frame = pd.DataFrame({"x": x, "y": 2 * x + np.random.default_rng(4).normal(size=200)})
print(smf.ols("y ~ x", frame).fit().params.tolist())
frame"""

STATE = """import gc, locale, matplotlib, os, signal, sys, threading, warnings
own = ("IPYTHONDIR", "ENGAGEMENT_CLAIMS_SPILL", "ENGAGEMENT_CLAIMS_OPENED", "JPY_PARENT_PID")
print(sorted((name, value) for name, value in os.environ.items() if name not in own))
print(sys.path, os.getcwd(), [part for part in sys.argv if "/tmp" not in part], sys.flags, locale.getlocale())
print([(number.name, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)])
print(dict(matplotlib.rcParams), matplotlib.get_backend(), plt.get_fignums())
print(np.geterr(), np.get_printoptions(), gc.isenabled(), gc.get_threshold(), sys.getrecursionlimit())
print(sorted(map(str, warnings.filters)))
print(sorted(thread.name for thread in threading.enumerate()), os.getpgid(0) == os.getpid() == os.getsid(0))
pd.describe_option()"""


@pytest.fixture
def only_forked(monkeypatch):
    """Let no plain kernel start."""
    from jupyter_client.provisioning import LocalProvisioner

    async def refuse(*ignored, **also_ignored):
        raise AssertionError("a plain kernel was started")

    monkeypatch.setattr(LocalProvisioner, "launch_kernel", refuse)


@pytest.fixture
def project(tmp_path):
    return toy_project(tmp_path)


def files(folder):
    there = [path for path in folder.rglob("*") if path.is_file() and path.name != "index.html"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in there}


@pytest.fixture
def both_ways(only_forked, monkeypatch):
    """Make a run with forked kernels and one with plain kernels, and return their files."""

    def making(make_run):
        assert make_run(run="warm") == 0
        monkeypatch.undo()
        assert make_run(run="plain", warm=False) == 0

    return making


def test_notebook_01_is_the_same_bytes(tmp_path, both_ways):
    project = replace(Project(), reports=tmp_path)
    data = str(ROOT / "data" / "sample")
    both_ways(lambda **options: make_reports(data=data, notebook="01-account-size", project=project, **options))
    forked = files(tmp_path / "warm")
    assert forked == files(tmp_path / "plain")
    assert forked["01-account-size.ipynb"].count(b'"image/png": "iVBOR') >= 4


def test_pictures_tables_random_numbers_and_state_are_the_same_bytes(project, both_ways):
    cells = [code(source) for source in (DRAWN, PICTURE, RANDOM, MODEL, TABLE, STATE)]
    write_notebook(project.notebooks, "01-toy", toy_cells(*cells))
    both_ways(lambda **options: make(project, jobs=1, **options)[0])
    forked = files(project.reports / "warm")
    assert forked == files(project.reports / "plain")
    assert forked["01-toy.ipynb"].count(b'"image/png": "iVBOR') == 2
    assert b"display.max_columns" in forked["01-toy.ipynb"]


LEAVE = """import builtins, os, random, sys
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import helpers.plots
builtins.left = pd.left = helpers.left = os.environ["LEFT"] = "left"
pd.set_option("display.max_rows", 3)
plt.rcParams["figure.dpi"] = 33
plt.figure()
os.chdir("/")
random.seed(1)
np.random.seed(1)
sys.path.append("left")"""

FIND = """import builtins, os, random, sys
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import helpers
assert not [place for place in (builtins, pd, helpers) if hasattr(place, "left")]
assert "LEFT" not in os.environ and "left" not in sys.path and os.getcwd() != "/"
assert pd.get_option("display.max_rows") == 60 and plt.rcParams["figure.dpi"] != 33 and not plt.get_fignums()
print("first draws", random.random(), np.random.random(), "of", os.getpid(), os.getppid())"""


def test_nothing_goes_from_one_notebook_to_the_next(project, only_forked):
    for number, source in enumerate((LEAVE, FIND, FIND), start=1):
        write_notebook(project.notebooks, f"0{number}-toy", toy_cells(code(source), name=f"0{number}-toy"))
    assert make(project, jobs=1)[0] == 0
    told = [(project.reports / "r" / f"0{number}-toy.ipynb").read_text() for number in (2, 3)]
    second, third = (re.search(r"first draws (\S+) (\S+) of (\d+) (\d+)", text).groups() for text in told)
    assert not {"0.13436424411240122", "0.417022004702574"} & {*second, *third}  # of the seeds in the first
    assert all(one != other for one, other in zip(second[:3], third[:3], strict=True))
    assert second[3] == third[3]  # both come from one server


IMPORTS = "from helpers.running import warm\nwarm._import_libraries()\n"


def in_server(script, **variables):
    """Run lines in a process like the server's after its imports."""
    environment = {**warm.environment(Path("/nowhere")), **variables}
    done = subprocess.run([sys.executable, "-c", IMPORTS + script], env=environment, capture_output=True, text=True)
    assert not done.stderr
    return done.stdout.strip()


UNFIT = """
import importlib, numpy, os, threading, time
print(threading.active_count(), len(os.listdir("/proc/self/task")), repr(warm.unfit()))
svd, numpy.linalg.svd = numpy.linalg.svd, lambda table: os.abort()
print(warm.unfit())
numpy.linalg.svd, warm.PATIENCE = svd, 0.1
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print(warm.unfit())
for module in warm.TOO_EARLY:
    importlib.import_module(module)
    print(warm.unfit())
"""


@in_proc
def test_no_thread_runs_before_the_fork_and_an_unfit_server_says_why():
    assert in_server(UNFIT).splitlines() == [
        "1 1 ''",
        "a forked process could not compute",
        "the libraries started 1 threads",
        "duckdb came with the libraries",
        "duckdb and matplotlib_inline.backend_inline came with the libraries",
    ]


NAMED = """
import sys
from helpers.families import Family, found
print(*{name in sys.modules for family in found().values() for name in family.libraries})
warm.found = lambda: {"toy": Family("00-toy", libraries=("tabnanny",))}
before = "tabnanny" in sys.modules
warm._import_libraries()
print(before, "tabnanny" in sys.modules)
"""


def test_what_a_family_names_is_there_before_the_fork():
    assert in_server(NAMED).splitlines() == ["True", "False True"]


@in_proc
def test_where_the_server_is_unfit_kernels_start_plainly(project, monkeypatch, capfd):
    """More threads for linear algebra are a person's choice that is obeyed."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    if "openblas" not in str(np.show_config("dicts")):
        pytest.skip("this numpy does not use OpenBLAS")
    write_notebook(project.notebooks, "01-toy", toy_cells(code("import os\nprint(os.environ['OPENBLAS_NUM_THREADS'])")))
    assert make(project)[0] == 0
    assert "kernels start without a server: the libraries started 2 threads" in capfd.readouterr().err


def test_no_server_where_kernels_are_not_to_be_forked(tmp_path, monkeypatch):
    with warm.server(tmp_path, engine="spark") as address:
        assert address is None
    far = tmp_path / ("long" * 50)
    monkeypatch.setattr(warm, "held", lambda *_: (far, lambda: None))
    with warm.server(tmp_path, engine="duckdb") as address:
        assert address is None
    monkeypatch.delattr(os, "fork")
    with warm.server(tmp_path, engine="duckdb") as address:
        assert address is None


def test_warm_is_a_switch(capsys):
    assert main(["reports", "--warm", "yes"]) == 2
    assert capsys.readouterr().err.startswith("WARM is 'yes'")


@pytest.fixture
def kernel(tmp_path):
    """Start a forked kernel and return its manager and client."""
    import zmq
    from jupyter_client import KernelManager

    from helpers.running.forked import ForkingProvisioner

    with warm.server(tmp_path, engine="duckdb") as address, zmq.Context() as context:
        manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(tmp_path / "k"), context=context)
        manager.provisioner = ForkingProvisioner(server=address, kernel_spec=manager.kernel_spec, parent=manager)
        manager.start_kernel(env=warm.environment(tmp_path), cwd=str(tmp_path))
        client = manager.client(context=context)
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        process = manager.provisioner.process
        yield manager, client
        client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
        assert process.poll() is not None


def test_a_forked_kernel_can_be_interrupted(kernel):
    manager, client = kernel
    # many short sleeps: Python misses a signal that comes just before it goes to sleep, in a plain kernel too
    asked = client.execute("import time; print('asleep', flush=True)\nfor _ in range(6000): time.sleep(0.01)")
    while client.get_iopub_msg(timeout=PATIENCE)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    while (answer := client.get_shell_msg(timeout=PATIENCE))["parent_header"]["msg_id"] != asked:
        pass  # the fixture asks a slow kernel more than once whether it is ready
    assert answer["content"]["ename"] == "KeyboardInterrupt"
    assert manager.is_alive()


@pytest.mark.parametrize(("last", "status"), [("os._exit(3)", 3), ("os.abort()", -signal.SIGABRT)])
def test_a_forked_kernel_tells_how_it_ended(kernel, last, status):
    manager, client = kernel
    process = manager.provisioner.process
    client.execute(f"import os; {last}")
    wait_until(lambda: not manager.is_alive())
    assert process.poll() == status


def test_a_server_that_is_gone_takes_its_kernels_along(kernel):
    manager, client = kernel
    client.execute("import os; print(os.getppid())")
    while (message := client.get_iopub_msg(timeout=PATIENCE))["msg_type"] != "stream":
        pass
    os.kill(int(message["content"]["text"]), signal.SIGKILL)
    pid = manager.provisioner.pid
    wait_until(lambda: not manager.is_alive())
    wait_until(lambda: not running(lambda process: process.name == str(pid)))


def running(is_one):
    """List the processes of which something holds, without those that ended and wait to be buried."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if is_one(process) and (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append(process.name)
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
    return found


@in_proc
def test_what_a_cell_has_started_ends_with_a_kernel_that_is_killed():
    command = ["sh", "-c", "sleep 600 & echo $!; wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as kernel:
        started = Path("/proc", kernel.stdout.readline().decode().strip())
        assert started.exists()
        _kill(SimpleNamespace(provisioner=SimpleNamespace(process=kernel, pgid=kernel.pid)))
        kernel.stdout.read()  # until nobody holds it any more
    wait_until(lambda: not started.exists())


@in_proc
@pytest.mark.parametrize(
    ("stop", "early", "warm"),
    [
        (signal.SIGINT, False, True),
        (signal.SIGTERM, False, True),
        (signal.SIGKILL, False, True),
        (signal.SIGKILL, True, True),
        (signal.SIGKILL, False, False),
    ],
)
def test_a_stopped_run_leaves_no_process(project, tmp_path, stop, early, warm):
    """Stopped while the server still imports, and while notebooks run; also when it could not clear up itself.

    What it has opened for its kernels is gone then too. Without a server nobody but the process that runs a notebook
    ends its kernel.
    """
    mark = uuid.uuid4().hex.encode()
    for number in (1, 2):
        told = f"open('at{number}', 'w').write(os.environ['{OPENED}'])"
        source = f"import os, subprocess\n{told}\nsubprocess.run(['sleep', '600'])"
        write_notebook(project.notebooks, f"0{number}-toy", toy_cells(code(source), name=f"0{number}-toy"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]), "MARK": mark}
    driver = DRIVER if warm else DRIVER.replace("jobs=2", "jobs=2, warm=False")
    command = [sys.executable, "-c", driver, str(tmp_path)]
    made = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)

    def of_this_run(process):
        return mark in (process / "environ").read_bytes()

    def serves(process):
        return of_this_run(process) and b"helpers.running.warm" in (process / "cmdline").read_bytes()

    if early:
        wait_until(lambda: running(serves), while_runs=made)
    else:
        places = [project.notebooks / f"at{number}" for number in (1, 2)]
        wait_until(lambda: all(place.exists() and place.read_text() for place in places), while_runs=made)
        assert bool(running(serves)) == warm
    os.killpg(made.pid, stop) if stop == signal.SIGINT else made.send_signal(stop)
    made.wait(timeout=PATIENCE)
    wait_until(lambda: not running(of_this_run))
    assert early or not warm or not any(Path(place.read_text()).exists() for place in places)
