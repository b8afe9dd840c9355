# hint: not-up-yet
# step: back
docker service update -q --force web
