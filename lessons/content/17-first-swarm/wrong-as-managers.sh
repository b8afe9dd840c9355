# The other token.
# hint: as-managers
# step: join
for h in swarm-curly swarm-moe; do ssh $h docker swarm join --token $(docker swarm join-token -q manager) 10.77.0.11:2377; done
