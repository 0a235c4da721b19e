# Shared by demo.sh, test.sh and bench.sh: installs what is missing and builds.
# To be sourced from the project's root with `set -euo pipefail` in force.

# Everything comes from Debian 12. What is there already is not asked for again,
# so that a second run needs no network.
packages_build="g++ cmake ninja-build ccache mold pkg-config
  librocksdb-dev libsodium-dev libssl-dev libgrpc++-dev libprotobuf-dev
  protobuf-compiler protobuf-compiler-grpc libabsl-dev libcli11-dev
  libtomlplusplus-dev libspdlog-dev nlohmann-json3-dev libgtest-dev
  libgmock-dev libbenchmark-dev python3"
packages_test="openssl python3-grpcio python3-protobuf python3-nacl"
packages_ci="clang clang-tidy clang-format libclang-rt-14-dev"

say() { printf '%s\n' "$*" >&2; }

# need PACKAGE...: installs those that are missing.
need() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
      grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing: ${missing[*]}"
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null
}

# build_in FOLDER [CMAKE_OPTION...] [-- TARGET...]: configures when that was not
# done or the options changed, and builds.
build_in() {
  local folder=$1 options=() targets=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  [ $# -gt 0 ] && shift
  targets=("$@")
  # One cache for all clones and build folders of the project.
  export CCACHE_DIR=${CCACHE_DIR:-$HOME/.cache/ccache} CCACHE_BASEDIR=$PWD
  export CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
  local wanted="${options[*]:-}"
  if [ ! -f "$folder/build.ninja" ] ||
     [ "$(cat "$folder/.options" 2>/dev/null)" != "$wanted" ]; then
    cmake -S . -B "$folder" -G Ninja "${options[@]}" >"$folder.log" 2>&1 || {
      cat "$folder.log" >&2
      return 1
    }
    rm -f "$folder.log"
    printf '%s' "$wanted" >"$folder/.options"
  fi
  ninja -C "$folder" "${targets[@]}" >"$folder/build.log" 2>&1 || {
    grep -vE '^\[[0-9]+/[0-9]+\]' "$folder/build.log" | tail -n 60 >&2
    return 1
  }
}
