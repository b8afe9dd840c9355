# hint: empty
# step: back
wait 40s
