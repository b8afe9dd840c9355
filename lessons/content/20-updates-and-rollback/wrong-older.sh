# hint: other-version
# step: back
docker service update -q --image nginx:1.27 web
