# The containers are stopped, and still there.
# hint: not-down
# step: down-up
docker compose stop
docker compose up -d
