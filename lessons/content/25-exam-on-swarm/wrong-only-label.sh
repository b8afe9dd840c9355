# hint: no-answer
# step: shop
docker node update --label-add disk=ssd swarm-larry
docker stack deploy -c stack.yaml shop
wait 60s
