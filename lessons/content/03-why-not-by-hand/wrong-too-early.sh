# Nobody waits for the end.
# hint: too-early
# step: first
docker run -d --name db podium/todo-db
docker run -d --name web -p 8030:8080 -e DATABASE_URL=db:5432 podium/todo-web
