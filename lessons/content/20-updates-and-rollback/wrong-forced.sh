# The same again is no new version.
# hint: not-updated
# step: update
docker service update -q --force web
