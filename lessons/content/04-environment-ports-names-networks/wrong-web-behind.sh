# The web application is behind the wall, too.
# hint: web-not-in-front
# step: separate
docker compose -p second down
sed -i 's/^      - db$/      - db\n    networks: [back]/; s/^    image: podium.todo-db$/    image: podium\/todo-db\n    networks: [back]/' compose.yaml
printf '    networks: [front]\n\nnetworks:\n  front:\n  back:\n' >> compose.yaml
docker compose up -d
