# The database gets the cache's policy, and the cache keeps it.
# hint: cache-revived
# step: mend
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    restart: always/' compose.yaml
docker compose up -d
