# The host, and not what it has.
# hint: by-name
# step: label
docker node update --label-add disk=ssd swarm-curly
docker service create -q --name db --constraint node.hostname==swarm-curly podium/todo-db
