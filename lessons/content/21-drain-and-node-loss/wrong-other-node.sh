# hint: other-node
# step: drain
docker node update --availability drain swarm-curly
wait 15s
