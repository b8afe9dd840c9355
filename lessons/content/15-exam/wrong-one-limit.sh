# Only one of them gets a limit.
# hint: no-limit
# step: limit
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    mem_limit: 128m/' compose.yaml
docker compose up -d
