# Everything is taken down for one changed line.
# hint: took-down
# step: limit
sed -i 's/    image: busybox/    image: busybox\n    mem_limit: 20m/' compose.yaml
docker compose down
docker compose up -d
