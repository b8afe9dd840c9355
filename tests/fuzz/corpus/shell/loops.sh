for x in a "b c" $d; do continue 2; done; until a; do break; done & for y; do :; done
