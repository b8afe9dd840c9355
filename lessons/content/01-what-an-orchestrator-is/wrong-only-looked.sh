# The crash is seen, and nothing done.
# hint: still-down
# step: on-duty
wait 30s
docker ps -a
