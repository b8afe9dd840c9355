# The file is changed, and the old container is started again.
# hint: restarted
# step: limit
sed -i 's/    image: busybox/    image: busybox\n    mem_limit: 20m/' compose.yaml
docker compose restart report
