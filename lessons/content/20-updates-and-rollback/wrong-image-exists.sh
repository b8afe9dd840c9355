# hint: image-exists
# step: bad
docker service update -q --image nginx:1.29 web
