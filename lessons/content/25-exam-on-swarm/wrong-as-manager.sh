# hint: too-many-managers
# step: join
docker node rm $(docker node ls --filter name=swarm-moe -q)
ssh swarm-moe docker swarm join --token $(docker swarm join-token -q manager) 10.77.0.11:2377
