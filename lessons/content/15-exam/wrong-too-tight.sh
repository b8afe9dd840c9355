# Less than they need.
# hint: stays-down
# step: limit
sed -i 's/    restart: unless-stopped/    restart: unless-stopped\n    mem_limit: 32m/' compose.yaml
docker compose up -d
