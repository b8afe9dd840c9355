# It has not failed often enough.
# hint: impatient
# step: three
wait 10s
