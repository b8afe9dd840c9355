# Nothing is put on the list.
# hint: no-milk
# step: start
docker compose up -d
