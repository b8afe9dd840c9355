# hint: one-missing
# step: join
ssh swarm-curly docker swarm join --token $(docker swarm join-token -q worker) 10.77.0.11:2377
