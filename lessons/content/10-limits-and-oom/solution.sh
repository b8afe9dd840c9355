# step: start
docker compose up -d
docker stats --no-stream

# step: limit
sed -i 's/    image: busybox/    image: busybox\n    mem_limit: 20m/' compose.yaml
docker compose up -d

# step: look
wait 20s
docker compose ps -a
docker inspect -f '{{.State.ExitCode}} {{.State.OOMKilled}}' todo-report-1 > found

# step: loop
sed -i 's/    mem_limit: 20m/    mem_limit: 20m\n    restart: on-failure/' compose.yaml
docker compose up -d
wait 1m

# step: mend
sed -i "s/| tail'/| tail -c 1000'/" compose.yaml
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    mem_limit: 128m/' compose.yaml
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    mem_limit: 128m/' compose.yaml
docker compose up -d
