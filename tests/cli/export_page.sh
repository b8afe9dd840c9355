#!/usr/bin/env bash
# The exported page in a real browser: export_page.sh PODIUM. Its script runs without an error, an address with a fact in it
# shows what led to that fact, and nothing a run's texts hold becomes part of the page. Skips where Chromium is missing.
set -euo pipefail
podium=$1
browser=
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then browser=$name && break; fi
done
if [[ -z $browser ]]; then
  echo 'SKIPPED: there is no Chromium here, so the exported page was not opened in a browser (Debian: apt install chromium)'
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state HOME=$work
cd "$work"

fail() {
  printf 'export_page.sh: %s\n' "$*" >&2
  exit 1
}
# opened PAGE[#ID]: what the page has become once its script has run.
opened() {
  timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
    --enable-logging=stderr --virtual-time-budget=2000 --window-size=1400,1000 --dump-dom "file://$work/$1" 2>browser.log
}
has() { grep -qF -- "$2" "$1" || fail "'$2' is not in $1"; }
lacks() { if grep -qF -- "$2" "$1"; then fail "'$2' is in $1"; fi; }

cat >compose.yaml <<'YAML'
services:
  web:
    image: nginx
    restart: unless-stopped
    ports: ["8080:80"]
YAML
"$podium" run compose.yaml --kill web@30s --traffic 'web:8080 rate=1/s @20s..40s' --quiet --save a.podium >out
"$podium" export a.podium --html page.html >out
opened page.html >plain.dom || fail "the browser: $(tail -n 3 browser.log)"
if grep -E 'CONSOLE.*(Error|Refused)' browser.log; then fail 'the page complained'; fi
has plain.dom 'data-ready="yes"'
has plain.dom '<html lang="en" class="js"'
has plain.dom '<section id="why" hidden'

# The fact that tells of the restart: the kill led there.
fact=$(grep -o '<tr id="f[0-9]*"[^>]*>.*restarted' page.html | head -n 1 | sed 's/<tr id="f\([0-9]*\)".*/\1/')
[[ -n $fact ]] || fail 'no restart in the page'
opened "page.html#f$fact" >chosen.dom || fail "the browser: $(tail -n 3 browser.log)"
has chosen.dom '<section id="why"'
lacks chosen.dom '<section id="why" hidden'
has chosen.dom 'How this came, each step caused by the one before'
grep -o '<ol id="steps">.*</ol>' chosen.dom >steps || fail 'no steps'
has steps 'fault: kill'
has steps 'died of KILL (137)'
has steps 'restarted'

# Texts that mean harm.
printf '%s\n' "docker run -d --name a --label 'com.docker.compose.service=\"><img src=x onerror=document.title=1>' nginx" \
  "echo '</script><script>document.documentElement.dataset.broken=1</script>'" 'wait 5s' | "$podium" shell >out 2>&1
"$podium" export --html evil.html >out
opened evil.html >evil.dom || fail "the browser: $(tail -n 3 browser.log)"
has evil.dom 'data-ready="yes"'
lacks evil.dom 'data-broken'
lacks evil.dom '<img'
if grep -E 'CONSOLE.*(Error|Refused)' browser.log; then fail 'the page complained'; fi
echo 'the page was opened, and told what led to a restart'
