# The network is made at once.
# hint: other-network
# step: first
docker network create shop
docker run -d --name db --network shop podium/todo-db
docker run -d --name web --network shop -p 8030:8080 -e DATABASE_URL=db:5432 podium/todo-web
