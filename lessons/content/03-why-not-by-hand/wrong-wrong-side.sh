# The container's port is changed instead of the host's.
# hint: no-answer
# step: change
docker rm -f web
docker run -d --name web --network shop -p 8040:8040 -e DATABASE_URL=db:5432 podium/todo-web
