# The containers are stopped, and still there.
# hint: only-stopped
# step: clear
docker compose stop
