# The names are taken.
# hint: not-both
# step: network
docker network create shop
docker run -d --name web --network shop -p 8030:8080 -e DATABASE_URL=db:5432 podium/todo-web
