# step: first
docker run -d --name db podium/todo-db
docker run -d --name web -p 8030:8080 -e DATABASE_URL=db:5432 podium/todo-web
wait 40s
docker ps -a
docker logs --tail 3 web

# step: network
docker rm -f web db
docker network create shop
docker run -d --name db --network shop podium/todo-db
docker run -d --name web --network shop -p 8030:8080 -e DATABASE_URL=db:5432 podium/todo-web
wait 3s
curl -s -d item=milk http://localhost:8030/items
curl -s http://localhost:8030/items

# step: change
docker rm -f web
docker run -d --name web --network shop -p 8040:8080 -e DATABASE_URL=db:5432 podium/todo-web
wait 3s
curl -s http://localhost:8040/items

# step: compose
docker rm -f web db
docker network rm shop
cat compose.yaml
docker compose up -d

# step: edit
sed -i 's/8030:8080/8040:8080/' compose.yaml
docker compose up -d
