#!/usr/bin/env bash
# The desktop in a real window, with a real mouse and keyboard: opens a lesson, starts its project, kills a container,
# rewinds, forks and passes the lesson's check. Needs Xvfb and xdotool; without them it is skipped aloud (status 77).
#
#   tests/desktop/xvfb.sh PODIUM-LAB
set -euo pipefail

lab=$1
for tool in Xvfb xdotool; do
  if ! command -v "$tool" >/dev/null; then
    echo "skipped: $tool is not installed" >&2
    exit 77
  fi
done

folder=$(mktemp -d)
marks=$folder/marks
server=
program=
clean_up() {
  [[ -z $program ]] || kill "$program" 2>/dev/null || true
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap clean_up EXIT

fail() {
  echo "xvfb: $*" >&2
  echo "again: tests/desktop/xvfb.sh $lab" >&2
  tail -n 60 "$marks" >&2 || true
  cat "$folder/said" >&2 || true
  exit 1
}

# value NAME: what the marks file says behind it.
value() { awk -v name="$1" '$1 == name { $1 = ""; sub(/^ /, ""); print; exit }' "$marks" 2>/dev/null || true; }

# wait_for WORDS COMMAND…: until it succeeds, at most 60 s.
wait_for() {
  local words=$1
  shift
  for ((i = 0; i < 300; i++)); do
    if "$@"; then return 0; fi
    kill -0 "$program" 2>/dev/null || fail "the window is gone while waiting: $words"
    sleep 0.2
  done
  fail "this did not come: $words"
}

is_there() { [[ -n $(value "$1") ]]; }
at_least() { local found; found=$(value "$1"); [[ -n $found ]] && ((found >= $2)); }
is() { [[ $(value "$1") == "$2" ]]; }

click() {
  wait_for "the widget $1" is_there "$1"
  local x y
  read -r x y <<<"$(value "$1")"
  xdotool mousemove "$x" "$y" sleep 0.2 click "${2:-1}" sleep 0.3
}
type_line() {
  click terminal.input
  xdotool type --delay 40 "$1"
  xdotool key Return
  sleep 0.5
}

Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>"$folder/display" 2>"$folder/server" &
server=$!
for ((i = 0; i < 100; i++)); do
  [[ -s $folder/display ]] && break
  sleep 0.1
done
[[ -s $folder/display ]] || { echo "skipped: Xvfb gives no display: $(cat "$folder/server")" >&2; exit 77; }
DISPLAY=:$(cat "$folder/display")
export DISPLAY
unset WAYLAND_DISPLAY
export XDG_STATE_HOME=$folder/state HOME=$folder

"$lab" 02 --again --size 1280x800 --marks "$marks" >"$folder/said" 2>&1 &
program=$!
wait_for "the lesson" is frame.lesson.step 0

# Through the words and the questions to the first thing to do: the project is to be started.
for ((i = 0; i < 3; i++)); do
  click lesson.next
  sleep 1
done
click transport.play
type_line "docker compose up -d"
wait_for "the project's containers" at_least frame.running 2
click lesson.check
wait_for "a passed check" at_least frame.lesson.passed 1

# A container is killed, and is seen to be gone.
before=$(value frame.running)
type_line "docker compose kill web"
is_fewer() { local found; found=$(value frame.running); [[ -n $found ]] && ((found < before)); }
wait_for "one container fewer" is_fewer

# Back to before it, and on from there another way.
xdotool key Escape
click transport.back
wait_for "the past" is frame.live 0
click transport.fork
wait_for "a fork" is frame.fork 1
xdotool key ctrl+q
for ((i = 0; i < 50; i++)); do
  kill -0 "$program" 2>/dev/null || break
  sleep 0.2
done
kill -0 "$program" 2>/dev/null && fail "Ctrl+Q does not leave"
wait "$program" || fail "the window ended with status $?"
program=
echo "xvfb: all well"
