# More than the shop may have.
# hint: too-much
# step: limit
sed -i 's/    restart: unless-stopped/    restart: unless-stopped\n    mem_limit: 200m/' compose.yaml
docker compose up -d
