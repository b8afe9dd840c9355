f() { local a=1; return $((a + $1)); }; function g { f 2 || (exit 3); }; g >/tmp/x 2>&1
