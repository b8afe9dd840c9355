# hint: not-back
# step: again
wait 1s
