# The status is not changed.
# hint: other-way
# step: fails
docker compose up -d
wait 30s
