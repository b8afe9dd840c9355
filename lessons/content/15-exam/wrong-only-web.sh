# Fits a run in which only the web application is hit.
# hint: not-back
# step: sturdy
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    restart: always/' compose.yaml
docker compose up -d
