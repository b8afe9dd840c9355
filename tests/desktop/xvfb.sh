#!/usr/bin/env bash
# A person at the real window, with a real mouse and keyboard: xvfb.sh PODIUM-LAB. Opens a lesson, starts its project, kills a
# container, rewinds, forks, and passes the lesson's check. podium-lab says in a file (--marks) where its widgets are and how the
# run stands; that is waited for, so that a slow machine only takes longer. Skips (status 77) where Xvfb or xdotool is missing.
set -euo pipefail
lab=$1
for tool in Xvfb xdotool; do
  if ! command -v "$tool" >/dev/null; then
    echo "SKIPPED: there is no $tool here, so nobody sat at the real window (Debian: apt install xvfb xdotool)"
    exit 77
  fi
done

work=$(mktemp -d)
marks=$work/marks
server=
program=
clean_up() {
  if [[ -n $program ]]; then kill -KILL "$program" 2>/dev/null || true; fi
  if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  printf 'xvfb.sh: %s\n' "$*" >&2
  echo "how the run stands, and what is on the screen:" >&2
  head -n 80 "$marks" >&2 || true
  tail -n 5 "$work/said" >&2 || true
  echo "again: tests/desktop/xvfb.sh $lab" >&2
  exit 1
}

# value NAME: what podium-lab says of it; nothing: it is not there.
value() { sed -n "s|^$1 ||p" "$marks" 2>/dev/null | head -n 1; }
is() { [[ $(value "$1") == "$2" ]]; }
is_there() { [[ -n $(value "$1") ]]; }
at_least() { local found && found=$(value "$1") && [[ -n $found ]] && ((found >= $2)); }
less_than() { local found && found=$(value "$1") && [[ -n $found ]] && ((found < $2)); }

# wait_for WORDS COMMAND…: until it succeeds, at most two minutes.
wait_for() {
  local words=$1 end=$((SECONDS + 120))
  shift
  while ((SECONDS < end)); do
    if "$@"; then return 0; fi
    kill -0 "$program" 2>/dev/null || fail "the window is gone while waiting for: $words"
    sleep 0.1
  done
  fail "this did not come: $words"
}

# Never with --sync: the pointer may be where it is wanted already, and then that waits for ever.
mouse_and_keys() { timeout 30 xdotool "$@" || fail "xdotool $* did not end well"; }

# click WIDGET [BUTTON]: once it stands still, in its middle.
click() {
  wait_for "the widget $1" is_there "$1"
  local before="" at
  at=$(value "$1")
  while [[ $at != "$before" ]]; do
    before=$at
    sleep 0.5
    at=$(value "$1")
  done
  [[ -n $at ]] || fail "the widget $1 went away"
  # shellcheck disable=SC2086 # two numbers
  mouse_and_keys mousemove $at
  sleep 0.3
  mouse_and_keys click "${2:-1}"
  sleep 0.3
}

# type_line TEXT: at the terminal's prompt; waits until it has run.
type_line() {
  wait_for "a prompt" is frame.line_runs 0
  click terminal.input
  mouse_and_keys type --delay 60 "$1"
  mouse_and_keys key Return
  sleep 1
  wait_for "the end of: $1" is frame.line_runs 0
}

Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$work/display" 2>"$work/server" &
server=$!
for ((i = 0; i < 100; i++)); do
  if [[ -s $work/display ]] || ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.1
done
if [[ ! -s $work/display ]]; then
  echo "SKIPPED: Xvfb gives no display here: $(tail -n 1 "$work/server")"
  exit 77
fi
DISPLAY=:$(cat "$work/display")
export DISPLAY HOME=$work XDG_STATE_HOME=$work/state
unset WAYLAND_DISPLAY

"$lab" --cluster three-host --size 1280x800 --marks "$marks" >"$work/said" 2>&1 &
program=$!

# A lesson is found by its letters and opened with a click.
wait_for "the window" is_there lesson.filter
click lesson.filter
mouse_and_keys type --delay 60 "not an orchestrator"
click lesson.open.05-compose-is-no-orchestrator
wait_for "the lesson" is frame.lesson.name 05-compose-is-no-orchestrator
wait_for "its first step" is frame.lesson.step 0
click lesson.next
wait_for "its second step" is frame.lesson.step 1

type_line "docker compose up -d"
wait_for "two containers" is frame.running 2

# A right click on a container, and its menu.
click cluster.tile.web.1 3
click menu.kill
wait_for "a container fewer" is frame.running 1
wait_for "the end of the kill" is frame.line_runs 0

# Back, where it runs, and on from there another way.
killed=$(value frame.now)
mouse_and_keys key Escape
click transport.back
wait_for "the past" is frame.live 0
wait_for "the beginning" less_than frame.now "$killed"
click transport.fork
wait_for "a fork" is frame.fork 1

# A check counts for the attempt, not for the copy: it is not passed while web is down.
click lesson.check
wait_for "the attempt again" is frame.fork 0
wait_for "the present" is frame.live 1
at_least frame.lesson.passed 2 && fail "a check passes while a container is down"

type_line "docker compose up -d"
wait_for "two containers again" is frame.running 2
type_line "curl -d item=milk http://localhost:8030/items"
click lesson.check
wait_for "a passed check" at_least frame.lesson.passed 2
click lesson.next
wait_for "its third step" is frame.lesson.step 2

# By keys alone: time plays and stands, and the window closes.
mouse_and_keys key Escape
mouse_and_keys key space
wait_for "time that plays" is frame.playing 1
mouse_and_keys key space
wait_for "time that stands" is frame.playing 0
mouse_and_keys key ctrl+q
for ((i = 0; i < 300; i++)); do
  kill -0 "$program" 2>/dev/null || break
  sleep 0.1
done
if kill -0 "$program" 2>/dev/null; then fail "Ctrl+Q does not close the window"; fi
status=0
wait "$program" || status=$?
program=
((status == 0)) || fail "podium-lab ended with status $status"
echo 'a lesson was opened, a container killed, time rewound, a fork made and a check passed, with mouse and keyboard'
