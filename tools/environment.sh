#!/bin/sh
# Makes sure that INTERPRETER can run the project; `make` calls it before every target that needs Python.
# Without PY that is .venv (with ENGINE=spark .venv-spark, from a lock of its own), built afresh when missing or when the
# content it was built from has changed; its stamp is a copy of that content, written last, so that a build cut short
# never passes as ready. With PY it is the active environment, which is looked at and never changed.
set -u
PY=${PY:-}
VENV=${VENV:-.venv}
LOCK=${LOCK:-requirements.lock}
ENGINE=${ENGINE:-duckdb}
INTERPRETER=${INTERPRETER:-.venv/bin/python}

say() { printf '%s\n' "$@" >&2; }

content() { pwd -P && cat "$LOCK" pyproject.toml tools/environment.sh; }

# Prints "usable", or why an interpreter cannot build the environment. Old Pythons must be able to read it.
probe() {
    "$1" - 2>/dev/null <<'END'
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    print("is Python %d.%d.%d" % sys.version_info[:3])
else:
    try:
        import ensurepip, venv
        print("usable")
    except ImportError:
        print("lacks the venv module: on Debian and Ubuntu, apt install python%d.%d-venv" % sys.version_info[:2])
END
}

find_python() {
    found=''
    for python in python3 python3.13 python3.12 python3.11 python; do
        answer=$(probe "$python") && [ -n "$answer" ] || continue
        [ "$answer" = usable ] && return 0
        found="$found  - $python $answer
"
    done
    say 'No Python was found that can build the environment.' \
        "${found:-  - neither python3 nor python is on the PATH
}Allowed: Python 3.11, 3.12 or 3.13 with its venv module." \
        'What to do: install one of them (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install' \
        'python@3.13), or install uv, which brings a Python; or activate an environment and add PY=python.'
    return 2
}

# Nothing is compiled ahead: of 9,000 modules a run imports 2,500, and Python keeps those the first time.
build_with_uv() {
    say "  with uv: $(grep -c '^[^ #].*==' "$LOCK") packages"
    "$uv" venv --quiet --python '>=3.11,<3.14' "$VENV" &&
        start_stamp &&
        "$uv" pip sync --quiet --python "$INTERPRETER" --require-hashes "$LOCK" &&
        "$uv" pip install --quiet --python "$INTERPRETER" --no-deps --no-build-isolation --editable .
}

# pip writes a page for every package; its own errors go past this to standard error.
one_line_in_twenty() {
    count=0
    while read -r word name _; do
        case $word in
            Collecting | Processing) count=$((count + 1)); [ $((count % 20)) -ne 0 ] || say "  $count packages fetched, now ${name##*/}" ;;
            Installing) say "  installing all $count: this takes as long again" ;;
        esac
    done
}

build_with_pip() {
    find_python || return
    say "  with $python and pip: one to three minutes (uv takes seconds)"
    "$python" -m venv "$VENV" && start_stamp || return
    {
        "$INTERPRETER" -m pip install --disable-pip-version-check --no-input --progress-bar off \
            --require-hashes --requirement "$LOCK" && : >"$VENV/.installed"
    } | one_line_in_twenty
    [ -e "$VENV/.installed" ] &&
        "$INTERPRETER" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
}

start_stamp() { content >"$VENV/.building"; }

# The lock pins uv with its hashes, as every package: a small environment beside gets it, which takes pip two seconds.
uv_from_the_lock() {
    find_python && "$python" -m venv "$VENV-uv" && sed -n '/^uv==/,/# via/p' "$LOCK" >"$VENV-uv/lock" &&
        for folder in bin Scripts; do
            [ -d "$VENV-uv/$folder" ] || continue
            "$VENV-uv/$folder/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
                --requirement "$VENV-uv/lock" && uv=$VENV-uv/$folder/uv
            return
        done
}

# Without uv on the PATH, .venv has one from its lock, and so has .venv-spark. Such a uv does not know pip's settings,
# such as a mirror: where it cannot build, pip does.
build_with_what_there_is() {
    uv=uv
    command -v uv >/dev/null 2>&1 && { build_with_uv; return; }
    for uv in .venv/bin/uv .venv/Scripts/uv.exe ''; do [ ! -x "$uv" ] || break; done
    { [ -n "$uv" ] || uv_from_the_lock 2>/dev/null; } && build_with_uv 2>/dev/null
    built=$?
    rm -rf "$VENV-uv"
    [ "$built" -eq 0 ] || { rm -rf "$VENV" && build_with_pip; }
}

build() {
    begun=$(date +%s)
    say "Building $VENV from $LOCK (missing, or stale)."
    unset PIP_USER PYTHONHOME
    rm -rf "$VENV" || return
    build_with_what_there_is || {
        say 'The environment could not be built; the reason stands above. What to do: mend it and run make again.'
        return 2
    }
    mv "$VENV/.building" "$VENV/.ready" && say "Environment ready after $(($(date +%s) - begun)) s."
}

# Says what the active environment lacks; it is the person's own, so nothing is installed.
look_at_active() {
    "$PY" - "$PY" "$LOCK" "$ENGINE" <<'END' || return 2
import sys
def refuse(fault, *mend):
    sys.stderr.write("PY=%s cannot run the project: %s\n" % (sys.argv[1], fault))
    sys.stderr.write("What to do: %s, or leave PY out: make then builds .venv.\n" % "\n            ".join(mend))
    sys.exit(2)
install = [sys.argv[1] + " -m pip install --require-hashes -r " + sys.argv[2],
           sys.argv[1] + " -m pip install --no-deps --no-build-isolation -e ."]
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    refuse("it is Python %d.%d.%d; allowed are 3.11, 3.12 and 3.13." % sys.version_info[:3],
           "activate an environment with one of these")
import importlib.metadata, importlib.util, os, re, tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
declared = project["dependencies"] + (project["optional-dependencies"]["spark"] if sys.argv[3] == "spark" else [])
missing = []
for requirement in declared:
    name = re.match(r"[\w.-]+", requirement)[0]
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        missing.append(requirement)
    else:
        from packaging.requirements import Requirement
        if not Requirement(requirement).specifier.contains(version, prereleases=True):
            missing.append("%s (%s is there)" % (requirement, version))
if missing:
    refuse("it lacks " + ", ".join(missing) + ".", *install)
spec = importlib.util.find_spec("helpers")
here = os.path.realpath(os.path.join("src", "helpers", "__init__.py"))
if spec is None or os.path.realpath(spec.origin or "") != here:
    refuse("this folder's package `helpers` is not installed in it.", *install[1:])
END
}

if [ -n "$PY" ]; then
    command -v "$PY" >/dev/null 2>&1 || { say "PY=$PY is not a program. What to do: name the Python to use, for example PY=python."; exit 2; }
    look_at_active
elif ! [ -x "$INTERPRETER" ] || ! content | cmp -s - "$VENV/.ready"; then
    build
fi
