# The milk is put on the list from memory.
# hint: typed-again
# step: lost
docker compose down -v
docker compose up -d
wait 3s
curl -s -d item=milk http://localhost:8030/items
