# step: start
docker compose up -d

# step: use
curl -s -d item=milk http://localhost:8030/items
curl -s http://localhost:8030/items

# step: stop-one
docker compose stop web

# step: clear
docker compose down
