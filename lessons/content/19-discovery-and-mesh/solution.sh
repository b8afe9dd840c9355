# step: network
docker network create --driver overlay app

# step: services
docker service create -q --name web --network app --replicas 3 nginx sh -c 'hostname > /usr/share/nginx/html/index.html; exec nginx -g "daemon off;"'
docker service create -q --name client --network app --constraint node.role==manager alpine sleep 1d
docker exec $(docker ps -q -f name=client) wget -qO- http://web

# step: publish
docker service update --publish-add published=8080,target=80 web
curl http://swarm-larry:8080/

# step: fewer
docker service scale -d web=1
wait 10s

# step: host-mode
docker service create -d --name edge --replicas 4 --publish published=8090,target=80,mode=host nginx
wait 10s
docker service ps edge
