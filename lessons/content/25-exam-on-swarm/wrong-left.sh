# hint: not-a-node
# step: maintenance
ssh swarm-moe docker swarm leave
wait 30s
