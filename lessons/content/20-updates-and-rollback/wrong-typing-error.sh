# hint: typing-error
# step: right
docker service update -q --image nginx:1.92 web
