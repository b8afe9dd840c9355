# More is promised than the host has.
# hint: too-much
# step: mend
sed -i "s/| tail'/| tail -c 1000'/" compose.yaml
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    mem_limit: 400m/' compose.yaml
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    mem_limit: 400m/' compose.yaml
docker compose up -d
