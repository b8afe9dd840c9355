# hint: still-listed
# step: tidy
docker node rm swarm-curly
