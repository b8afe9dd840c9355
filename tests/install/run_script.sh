#!/usr/bin/env bash
# run_script.sh RUN: what the script `run` does by itself, in a folder that looks like a checkout, with programs that
# stand in for cmake, ninja, dpkg-query and the rest. Nothing is built, installed or fetched.
set -euo pipefail

run=$(realpath -- "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

die() {
  printf 'run_script.sh: %s\n' "$*" >&2
  for file in out err log; do
    printf -- '--- %s\n' "$file" >&2
    cat "$work/$file" >&2 2>/dev/null || true
  done
  exit 1
}

# stand_in NAME: the rest of its script on standard input. Each notes that it was called.
stand_in() {
  {
    printf '#!%s\n' "$BASH"
    # shellcheck disable=SC2016
    printf 'echo "%s $*" >>"$LOG"\n' "$1"
    cat
  } >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

# start ARGS…: `run` with only the stand-ins and what a shell needs to be found; its status in $status.
start() {
  : >"$work/log"
  status=0
  (cd "$work/tree" && env -i PATH="$work/bin" LOG="$work/log" TREE="$work/tree" HOME="$work" ./run "$@") \
    >"$work/out" 2>"$work/err" </dev/null || status=$?
}

called() { grep -q "^$1 " "$work/log"; }

mkdir -p "$work/bin" "$work/tree/ui/cli" "$work/tree/sim" "$work/tree/scripting" "$work/tree/lessons" "$work/tree/cmake"
cp "$run" "$work/tree/run"
touch "$work/tree/ui/cli/main.cpp" "$work/tree/CMakeLists.txt" "$work/tree/CMakePresets.json"
for tool in bash chmod env readlink find mkdir touch cat flock mv nproc grep mktemp rm tail sort wc sleep; do
  ln -s "$(type -P "$tool")" "$work/bin/$tool"
done
stand_in cmake <<'END'
mkdir -p "$TREE/build/release"
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$(cd "$TREE" && pwd -P)" >"$TREE/build/release/CMakeCache.txt"
END
stand_in ninja <<'END'
for name in podium podium-lab; do
  printf '#!%s\necho "%s got: $*"\n' "$BASH" "$name" >"$TREE/build/release/$name"
  : >"$TREE/build/release/$name.new"
done
chmod +x "$TREE/build/release/podium" "$TREE/build/release/podium-lab"
END

# 1. A word that `run test` does not know is a usage, and nothing is built for it.
start test --bogus
[[ $status == 2 ]] || die "run test --bogus ended with $status, not 2"
[[ $(<"$work/err") == "podium: usage: ./run test [--all]" ]] || die "run test --bogus did not say how it is used"
[[ ! -s $work/log ]] || die "run test --bogus called something"

# 2. The first start configures and builds, then hands over the arguments.
start hello 'two words'
[[ $status == 0 ]] || die "the first start ended with $status"
called cmake || die "the first start did not configure"
called ninja || die "the first start did not build"
[[ $(<"$work/out") == "podium got: hello two words" ]] || die "the program did not get its arguments"

# 3. The second builds nothing and says nothing of its own.
start again
[[ $status == 0 && $(<"$work/out") == "podium got: again" ]] || die "the second start ended with $status"
[[ ! -s $work/log && ! -s $work/err ]] || die "the second start was not up to date"

# 4. A source that has changed since is built again, and not configured again.
sleep 0.01
touch "$work/tree/sim/new.cpp"
start again
called ninja || die "a changed source was not built"
! called cmake || die "a changed source was configured again"
start again
[[ ! -s $work/log ]] || die "it was not up to date after building again"

# 5. A build that fails is not taken for done.
touch "$work/tree/sim/new.cpp"
cp "$work/bin/ninja" "$work/ninja"
stand_in ninja <<<'echo "new.cpp:1: error" >&2; exit 1'
start again
[[ $status == 3 ]] || die "a failed build ended with $status, not 3"
grep -q '^podium: building build/release failed' "$work/err" || die "a failed build was not told"
start again
called ninja || die "after a failed build nothing was built again"
cp "$work/ninja" "$work/bin/ninja"

# 6. Packages that are missing are one sentence when they can't be installed: neither root nor sudo. (Root installs them.)
if ((EUID != 0)) || command -v setpriv >/dev/null; then
  # shellcheck disable=SC2016
  stand_in dpkg-query <<<'for name in "$@"; do case $name in -*|*Status*|cmake|catch2|ccache) ;; *) echo "installed $name" ;; esac; done'
  if ((EUID == 0)); then
    chmod -R a+rwX "$work"
    start_as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  else
    start_as=()
  fi
  touch "$work/tree/sim/new.cpp"
  : >"$work/log"
  chmod a+rw "$work/log"
  status=0
  (cd "$work/tree" && "${start_as[@]}" "$work/bin/env" -i PATH="$work/bin" LOG="$work/log" TREE="$work/tree" ./run again) \
    >"$work/out" 2>"$work/err" </dev/null || status=$?
  [[ $status == 3 ]] || die "missing packages ended with $status, not 3"
  [[ $(<"$work/err") == "podium: these packages are missing and installing them needs root (there is no sudo here): cmake catch2" ]] ||
    die "missing packages are not told in one sentence that names them"
  ! called ninja || die "it was built without its packages"
else
  echo "run: missing packages are not tried: this is root, and there is no setpriv to be somebody else"
fi
echo "run: usage, building, being up to date and missing packages are as they should be"
