# The Compose file is changed.
# hint: changed-the-file
# step: env
sed -i 's/8030/8040/' compose.yaml
docker compose up -d
