# The network is forgotten in the new line.
# hint: no-network
# step: change
docker rm -f web
docker run -d --name web -p 8040:8080 -e DATABASE_URL=db:5432 podium/todo-web
