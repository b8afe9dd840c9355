#!/usr/bin/env bash
# podium learn and podium lesson from a pipe: learn.sh PODIUM. Progress is kept in a folder of its own.
set -euo pipefail
podium=$1
here=$(realpath "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state
cd "$work"

fail() {
  printf 'learn.sh: %s\n' "$*" >&2
  exit 1
}
# has FILE TEXT: the file has the text in it.
has() { grep -qF -- "$2" "$1" || fail "'$2' is not in: $(cat "$1")"; }

"$podium" lesson new shop >out
has out 'Made shop'
[[ $("$podium" lesson new shop 2>&1 || true) == *'this is there already'* ]] || fail 'a lesson was overwritten'
for name in '31-Bad Name' Shop a_b; do
  "$podium" lesson new "$name" >out 2>err && fail "a lesson named '$name' was made"
  has err "'$name' is no name for a lesson (small letters, digits and '-', like 26-more)"
done
"$podium" lesson new 'my lessons/31-good' >out
has out "podium lesson test 'my lessons/31-good'"
"$podium" lesson test shop >out || fail "the template fails its test: $(cat out)"
has out 'ok   the solution passes'
"$podium" lesson preview shop >out
has out "computed by key('after-kill'), after step 'start'"

"$podium" lesson new many --cluster three-host >out
has many/lesson.md 'cluster: three-host'
"$podium" lesson test many >out || fail "the template for a swarm fails its test: $(cat out)"
"$podium" lesson preview many >out
has out 'cluster three-host: swarm-larry, swarm-curly, swarm-moe; a swarm of all from the beginning'
[[ $("$podium" lesson new other --cluster three 2>&1 || true) == *"there is no cluster 'three'"* ]] || fail 'a cluster that is not there'
[[ $("$podium" lesson test many --cluster three-host 2>&1 || true) == *'--cluster does not go with test'* ]] || fail '--cluster with test'

# Half of it; then the rest, later.
printf '%s\n' '' 2 '' 'docker compose up -d' | "$podium" learn shop >out
has out 'Step 3 of 4 · Do: Start the project'
has "$XDG_STATE_HOME/podium/progress.json" 'docker compose up -d'
status=0
"$podium" learn shop --seed 5 2>err </dev/null || status=$?
((status == 2)) || fail "another seed for a lesson that was begun: status $status"
has err 'was begun with the seed 1 (leave --seed out to go on, or begin anew with --again)'
printf '%s\n' check next '' | "$podium" learn shop >out
has out 'You go on where you left off'
has out "You have finished 'A new lesson'."

# Leaving with something undone ends with 1, a lesson that is wrong with 2.
status=0
printf '%s\n' '' 2 '' check | "$podium" learn shop --again >out || status=$?
((status == 1)) || fail "left undone: status $status"
sed -i 's/stable(/stabel(/' shop/lab.lua
status=0
printf '%s\n' '' 2 '' | "$podium" learn shop --again >out || status=$?
((status == 2)) || fail "a wrong lesson: status $status"
has out 'lab.lua:4:'
status=0
"$podium" lesson test shop >out || status=$?
((status == 1)) || fail "a wrong lesson's test: status $status"

# The exam, with its tasks done and its questions answered anyhow: not passed, and what it asks about is told at its end only.
exam=$(dirname "$here")/../../lessons/content/15-exam
task() { awk -v name="$1" '/^# step: / { on = $3 == name; next } on && NF' "$exam/solution.sh"; }
{
  printf '%s\n' '' 1 1 1 '1 s' '' check
  task night
  printf '%s\n' check '' 2 '' 'edit .' x . "edit" "$(task open)" check '' "$(task sturdy)" check ''
  task keep
  printf '%s\n' check '' 1 1 '1 2 3 4' '' "$(task limit)" check '' '' '' ''
} >lines
status=0
"$podium" learn 15 <lines >out || status=$?
((status == 1)) || fail "an exam that was not passed: status $status"
has out 'Not yet: the mailer runs again'
grep -q 'fault was\|memory-leak' out && fail "the exam tells what it asks: $(grep 'fault was\|memory-leak' out)"
has out "'/root/shop' is a directory"
has out 'In the night the mailer wanted more memory than its limit'
has out '0 % of your answers are right; 80 % are needed.'
"$podium" learn </dev/null >out
has out 'The exam (45 min, not passed: 0 % right, 80 % are needed)'
printf 'quit\n' | "$podium" learn 15 >out
"$podium" learn --export - >out
has out 'The exam: not passed: 0 % of the answers right, 80 % are needed'

# An attempt that can't be gone on with is kept beside the new one.
printf '%s\n' '' 2 '' | "$podium" learn many >out
sed -i 's/^version: 1/version: 2/' many/lesson.md
printf 'quit\n' | "$podium" learn many >out
has out 'has changed since: it begins anew'
has "$XDG_STATE_HOME/podium/progress.json" '"earlier"'

# Lessons of one's own that are called the same have each its own progress; what an older version kept by name goes to the first.
"$podium" lesson new here/twin >out
"$podium" lesson new there/twin >out
printf '%s\n' '' 2 '' 'docker compose up -d' | "$podium" learn here/twin >out
sed -i "s|\"[^\"]*/here/twin\"|\"twin\"|" "$XDG_STATE_HOME/podium/progress.json"
has "$XDG_STATE_HOME/podium/progress.json" '"twin":'
printf 'docker compose ps\nquit\n' | "$podium" learn here/twin >out
has out 'You go on where you left off'
printf 'quit\n' | "$podium" learn there/twin >out
grep -q 'You go on where you left off' out && fail 'two lessons share their progress'
"$podium" learn --export - >out
has out '/here/twin  A new lesson: 2 of 4 steps'
has out 'Predict: One process dies'
cp -r here/twin 15-exam
printf 'quit\n' | "$podium" learn ./15-exam >out
"$podium" learn --export - >out
has out 'The exam: not passed: 0 % of the answers right, 80 % are needed'

"$podium" learn </dev/null >out
has out 'podium learn NUMBER'
"$podium" learn --export report.json >out
has report.json '"lessons"'
"$podium" learn no-such-lesson >out 2>err </dev/null && fail 'a lesson that is not there was run'
has err "there is no lesson 'no-such-lesson'"
echo '{' >"$XDG_STATE_HOME/podium/progress.json"
"$podium" learn shop >out 2>err </dev/null && fail 'progress that is not JSON was read'
has err 'this is not a file of progress'
