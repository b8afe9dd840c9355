# on-failure answers a crash, not the end with status 0 that the engine's restart makes.
# hint: db-not-after-engine
# step: mend
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    restart: on-failure/; s/restart: always/restart: unless-stopped/' compose.yaml
docker compose up -d
