# The loss is hidden at once.
# hint: refilled
# step: delete
docker compose up -d
docker rm -f todo-db-1
docker compose up -d
curl -s -d item=milk http://localhost:8030/items
