#!/usr/bin/env bash
# Measures the ledger end to end over loopback TLS, durable: post_single_per_s,
# post_unary_per_s, post_batched_per_s, audit_batched_per_s, query_p99_ms,
# ed25519_verify_per_s_core and others. After each run the log is audited, and
# its count must be what was acknowledged.
#
#   ./bench.sh [--json FILE] [--scale X] [--connections N] [--in-flight N]
#
# --scale 0.1 measures a tenth of the work. Installs what is missing from
# Debian 12 and builds first.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/tools/common.sh
. tests/tools/common.sh

case "${1:-}" in
  -h | --help)
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac

# shellcheck disable=SC2086
need $packages_build
build_in build -DCMAKE_BUILD_TYPE=Release -- amanahd amanah_bench

# Beside the build, so that it is the disk that is measured and not a memory
# file system.
folder=$(mktemp -d "$PWD/build/bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
build/tests/bench/amanah_bench --server build/bin/amanahd --folder "$folder" "$@"
