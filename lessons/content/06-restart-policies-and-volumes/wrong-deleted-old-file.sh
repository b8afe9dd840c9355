# The project is brought up with the old file.
# hint: used-old-file
# step: delete
docker rm -f todo-db-1
docker compose up -d
