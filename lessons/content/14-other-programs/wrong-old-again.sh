# The old program once more.
# hint: still-old
# step: new
docker-compose down
docker-compose up -d
