# Two are worse than one.
# hint: no-orders
# step: heads
docker node update --availability active swarm-moe
docker node promote swarm-curly
