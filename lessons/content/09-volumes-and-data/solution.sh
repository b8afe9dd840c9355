# step: start
docker compose up -d
curl -s -d item=milk http://localhost:8030/items
docker volume ls

# step: recreate
docker compose up -d --force-recreate db
wait 3s
curl -s http://localhost:8030/items

# step: down-up
docker compose down
docker compose up -d
docker volume ls
wait 3s
curl -s http://localhost:8030/items

# step: named
printf '    volumes:\n      - data:/var/lib/todo\n\nvolumes:\n  data:\n' >> compose.yaml
docker compose up -d
wait 3s
curl -s -d item=milk http://localhost:8030/items

# step: backup
docker run --rm -v todo_data:/data -v ./backup:/backup busybox cp -r /data /backup
ls backup/data

# step: lost
docker compose down -v
docker compose up -d
docker compose stop db
docker run --rm -v todo_data:/data -v ./backup:/backup busybox cp -r /backup/data/. /data
docker compose start db
wait 3s
curl -s http://localhost:8030/items
