# One container is started by hand.
# hint: by-hand
# step: start
docker run -d -p 8030:8080 podium/todo-web
