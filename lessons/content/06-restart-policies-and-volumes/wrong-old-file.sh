# The old file is used.
# hint: wrong-file
# step: start
docker compose up -d
curl -s -d item=milk http://localhost:8030/items
