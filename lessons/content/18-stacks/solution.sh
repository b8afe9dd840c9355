# step: deploy
docker stack deploy -c stack.yaml todo
wait 15s
docker stack services todo

# step: use
curl -d item=milk http://swarm-moe:8030/items

# step: grow
sed -i 's/replicas: 1/replicas: 3/' stack.yaml
docker stack deploy -c stack.yaml todo
wait 10s
docker stack services todo

# step: prune
sed -i '/banner:/,/nginx/d' stack.yaml
docker stack deploy --prune -c stack.yaml todo

# step: away
docker stack rm todo
wait 15s
