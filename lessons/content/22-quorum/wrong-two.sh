# Two are worse than one.
# hint: two
# step: promote
docker node promote swarm-curly
