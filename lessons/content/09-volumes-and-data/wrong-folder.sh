# The folder is copied instead of what is in it.
# hint: wrong-place
# step: lost
docker compose down -v
docker compose up -d
docker compose stop db
docker run --rm -v todo_data:/data -v ./backup:/backup busybox cp -r /backup/data /data
docker compose start db
