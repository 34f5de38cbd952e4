#!/bin/sh
# Makes the environment $2 with the interpreter $1 and installs the locked dependencies and counterlure itself.
# Debian ships venv without ensurepip unless python3-venv is there: then the system's own pip fills the environment.
set -eu
python=$1
venv=$2
rm -rf "$venv"
if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv "$venv"
else
    "$python" -m venv --without-pip "$venv"
fi
sh scripts/pip.sh "$python" "$venv" install --quiet --require-hashes --requirement requirements.lock
sh scripts/pip.sh "$python" "$venv" install --quiet --no-deps --no-build-isolation --editable .
