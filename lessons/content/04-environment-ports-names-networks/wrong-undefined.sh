# The networks are not named at the end.
# hint: invalid
# step: separate
docker compose -p second down
printf '    networks: [front]\n' >> compose.yaml
docker compose up -d
