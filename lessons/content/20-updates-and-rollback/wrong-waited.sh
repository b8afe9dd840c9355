# hint: still-broken
# step: back
wait 30s
