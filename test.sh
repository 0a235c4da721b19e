#!/usr/bin/env bash
# Builds and tests everything.
#
#   ./test.sh          one build, all tests
#   ./test.sh --ci     also: a build under ASan and UBSan, TSan on what is
#                      concurrent, clang-tidy, clang-format, six checks
#                      switched off in turn, short fuzzing
#   ./test.sh --long   also: each safety check switched off in turn, long
#                      fuzzing, the full sweeps
#
# Installs what is missing from Debian 12. A second run needs no network and
# builds nothing anew. Ends with a line `N passed, N failed, N skipped`.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/tools/common.sh
. tests/tools/common.sh

ci=false long=false
for argument in "$@"; do
  case $argument in
    --ci) ci=true ;;
    --long) ci=true long=true ;;
    -h | --help)
      sed -n '2,12s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    *)
      say "test.sh: unknown argument $argument (see --help)"
      exit 2
      ;;
  esac
done

AMANAH_COUNTS=$(mktemp)
export AMANAH_COUNTS
trap 'rm -f "$AMANAH_COUNTS"' EXIT
started=$SECONDS
failed=false

step() { say "[$((SECONDS - started)) s] $*"; }

# count NAME COMMAND...: a check that is no test program.
count() {
  local name=$1 log
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    say "$name: ok"
    echo "1 0 0" >>"$AMANAH_COUNTS"
  else
    cat "$log" >&2
    say "$name: failed"
    echo "0 1 0" >>"$AMANAH_COUNTS"
    failed=true
  fi
  rm -f "$log"
}

run() { tests/tools/run_tests.py "$@" || failed=true; }

step "packages"
# shellcheck disable=SC2086
need $packages_build $packages_test

step "build"
if ! build_in build -DCMAKE_BUILD_TYPE=Release; then
  say "the build failed"
  echo "0 passed, 1 failed"
  exit 1
fi

step "tests"
export AMANAH_BUILD=$PWD/build
mapfile -t scripts < <(find tests -name '*_test.py' -o -name '*_test.sh' | sort)
run --timeout 600 build/tests/bin/*_test "${scripts[@]}"

if $ci; then
  # shellcheck disable=SC2086
  need $packages_ci
  step "build with ASan and UBSan"
  if build_in build/asan -DCMAKE_BUILD_TYPE=Release -DAMANAH_SANITIZE=address \
    -- amanah_tests; then
    step "tests with ASan and UBSan"
    AMANAH_BUILD=$PWD/build/asan run --label asan --timeout 1200 \
      build/asan/tests/bin/*_test
  else
    count "build with ASan" false
  fi
  step "build with TSan"
  if build_in build/tsan -DCMAKE_BUILD_TYPE=Release -DAMANAH_SANITIZE=thread \
    -- amanah_writer_test amanah_store_test; then
    step "tests with TSan"
    TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=1" \
      run --label tsan --timeout 900 build/tsan/tests/bin/amanah_writer_test \
      build/tsan/tests/bin/amanah_store_test
  else
    count "build with TSan" false
  fi
  step "clang-format"
  mapfile -t sources < <(find ledger server client tests -name '*.cc' -o \
    -name '*.h' | sort)
  count "clang-format" clang-format --dry-run --Werror "${sources[@]}"
  step "clang-tidy"
  count "clang-tidy" tests/tools/run_tidy.py build
  step "checks switched off"
  count "checks switched off" tests/tools/switched_off.py seal chain outcome \
    balance repeat "canonical form: shortest varints"
  step "fuzzing"
  fuzz_seconds=10
  if $long; then fuzz_seconds=300; fi
  if CC=clang CXX=clang++ build_in build/fuzz -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_BUILD_TYPE=Release -DAMANAH_FUZZ=ON -- amanah_fuzz_targets; then
    for target in build/fuzz/tests/fuzz/*_fuzz; do
      count "$(basename "$target")" "$target" -max_total_time=$fuzz_seconds \
        -rss_limit_mb=4096 -print_final_stats=0 -verbosity=0
    done
  else
    count "build of the fuzz targets" false
  fi
fi

if $long; then
  step "each check switched off in turn"
  run --jobs 1 --timeout 7200 tests/tools/switched_off.py
fi

read -r passed failed_count skipped < <(awk '{p+=$1; f+=$2; s+=$3}
  END {print p+0, f+0, s+0}' "$AMANAH_COUNTS")
step "done"
echo "$passed passed, $failed_count failed, $skipped skipped"
if $failed || [ "$failed_count" -gt 0 ]; then exit 1; fi
