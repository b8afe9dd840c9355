# hint: no-milk
# step: use
curl http://swarm-moe:8030/items
