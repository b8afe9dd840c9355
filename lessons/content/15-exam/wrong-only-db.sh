# Fits a run in which only the database is hit.
# hint: not-back
# step: sturdy
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    restart: always/' compose.yaml
docker compose up -d
