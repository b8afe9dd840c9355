# hint: replicated-agent
# step: global
docker service create -d --replicas 3 --name agent ubuntu sleep 1d
