# The engine is asked to stop it.
# hint: asked-politely
# step: kill
docker compose stop web
wait 20s
