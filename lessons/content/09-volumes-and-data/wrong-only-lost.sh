# All is lost, and stays so.
# hint: not-back
# step: lost
docker compose down -v
docker compose up -d
