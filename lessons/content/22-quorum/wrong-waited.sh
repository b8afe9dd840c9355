# Waiting makes no majority.
# hint: no-leader
# step: force
wait 120s
