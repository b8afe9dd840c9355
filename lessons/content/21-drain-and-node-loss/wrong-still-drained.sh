# hint: still-drained
# step: share
docker service update -q --force web
