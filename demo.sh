#!/usr/bin/env bash
# Shows what the ledger does: a city of 41,242 invented families, their grants
# of a quarter, three banks on payment day, attempts at fraud, questions, an
# audit, and a forgery that the auditor finds. Ends with `demo: ok`.
#
#   ./demo.sh [FAMILIES]
#
# Installs what is missing from Debian 12 and builds first. Cleans up after
# itself: all happens in a folder under build/ that is removed.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/tools/common.sh
. tests/tools/common.sh

case "${1:-}" in
  -h | --help)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac

started=$SECONDS
fail() {
  echo "demo: failed: $*"
  exit 1
}
# shellcheck disable=SC2086
need $packages_build || fail "packages could not be installed"
packages_s=$((SECONDS - started))
build_in build -DCMAKE_BUILD_TYPE=Release -- amanahd amanah ||
  fail "the build failed"
echo "packages: $packages_s s, build: $((SECONDS - started - packages_s)) s"

folder=$(mktemp -d "$PWD/build/demo.XXXXXX")
trap 'rm -rf "$folder"' EXIT
/usr/bin/python3 tests/demo/demo.py build "$folder" "$@"
