#!/usr/bin/env bash
# Brings a fresh machine to where `make test` runs: PostgreSQL, Chromium, Node, hledger, a C compiler for the race detector,
# the pinned Go tools and the page's packages. As root on Debian or Ubuntu it installs them, elsewhere it says what
# to install. Running it again changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/versions
. .ci/versions

missing=()   # Debian packages
wishes=()    # sentences for a person

need() { # need COMMAND PACKAGE...
	command -v "$1" >/dev/null 2>&1 || missing+=("${@:2}")
}

postgres_major() {
	local dir best=0 v
	for dir in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
		[ -x "$dir/initdb" ] || continue
		v=$("$dir/postgres" -V | grep -oE '[0-9]+' | head -1)
		[ "$v" -gt "$best" ] && best=$v
	done
	echo "$best"
}

node_major() { node --version 2>/dev/null | grep -oE '[0-9]+' | head -1 || true; }

need git git
need make make
need gcc gcc libc6-dev
need go golang-go
need hledger hledger # adds the exported ledger up again
need node nodejs npm
command -v node >/dev/null 2>&1 && need npm npm
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
	command -v google-chrome >/dev/null 2>&1 || [ -d "/Applications/Google Chrome.app" ] || missing+=(chromium)
[ "$(postgres_major)" -ge "$POSTGRES_MAJOR_MIN" ] || missing+=(postgresql)

if [ ${#missing[@]} -gt 0 ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
		export DEBIAN_FRONTEND=noninteractive
		echo "installing: ${missing[*]}"
		apt-get update -q
		apt-get install -q -y --no-install-recommends "${missing[@]}"
	else
		wishes+=("install: ${missing[*]} (Debian: sudo apt-get install ${missing[*]}; macOS: the same things with brew)")
	fi
fi

[ "$(postgres_major)" -ge "$POSTGRES_MAJOR_MIN" ] || wishes+=("PostgreSQL $POSTGRES_MAJOR_MIN or newer (its server binaries)")
n=$(node_major)
[ "${n:-0}" -ge "$NODE_MAJOR_MIN" ] || wishes+=("Node $NODE_MAJOR_MIN or newer (this machine has ${n:-none})")
go version >/dev/null 2>&1 || wishes+=("Go: the version that go.mod names, or any from 1.21 on, which fetches that one")

if [ ${#wishes[@]} -gt 0 ]; then
	printf 'This machine lacks: %s\n' "${wishes[@]}" >&2
	exit 1
fi

make -s tools
if [ -f web/package-lock.json ]; then
	make -s web/node_modules/.package-lock.json
fi
echo "ready: PostgreSQL $(postgres_major), Node $(node --version), $(go version | cut -d' ' -f3)"
