#!/bin/sh
# Runs .venv's Python if there is one, else the active environment's: the commit hooks then use the lock's linters.
for python in .venv/bin/python .venv/Scripts/python.exe; do
    [ ! -x "$python" ] || exec "$python" "$@"
done
exec python "$@"
