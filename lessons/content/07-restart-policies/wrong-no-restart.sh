# The engine is not restarted.
# hint: no-restart
# step: engine
docker compose -f servers.yaml up -d
