# All services are stopped instead of one.
# hint: all-stopped
# step: stop-one
docker compose stop
