# Not a Compose file any more.
# hint: broken-file
# step: stay
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    deploy: three/' compose.yaml
docker compose up -d
