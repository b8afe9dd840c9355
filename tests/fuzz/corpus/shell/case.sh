case "$1" in (start|s*) echo start;; [a-z]?) ;; "q r"|\*) echo 'x' ;; *) echo other; esac
