# Both want the same port.
# hint: same-port
# step: second
docker compose -p second up -d
