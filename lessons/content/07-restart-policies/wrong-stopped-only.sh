# The engine is not restarted after that.
# hint: no-second-restart
# step: by-hand
docker compose -f servers.yaml up -d
docker compose -f servers.yaml stop
