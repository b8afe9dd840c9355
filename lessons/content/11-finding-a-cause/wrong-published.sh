# The database's port is published, which isn't what is missing.
# hint: still-down
# step: web
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    ports: ["5432:5432"]/' compose.yaml
docker compose up -d
