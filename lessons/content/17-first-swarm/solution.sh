# step: init
docker swarm init --advertise-addr 10.77.0.11

# step: join
docker swarm join-token worker
ssh swarm-curly
docker swarm join --token SWMTKN-1-cr2qitpr1xyblzdm9mw8fosi86wf5j3z1ob67ghvhik3ays734-oidzrriyqqsez9vabhr2ulogp 10.77.0.11:2377
exit
ssh swarm-moe docker swarm join --token $(docker swarm join-token -q worker) 10.77.0.11:2377
docker node ls

# step: create
docker service create --replicas 2 --name helloworld ubuntu /bin/sh -c "while true; do echo hello, world; sleep 1; done"
docker service ls

# step: scale
docker service scale helloworld=3
docker service ps helloworld

# step: loss
docker rm -f $(docker ps -q --filter name=helloworld)
docker service ps helloworld
wait 10s
docker service ps helloworld

# step: global
docker service create --mode global --name agent ubuntu sleep 1d
docker service ls

# step: clear
docker service rm helloworld agent
docker service ls
wait 15s
