# Taken down, and not started.
# hint: down
# step: new
docker-compose down
