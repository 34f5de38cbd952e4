#!/bin/sh
# Makes the environment $2 with the interpreter $1 and installs the locked dependencies and counterlure itself.
# Debian ships venv without ensurepip unless python3-venv is there: then the system's own pip fills the environment.
set -eu
python=$1
venv=$2
rm -rf "$venv"
if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv "$venv"
    pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }
else
    "$python" -m venv --without-pip "$venv"
    pip() { "$python" -m pip --disable-pip-version-check --python "$venv/bin/python" "$@"; }
fi
pip install --quiet --require-hashes --requirement requirements.lock
pip install --quiet --no-deps --no-build-isolation --editable .
