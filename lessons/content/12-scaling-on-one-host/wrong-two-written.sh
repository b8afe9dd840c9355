# Another number than asked for.
# hint: not-three
# step: stay
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    deploy:\n      replicas: 2/' compose.yaml
docker compose up -d
