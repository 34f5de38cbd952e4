#!/bin/sh
# Runs pip for the environment $2, made with the interpreter $1: its own, or the system's where it has none.
set -eu
python=$1
venv=$2
shift 2
if "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    exec "$venv/bin/python" -m pip --disable-pip-version-check "$@"
fi
exec "$python" -m pip --disable-pip-version-check --python "$venv/bin/python" "$@"
