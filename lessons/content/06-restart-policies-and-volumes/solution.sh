# step: start
docker compose -f compose-ha.yaml up -d
curl -s -d item=milk http://localhost:8030/items

# step: kill
docker compose exec web sh -c 'kill 1'
wait 20s
docker compose ps -a

# step: restart
sudo service docker restart
docker compose ps -a

# step: delete
docker rm -f todo-db-1
docker compose -f compose-ha.yaml up -d
wait 3s
curl -s http://localhost:8030/items

# step: colleague
wait 10s
curl -s http://localhost:8030/items
docker volume ls
docker compose -f compose-ha.yaml up -d
wait 3s
curl -s http://localhost:8030/items
