# Twenty kilobytes too many zeros: the limit is far from 20 MiB.
# hint: other-limit
# step: limit
sed -i 's/    image: busybox/    image: busybox\n    mem_limit: 200m/' compose.yaml
docker compose up -d
