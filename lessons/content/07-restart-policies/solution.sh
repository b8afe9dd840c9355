# step: well
docker compose up -d
wait 30s
docker compose ps -a --format '{{.Service}}: {{.Status}}'

# step: fails
STATUS=1 docker compose up -d
wait 30s
docker compose ps -a --format '{{.Service}}: {{.Status}}'

# step: three
wait 70s
docker compose ps -a --format '{{.Service}}: {{.Status}}'
docker inspect --format '{{.RestartCount}}' jobs-three-1

# step: pauses
docker compose down
LASTS=0 STATUS=1 docker compose up -d always
wait 60s
docker inspect --format '{{.RestartCount}}' jobs-always-1

# step: engine
docker compose down
docker compose -f servers.yaml up -d
sudo service docker restart
docker compose -f servers.yaml ps -a --format '{{.Service}}: {{.Status}}'

# step: by-hand
docker compose -f servers.yaml up -d
docker compose -f servers.yaml stop
sudo service docker restart
docker compose -f servers.yaml ps -a --format '{{.Service}}: {{.Status}}'
