# hint: not-spread
# step: again
wait 40s
