# hint: left
# step: drain
ssh swarm-moe docker swarm leave
wait 15s
