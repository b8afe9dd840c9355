# Fits crashes, and not the engine's restart.
# hint: not-back
# step: sturdy
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    restart: on-failure/' compose.yaml
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    restart: on-failure/' compose.yaml
docker compose up -d
