echo 'a'"b $c \" \` \\ d"e\ f$'g\n\x41' "$@" "" ''~/x
