# Nobody makes a new database.
# hint: not-up-again
# step: delete
docker rm -f todo-db-1
wait 30s
