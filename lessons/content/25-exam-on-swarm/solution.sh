# step: join
docker node ls
docker node rm $(docker node ls --filter name=swarm-moe -q)
ssh swarm-moe docker swarm join --token $(docker swarm join-token -q worker) 10.77.0.11:2377
docker node ls

# step: shop
docker stack deploy -c stack.yaml shop
docker stack ps --no-trunc shop
docker node update --label-add disk=ssd swarm-larry
sed -i 's/database:5432/db:5432/' stack.yaml
docker stack deploy -c stack.yaml shop
wait 30s
docker stack services shop

# step: update
docker service update -q --update-order start-first --update-failure-action rollback shop_web

# step: maintenance
docker node update --availability drain swarm-moe
wait 15s

# step: heads
docker node update --availability active swarm-moe
docker node promote swarm-curly swarm-moe
wait 5s

# step: size
docker service create -q --name report --replicas 5 --reserve-memory 1200m --replicas-max-per-node 2 alpine sleep 1d
