# hint: not-yet
# step: force
docker swarm init --force-new-cluster --advertise-addr 10.77.0.11
