# The port is free; the name is still wrong.
# hint: not-up
# step: open
docker rm -f old-shop
docker compose up -d
