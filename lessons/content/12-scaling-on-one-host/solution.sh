# step: one
docker compose up -d
curl -s -d item=milk http://localhost:8030/items
traffic web rate=300/s for=2s name=one
wait 5s
traffic

# step: clash
docker compose up -d --scale web=3
docker compose ps -a

# step: three
sed -i 's/8030:8080/8030-8039:8080/' compose.yaml
docker compose up -d --scale web=3
wait 5s

# step: stay
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    deploy:\n      replicas: 3/' compose.yaml
docker compose up -d
