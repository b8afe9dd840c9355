# The watch is over before anything happens.
# hint: too-early
# step: on-duty
docker ps
