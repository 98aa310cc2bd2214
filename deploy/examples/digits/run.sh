#!/bin/sh
# Runs a Python program with the packages of requirements.txt: those that this Python has, as in an image made for it, else those of a virtual environment,
# which is made once and kept in the user's cache.
set -eu
if ! python3 -c 'import PIL, onnx, onnxruntime, skl2onnx, sklearn' 2>/dev/null; then
  cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/straightline
  venv=$cache/venv-$(sha256sum requirements.txt | cut -c1-16)
  if ! [ -e "$venv/complete" ]; then
    echo "installing the packages of requirements.txt into $venv: half a gigabyte, some minutes on a slow machine"
    mkdir -p "$cache"
    # A stage that is cancelled leaves nothing behind.
    trap 'rm -rf "$venv.$$"' EXIT
    trap 'exit 143' HUP INT TERM
    # Beside its place first, so that two that come at the same time do not disturb each other.
    python3 -m venv "$venv.$$"
    "$venv.$$/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
    touch "$venv.$$/complete"
    [ -e "$venv" ] || mv "$venv.$$" "$venv"
    rm -rf "$venv.$$"
    trap - EXIT HUP INT TERM
  fi
  PATH=$venv/bin:$PATH
fi
exec python3 -u "$@"
