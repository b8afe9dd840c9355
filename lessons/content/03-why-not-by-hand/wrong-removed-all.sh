# The database is removed as well.
# hint: database-touched
# step: change
docker rm -f web db
docker run -d --name db --network shop podium/todo-db
docker run -d --name web --network shop -p 8040:8080 -e DATABASE_URL=db:5432 podium/todo-web
