# A worker makes no network of the swarm.
# hint: no-network
# step: network
ssh swarm-curly docker network create --driver overlay app
