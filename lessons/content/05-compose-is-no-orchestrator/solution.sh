# step: start
docker compose up -d
curl -s -d item=milk http://localhost:8030/items

# step: kill
docker compose exec web sh -c 'kill 1'
wait 10s
docker compose ps -a

# step: restart
docker compose up -d
sudo service docker restart
docker compose ps -a

# step: delete
docker compose up -d
docker rm -f todo-db-1
docker compose up -d
curl -s http://localhost:8030/items
