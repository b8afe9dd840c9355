# The engine is asked to kill it, in a longer way.
# hint: asked-politely
# step: kill
docker container kill todo-web-1
