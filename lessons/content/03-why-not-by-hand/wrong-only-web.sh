# Only the web application is on the network.
# hint: only-web
# step: network
docker network create shop
docker rm -f web
docker run -d --name web --network shop -p 8030:8080 -e DATABASE_URL=db:5432 podium/todo-web
