# A network of one host.
# hint: local-network
# step: network
docker network create app
