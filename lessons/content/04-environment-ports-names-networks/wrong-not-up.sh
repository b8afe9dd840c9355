# The file is changed, and nobody asks for it.
# hint: not-up
# step: separate
docker compose -p second down
sed -i 's/^      - db$/      - db\n    networks: [front, back]/; s/^    image: podium.todo-db$/    image: podium\/todo-db\n    networks: [back]/' compose.yaml
printf '    networks: [front]\n\nnetworks:\n  front:\n  back:\n' >> compose.yaml
