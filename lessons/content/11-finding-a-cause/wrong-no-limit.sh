# The limit is taken away.
# hint: limit-gone
# step: others
sed -i 's/slep 3600/sleep 3600/' compose.yaml
sed -i '/mem_limit/d' compose.yaml
docker compose up -d
